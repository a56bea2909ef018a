// msmtp --debug and mpop --debug: `-->` sent, `<--` received, messages in full.
#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

class Msmtp final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    const bool out = take_mark(text, "-->");
    if (!out && !take_mark(text, "<--")) return false;
    book.say({}, out ? sent : received, text);
    return true;
  }
};

}  // namespace

extern const DialectRow msmtp_dialect;
const DialectRow msmtp_dialect{
    {"msmtp", "msmtp --debug, mpop --debug", "<-- 220 mx.example.com ESMTP\n--> EHLO client.example.test\n"},
    Marks::own,
    make_dialect<Msmtp>};

}  // namespace mailparse::transcript
