// swaks: arrows with blanks around them, `~` for a line under TLS, `*` for one that was not expected.
#include <array>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"
#include "source/dialects/unmarked.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

struct Arrow {
  std::string_view text;
  const Mark* mark;
};

constexpr std::array arrows{
    Arrow{" ->", &sent},     Arrow{" ~>", &sent},     Arrow{"**>", &sent},     Arrow{"*~>", &sent},
    Arrow{"<- ", &received}, Arrow{"<~ ", &received}, Arrow{"<**", &received}, Arrow{"<~*", &received},
};

/// `  > 0016: 6F 6D ...`: --show-raw-text repeats each line as a dump.
bool raw_dump(std::string_view text) {
  if (!take(text, "<   ") && !take(text, "  > ")) return false;
  return text.size() > 4 && number(text.substr(0, 4)) && text[4] == ':';
}

/// `11 lines sent`, in the place of a message (-n).
bool lines_sent(std::string_view text) {
  const auto blank = text.find(' ');
  return blank != std::string_view::npos && number(text.substr(0, blank)) &&
         (text.substr(blank) == " lines sent" || text.substr(blank) == " line sent");
}

class Swaks final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    const auto text = line.text;
    if (take_mark_of(text, book)) return true;
    if (!book.in_body({}) && (text.starts_with("===") || text.starts_with("*** "))) return inform(text, book);
    if (raw_dump(text)) return true;
    if (!informed_) return false;
    // -nth leaves the marks out of all lines but swaks's own, -nsh and -nrh out of those of one side.
    return marked_ ? read_unmarked(text, book) : dialogue_.read(line, book);
  }

  void finish(Book& book) override { dialogue_.finish(book); }
  [[nodiscard]] bool convinced() const override { return marked_ || informed_; }

 private:
  bool take_mark_of(std::string_view text, Book& book) {
    for (const auto& arrow : arrows) {
      if (!text.starts_with(arrow.text)) continue;
      auto said = text.substr(arrow.text.size());
      if (!said.empty() && said.front() != ' ') return false;
      if (!said.empty()) said.remove_prefix(1);
      marked_ = true;
      sends_marked_ = sends_marked_ || arrow.mark == &sent;
      say(*arrow.mark, said, book);
      return true;
    }
    return false;
  }

  /// One side's lines have marks, the other's have none.
  bool read_unmarked(std::string_view text, Book& book) {
    if (sends_marked_) {
      if (!is_reply(text)) return false;
      say(received, text, book);
      return true;
    }
    if (!book.in_body({}) && !book.in_sasl({}) && verb(text) == Verb::none) return false;
    say(sent, text, book);
    return true;
  }

  void say(const Mark& mark, std::string_view text, Book& book) {
    const bool client = &mark == &sent;
    // -hr hides what the server says.
    if (!spoken_) book.manner({.replies_shown = !client || printed_ || book.known({})});
    spoken_ = true;
    if (!client) plain_challenge_ = smtp_code(text) == 334 && text.size() > 4 && !base64_line(text.substr(4));
    if (client && book.in_body({}) && !in_message_ && lines_sent(text)) {
      book.elide({}, Side::client, Elision::body);
      return;
    }
    in_message_ = client && book.in_body({}) && text != ".";
    if (client && base64_holds(text, "PROVIDED_BUT_REMOVED")) {
      book.say_secret({}, mark, text.substr(0, text.find_last_of(' ') + 1));
      return;
    }
    // -apt shows a challenge and its answer decoded: those are not the octets of the wire.
    const bool answers = client && book.in_sasl({}) && text != "*" && text != "=" && !text.empty();
    if (answers && (plain_challenge_ || !base64_line(text))) {
      book.say_secret({}, mark, {});
      return;
    }
    if (client && verb(text) == Verb::auth && !book.in_body({})) {
      const auto mechanism = text.find(' ');
      const auto initial = mechanism == std::string_view::npos ? mechanism : text.find(' ', mechanism + 1);
      if (initial != std::string_view::npos && text.substr(initial + 1) != "=" &&
          !base64_line(text.substr(initial + 1))) {
        book.say_secret({}, mark, text.substr(0, initial + 1));
        return;
      }
    }
    book.say({}, mark, text);
  }

  bool inform(std::string_view text, Book& book) {
    if (auto session = text; take(session, "=== ") && take(session, transcript_session)) {
      book.begin({});
      own_session(session, book);
      return printed_ = true;
    }
    if (!text.starts_with("=== ") && !text.starts_with("===  ") && !text.starts_with("*** ")) return false;
    const bool connecting = text.starts_with("=== Trying ") || text.starts_with("=== Connecting");
    // Headings of AsciiDoc begin alike.
    informed_ = informed_ || connecting || text.starts_with("=== Connected to ");
    const bool gone = text.starts_with("=== Connection closed") || text.starts_with("=== Dropping connection") ||
                      text.find("closed connection") != std::string_view::npos;
    if (connecting || gone) {
      dialogue_.finish(book);
      dialogue_.reset();
      if (gone) book.end({}, StreamEnd::closed);
      if (connecting && !printed_) book.begin({});
    }
    return true;
  }

  UnmarkedDialogue dialogue_;
  bool informed_ = false;
  bool spoken_ = false;
  bool plain_challenge_ = false;
  bool printed_ = false;  ///< by trace-to-json, which leaves nothing out without saying so
  bool marked_ = false;
  bool sends_marked_ = false;
  bool in_message_ = false;
};

}  // namespace

extern const DialectRow swaks_dialect;
const DialectRow swaks_dialect{{"swaks", "swaks, all of its modes",
                                "=== Connected to 192.0.2.5.\n<-  220 mx.example.com ESMTP\n -> EHLO "
                                "client.example.test\n<-  250 mx.example.com\n"},
                               Marks::own,
                               make_dialect<Swaks>};

}  // namespace mailparse::transcript
