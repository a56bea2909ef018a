// Perl's Net::Cmd (Net::SMTP, Net::POP3) with Debug: the object in front, messages as they are before dot-stuffing.
#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

class NetCmd final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    const auto object = line.text.find("=GLOB(0x");
    if (object == std::string_view::npos || object > 64)
      return line.text.starts_with("Net::") && line.text.find(">>> ") != std::string_view::npos;
    const auto close = line.text.find(')', object);
    if (close == std::string_view::npos) return false;
    // The class before the address changes with STARTTLS.
    const auto key = line.text.substr(object + 1, close - object);
    auto text = line.text.substr(close + 1);
    const bool out = take_mark(text, ">>>");
    if (!out && !take_mark(text, "<<<")) return false;
    book.manner({.bodies = Bodies::unstuffed, .single_lines = true});
    const auto& mark = out ? sent : received;
    if (text == "PASS ....") {
      book.say_secret(key, mark, "PASS ");
    } else {
      book.say(key, mark, text);
    }
    return true;
  }
};

}  // namespace

extern const DialectRow net_cmd_dialect;
const DialectRow net_cmd_dialect{
    {"net-cmd", "Perl Net::SMTP, Net::POP3 with Debug => 1",
     "Net::SMTP=GLOB(0x55d0)<<< 220 mx.example.com ESMTP\nNet::SMTP=GLOB(0x55d0)>>> EHLO client.example.test\n"},
    Marks::own,
    make_dialect<NetCmd>};

}  // namespace mailparse::transcript
