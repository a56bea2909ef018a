// fetchmail -v -v: two conversations in one log, each line with its protocol; messages are counted, not shown.
#include <array>
#include <string>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

constexpr std::array<std::string_view, 7> protocols{"IMAP", "POP3", "SMTP", "ESMTP", "LMTP", "POP2", "ETRN"};

class Fetchmail final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    // Its progress is written without a line end: ` (112 body octets)fetchmail: IMAP< )`.
    constexpr std::string_view name = "fetchmail: ";
    const auto at = line.text.rfind(name);
    auto text = line.text.substr(at == std::string_view::npos ? 0 : at + name.size());
    for (const auto protocol : protocols) {
      auto rest = text;
      if (!take(rest, protocol)) continue;
      const bool out = take(rest, ">");
      if (!out && !take(rest, "<")) continue;
      if (rest.starts_with(' ')) rest.remove_prefix(1);
      book.manner({.bodies = Bodies::left_out, .single_lines = true});
      say(protocol == "ESMTP" ? "SMTP" : protocol, out, rest, book);
      return true;
    }
    return at != std::string_view::npos;
  }

 private:
  static void say(std::string_view key, bool out, std::string_view text, Book& book) {
    if (out && text == ". (EOM)") {
      book.say(key, sent, ".");
    } else if (out && text.ends_with(" *") && (verb(text) == Verb::pop3_pass || is_imap(verb(text)))) {
      book.say_secret(key, sent, text.substr(0, text.size() - 1));
    } else {
      book.say(key, out ? sent : received, text);
    }
  }
};

}  // namespace

extern const DialectRow fetchmail_dialect;
const DialectRow fetchmail_dialect{
    {"fetchmail", "fetchmail -v -v",
     "fetchmail: SMTP< 220 mx.example.com ESMTP\nfetchmail: SMTP> EHLO client.example.test\n"},
    Marks::own,
    make_dialect<Fetchmail>};

}  // namespace mailparse::transcript
