// Claws Mail's and Sylpheed's network log: `[12:18:26] ESMTP> ...`; no messages.
#include <array>
#include <string>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

/// Protocols as the log writes them; SMTP and ESMTP are one conversation.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> protocols{{{"ESMTP", "smtp"},
                                                                                  {"SMTP", "smtp"},
                                                                                  {"IMAP4", "imap"},
                                                                                  {"IMAP", "imap"},
                                                                                  {"POP3", "pop3"},
                                                                                  {"POP", "pop3"},
                                                                                  {"LMTP", "lmtp"}}};

class Claws final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    take(text, "* ");
    if (take(text, "Connecting to ")) {
      for (const auto& [word, key] : protocols) {
        if (text.starts_with(word)) book.begin(key);
      }
      return true;
    }
    for (const auto& [word, key] : protocols) {
      auto rest = line.text;
      if (!take(rest, word)) continue;
      const bool out = take_mark(rest, ">");
      if (!out && !take_mark(rest, "<")) continue;
      book.manner({.bodies = Bodies::left_out, .single_lines = true});
      book.at(line);
      book.say(key, out ? sent : received, rest);
      return true;
    }
    return false;
  }
};

}  // namespace

extern const DialectRow claws_dialect;
const DialectRow claws_dialect{
    {"claws", "Claws Mail, Sylpheed: network log",
     "[12:18:26] SMTP< 220 mx.example.com ESMTP\n[12:18:26] ESMTP> EHLO client.example.test\n"},
    Marks::own,
    make_dialect<Claws>};

}  // namespace mailparse::transcript
