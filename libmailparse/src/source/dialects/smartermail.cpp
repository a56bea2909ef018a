// SmarterMail's logs: `[address][session] cmd: ...` and `rsp: ...`; the lines of a reply are glued.
#include <string>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

class SmarterMail final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    if (!text.starts_with('[')) return false;
    const auto joint = text.find("][");
    const auto close = joint == std::string_view::npos ? joint : text.find("] ", joint + 2);
    if (close == std::string_view::npos || close > 80) return false;
    const auto address = text.substr(1, joint - 1);
    const auto key = text.substr(joint + 2, close - joint - 2);
    text.remove_prefix(close + 2);
    book.at(line);
    book.manner({.bodies = Bodies::left_out, .single_lines = true});
    const bool command = take_mark(text, "cmd:");
    if (command || take_mark(text, "rsp:")) {
      if (!book.known(key)) book.endpoint(key, client_mark, {std::string(address), 0});
      if (command) {
        book.say(key, client_mark, text);
      } else {
        say_glued(book, key, server_mark, text);
      }
    } else if (text.starts_with("connected at ")) {
      book.begin(key);
    } else if (text.starts_with("disconnected at ")) {
      book.end(key, StreamEnd::closed);
    }
    return true;
  }
};

}  // namespace

extern const DialectRow smartermail_dialect;
const DialectRow smartermail_dialect{{"smartermail", "SmarterMail's SMTP, POP and IMAP logs",
                                      "00:00:01.101 [192.0.2.7][5313454] rsp: 220 mx.example.com\n00:00:01.150 "
                                      "[192.0.2.7][5313454] cmd: EHLO client.example.test\n"},
                                     Marks::own,
                                     make_dialect<SmarterMail>};

}  // namespace mailparse::transcript
