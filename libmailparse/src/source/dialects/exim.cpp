// Exim's `SMTP<<` and `SMTP>>` of -v and -d, delivering or receiving; `|>` is buffered, `+>` has more behind it.
#include <array>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark out_mark{0, Side::client};
constexpr Mark in_mark{1, Side::server};

constexpr std::array<std::string_view, 4> outs{"SMTP>>", "SMTP|>", "SMTP+>", "LMTP>>"};
constexpr std::array<std::string_view, 2> ins{"SMTP<<", "LMTP<<"};

class Exim final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    const auto key = take_process(text);
    const auto indent = text.size();
    while (text.starts_with(' ')) text.remove_prefix(1);
    const auto blanks = indent - text.size();
    book.at(line);
    if (text.starts_with("SMTP(close)>>") || text.starts_with("SMTP>>(close")) {
      book.end(key, StreamEnd::closed);
      return true;
    }
    if (text.starts_with("SMTP(")) return true;
    for (const auto mark : outs) {
      if (take_mark(text, mark)) return say(key, out_mark, text, book);
    }
    for (const auto mark : ins) {
      if (take_mark(text, mark)) return say(key, in_mark, text, book);
    }
    if (text.starts_with("Connecting to ") && text.find("]:") != std::string_view::npos) {
      connect(key, text, book);
      return true;
    }
    // The further lines of a reply stand below its first one, without a mark.
    if (last_ != nullptr && open_reply_ && blanks >= 7 && smtp_code(text) && key == last_key_)
      return say(key, *last_, text, book);
    return false;
  }

 private:
  static std::string_view take_process(std::string_view& text) {
    const auto end = text.find_first_not_of("0123456789");
    if (end == 0 || end == std::string_view::npos || end > 9 || text[end] != ' ') return {};
    const auto key = text.substr(0, end);
    text.remove_prefix(end + 1);
    return key;
  }

  bool say(std::string_view key, const Mark& mark, std::string_view text, Book& book) {
    book.manner({.bodies = Bodies::left_out});
    if (text.starts_with("(writing message")) {
      book.elide(key, Side::client, Elision::body);
      return true;
    }
    open_reply_ = smtp_code(text) && smtp_more(text);
    last_ = &mark;
    last_key_ = key;
    book.say(key, mark, text);
    return true;
  }

  /// `Connecting to mx.example.com [192.0.2.5]:25 ...`.
  static void connect(std::string_view key, std::string_view text, Book& book) {
    book.begin(key);
    const auto open = text.find('[');
    if (open == std::string_view::npos) return;
    const auto end = text.find(' ', open);
    if (const auto server = read_endpoint(text.substr(open, end == std::string_view::npos ? end : end - open))) {
      book.endpoint(key, in_mark, *server);
    }
  }

  const Mark* last_ = nullptr;
  std::string last_key_;
  bool open_reply_ = false;
};

}  // namespace

extern const DialectRow exim_dialect;
const DialectRow exim_dialect{{"exim", "Exim -v and -d, as client and as server",
                               "  SMTP<< 220 mx.example.com ESMTP\n  SMTP>> EHLO client.example.test\n  SMTP<< "
                               "250-mx.example.com\n         250 SIZE\n"},
                              Marks::own,
                              make_dialect<Exim>};

}  // namespace mailparse::transcript
