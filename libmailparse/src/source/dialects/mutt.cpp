// mutt -d and NeoMutt -d: the number of the socket in front of `>` or `<`; no messages.
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

class Mutt final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    if (text.starts_with("Connected to ")) {
      const auto fd = text.rfind("fd=");
      if (fd != std::string_view::npos) book.begin(text.substr(fd + 3));
      return fd != std::string_view::npos;
    }
    const auto end = text.find_first_not_of("0123456789");
    if (end == 0 || end == std::string_view::npos || end > 5) return false;
    const auto key = text.substr(0, end);
    text.remove_prefix(end);
    const bool out = take_mark(text, ">");
    if (!out && !take_mark(text, "<")) return false;
    book.manner({.bodies = Bodies::left_out, .single_lines = true});
    book.at(line);
    book.say(key, out ? sent : received, text);
    return true;
  }
};

}  // namespace

extern const DialectRow mutt_dialect;
const DialectRow mutt_dialect{
    {"mutt", "mutt -d 2 and above, NeoMutt",
     "[2026-11-21 21:11:01] 4< 220 mx.example.com ESMTP\n[2026-11-21 21:11:01] 4> HELO client.example.test\n"},
    Marks::own,
    make_dialect<Mutt>};

}  // namespace mailparse::transcript
