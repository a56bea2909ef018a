// Thunderbird's error console: `mailnews.smtp: C: ...`; the further lines of a reply stand alone, a blank line ends it.
#include <array>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

/// `mailnews.smtp: `, `pop3.server2.1: `, `mailnews.imap: `.
std::optional<std::string_view> take_logger(std::string_view& text) {
  const auto end = text.find(": ");
  if (end == std::string_view::npos || end > 40) return std::nullopt;
  const auto name = text.substr(0, end);
  if (!name.starts_with("mailnews.") && !name.starts_with("pop3.") && !name.starts_with("imap.") &&
      !name.starts_with("smtp."))
    return std::nullopt;
  text.remove_prefix(end + 2);
  return name;
}

class Thunderbird final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    const auto logger = take_logger(text);
    if (!logger) return continue_reply(line.text, book);
    key_ = *logger;
    open_reply_ = false;
    book.manner({.bodies = Bodies::left_out});
    book.at(line);
    const bool client = take_mark(text, "C:");
    if (client || take_mark(text, "S:")) {
      if (client && text.starts_with("Logging suppressed")) {
        book.say_secret(key_, client_mark, {});
      } else {
        open_reply_ = !client && smtp_code(text) && smtp_more(text);
        book.say(key_, client ? client_mark : server_mark, text);
      }
    } else if (text.starts_with("Connecting to ")) {
      book.begin(key_);
    } else if (take(text, "Sending ") && text.ends_with(" bytes of payload")) {
      book.elide(key_, Side::client, Elision::body, number(text.substr(0, text.find(' '))));
    }
    return true;
  }

 private:
  bool continue_reply(std::string_view text, Book& book) {
    if (!open_reply_ || !smtp_code(text)) return false;
    book.say(key_, server_mark, text);
    open_reply_ = smtp_more(text);
    return true;
  }

  std::string key_;
  bool open_reply_ = false;
};

}  // namespace

extern const DialectRow thunderbird_dialect;
const DialectRow thunderbird_dialect{
    {"thunderbird", "Thunderbird's console, mailnews.smtp.loglevel",
     "mailnews.smtp: S: 220 mx.example.com ESMTP\n\nmailnews.smtp: C: EHLO [192.0.2.9]\n"},
    Marks::own,
    make_dialect<Thunderbird>};

}  // namespace mailparse::transcript
