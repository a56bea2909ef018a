// Python's smtplib with set_debuglevel(1 or 2): each write and each line read as a string literal.
#include <string>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

class Smtplib final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    if (take(text, "connect: to ")) {
      book.begin({});
      return true;
    }
    // These repeat a reply in Python's words.
    if (text.starts_with("reply: retcode (") || text.starts_with("data: (") || text.starts_with("connect: "))
      return true;
    const bool sent = take(text, "send: ");
    if (!sent && !take(text, "reply: ")) return false;
    room_.clear();
    if (!first_literal(text, room_)) return false;
    book.at(line);
    book.say_octets({}, sent ? client_mark : server_mark, room_);
    return true;
  }

 private:
  std::string room_;
};

}  // namespace

extern const DialectRow smtplib_dialect;
const DialectRow smtplib_dialect{{"smtplib", "Python smtplib.SMTP and LMTP, set_debuglevel",
                                  "send: 'ehlo client.example.test\\r\\n'\nreply: b'250 mx.example.com\\r\\n'\n"},
                                 Marks::own,
                                 make_dialect<Smtplib>};

}  // namespace mailparse::transcript
