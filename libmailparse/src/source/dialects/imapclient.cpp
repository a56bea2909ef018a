// Perl's Mail::IMAPClient with Debug, as imapsync --debugimap shows it: `Sending: ...`, `Read: ...`; the further lines
// of either stand behind two blanks, and each piece of a response behind a tab. A literal's size is told before, in a
// note.
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

class ImapClient final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (in_buffer_) return pass_buffer(text);
    book.at(line);
    if (take(text, "  ")) return go_on(text, book);
    speaker_ = Speaker::none;
    if (take(text, "Sending: ")) {
      speaker_ = Speaker::client;
      sent_ = 0;
      send(text, book);
      return true;
    }
    if (take(text, "Read: ")) {
      speaker_ = Speaker::server;
      due_ = 0;
      hear(text, book);
      return true;
    }
    if (take(text, "Sent ")) return end_sending(text, book);
    if (take(text, "LITERAL: received literal in line ")) return note_literal(text);
    if (text.starts_with("Sending literal: ")) {
      speaker_ = Speaker::note;  // what follows is sent by the next two
      return true;
    }
    if (text.starts_with("Connecting with ") || text.starts_with("Connecting to ")) {
      book.begin({});
      literals_.clear();
      due_ = 0;
      return true;
    }
    return text.starts_with("Started at ") || text.starts_with("Using Mail::IMAPClient version ") ||
           text.starts_with("Connected to ") || text.starts_with("Received ret=");
  }

 private:
  enum class Speaker : std::uint8_t { none, note, client, server };
  /// A literal that a note has told of; the response comes later.
  struct Literal {
    std::string announced;  ///< the line up to `{`
    std::uint64_t octets = 0;
    std::string begin;  ///< its first line, as far as it was there
  };

  /// The octets that came together with a literal are shown in the note, and again in the response.
  bool pass_buffer(std::string_view text) {
    if (text.ends_with("<END_OF_iBuffer>")) in_buffer_ = false;
    return true;
  }

  bool go_on(std::string_view text, Book& book) {
    switch (speaker_) {
      case Speaker::none:
        return false;
      case Speaker::note:
        return true;
      case Speaker::client:
        send(text, book);
        return true;
      case Speaker::server:
        hear(text, book);
        return true;
    }
    return false;
  }

  void send(std::string_view text, Book& book) {
    const auto secret = text.find("[Redact: Count=");
    redacted_ = secret != std::string_view::npos;
    sent_ += text.size() + 2;
    if (redacted_) return book.say_secret({}, client_mark, text.substr(0, secret));
    book.say({}, client_mark, text);
  }

  /// Empty lines at the end of what was sent are not shown; the number of octets is.
  bool end_sending(std::string_view text, Book& book) {
    constexpr std::uint64_t most = 64;
    const auto octets = number(text.substr(0, text.find(' ')));
    if (!octets || !text.ends_with(" bytes")) return false;
    if (redacted_ || sent_ == 0 || *octets > sent_ + most) return true;
    for (; sent_ + 2 <= *octets; sent_ += 2) book.say({}, client_mark, {});
    return true;
  }

  /// `* 1 FETCH (BODY[]  of length 91; attempting to retrieve from the 94 bytes in: From: ...`
  bool note_literal(std::string_view text) {
    constexpr std::string_view length = " of length ";
    constexpr std::string_view buffer = " bytes in: ";
    const auto at = text.find(length);
    const auto shown = text.find(buffer, at);
    if (at == std::string_view::npos || shown == std::string_view::npos) return false;
    auto size = text.substr(at + length.size());
    size = size.substr(0, size.find(';'));
    auto begin = text.substr(shown + buffer.size());
    in_buffer_ = !begin.ends_with("<END_OF_iBuffer>");
    const auto octets = number(size);
    if (!octets) return false;
    if (!in_buffer_) begin.remove_suffix(std::string_view("<END_OF_iBuffer>").size());
    literals_.push_back({std::string(text.substr(0, at)), *octets, std::string(begin.substr(0, *octets))});
    if (literals_.size() > 10'000) literals_.pop_front();  // of responses that were never shown
    return true;
  }

  /// A line of a response: pieces behind tabs, and the octets of literals between them.
  void hear(std::string_view text, Book& book) {
    while (due_ > 0 || !text.empty()) {
      if (due_ > 0) {
        if (text.size() + 2 <= due_) {
          due_ -= text.size() + 2;
          return book.say({}, server_mark, text);
        }
        // The literal ends within this line; the next piece stands behind a tab.
        const auto rest = text.substr(0, due_);
        due_ = 0;
        book.say_octets({}, server_mark, rest);
        text.remove_prefix(rest.size());
        continue;
      }
      take(text, "\t");
      if (!announce(text, book)) return book.say({}, server_mark, text);
    }
  }

  /// Says the line that announces the next literal, if `text` begins with it, and takes it off.
  bool announce(std::string_view& text, Book& book) {
    auto rest = text;
    if (literals_.empty() || !take(rest, literals_.front().announced) || !take(rest, "\t")) return false;
    const Literal next = std::move(literals_.front());
    literals_.pop_front();
    book.say({}, server_mark, announcing(next));
    // A literal that was written to a file is not shown.
    if (rest.starts_with(next.begin) && (next.octets == 0 || !next.begin.empty())) {
      due_ = next.octets;
    } else {
      book.elide({}, Side::server, Elision::body, next.octets);
    }
    text = rest;
    return true;
  }

  static std::string announcing(const Literal& literal) {
    return literal.announced + "{" + std::to_string(literal.octets) + "}";
  }

  Speaker speaker_ = Speaker::none;
  bool in_buffer_ = false;
  bool redacted_ = false;
  std::uint64_t sent_ = 0;  ///< octets shown of what was sent last
  std::uint64_t due_ = 0;   ///< octets of a literal that are still to come
  std::deque<Literal> literals_;
};

}  // namespace

extern const DialectRow imapclient_dialect;
const DialectRow imapclient_dialect{{"imapclient", "Perl's Mail::IMAPClient with Debug, imapsync --debugimap",
                                     "Sending: 2 SELECT INBOX\nSent 16 bytes\nRead: \t* 1 EXISTS\nRead: \t2 OK done\n"},
                                    Marks::own,
                                    make_dialect<ImapClient>};

}  // namespace mailparse::transcript
