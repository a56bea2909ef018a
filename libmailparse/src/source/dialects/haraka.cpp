// Haraka at log level PROTOCOL: the connection's UUID, C: or S:, and the state behind a command.
#include <string>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

/// ` state=1` behind what the client said.
std::string_view without_state(std::string_view text) {
  const auto at = text.rfind(" state=");
  return at != std::string_view::npos && number(text.substr(at + 7)) ? text.substr(0, at) : text;
}

class Haraka final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    if (!take(text, "[PROTOCOL] [")) return text.starts_with("[") && text.find("] [core] ") != std::string_view::npos;
    const auto close = text.find("] [");
    if (close == std::string_view::npos) return false;
    auto key = text.substr(0, close);
    // UUID.1 is the first transaction of the connection.
    key = key.substr(0, key.find('.'));
    const auto plugin = text.find("] ", close + 3);
    if (plugin == std::string_view::npos) return false;
    text.remove_prefix(plugin + 2);
    book.at(line);
    const bool client = take_mark(text, "C:");
    if (!client && !take_mark(text, "S:")) return true;
    book.say(key, client ? client_mark : server_mark, client ? without_state(text) : text);
    return true;
  }
};

}  // namespace

extern const DialectRow haraka_dialect;
const DialectRow haraka_dialect{{"haraka", "Haraka, loglevel PROTOCOL",
                                 "2026-07-23 21:25:02.068  [PROTOCOL] [59AF050A] [core] S: 220 mx.example.com "
                                 "ESMTP\n2026-07-23 21:25:02.127  [PROTOCOL] "
                                 "[59AF050A] [core] C: EHLO client.example.test state=1\n"},
                                Marks::own,
                                make_dialect<Haraka>};

}  // namespace mailparse::transcript
