// SwiftMailer's logger plugin: `>>` sent, `<<` received with the rest of a reply unmarked, `++` and `!!` its own.
#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

class SwiftMailer final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (text.starts_with("++ ") || text.starts_with("!! ")) {
      if (text.starts_with("++ Starting ")) book.begin({});
      return true;
    }
    const bool out = take_mark(text, ">>");
    if (out || take_mark(text, "<<")) {
      book.manner({.bodies = Bodies::left_out});
      book.say({}, out ? sent : received, text);
      open_reply_ = !out && smtp_code(text) && smtp_more(text);
      return true;
    }
    if (!open_reply_ || !smtp_code(text)) return false;
    book.say({}, received, text);
    open_reply_ = smtp_more(text);
    return true;
  }

 private:
  bool open_reply_ = false;
};

}  // namespace

extern const DialectRow swiftmailer_dialect;
const DialectRow swiftmailer_dialect{
    {"swiftmailer", "SwiftMailer, Swift_Plugins_LoggerPlugin",
     "++ Starting Swift_SmtpTransport\n<< 220 mx.example.com ESMTP\n\n>> EHLO client.example.test\n"},
    Marks::own,
    make_dialect<SwiftMailer>};

}  // namespace mailparse::transcript
