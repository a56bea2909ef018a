// OpenSMTPD's traces: `mta: 0x..: >>> ...` of its client, `smtp: 0x..: >>> ...` of its server.
#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark out_mark{0, Side::client};
constexpr Mark in_mark{1, Side::server};

class OpenSmtpd final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    const bool named = take(text, "mta: ") || take(text, "smtp: ") || take(text, "debug: ");
    if (!text.starts_with("0x")) return named;
    const auto end = text.find(": ");
    if (end == std::string_view::npos || end > 20) return false;
    const auto key = text.substr(0, end);
    text.remove_prefix(end + 2);
    const bool out = take_mark(text, ">>>");
    if (!out && !take_mark(text, "<<<")) return true;
    book.manner({.bodies = Bodies::left_out});
    if (take(text, "[...") && text.ends_with(" bytes...]")) {
      book.elide(key, Side::client, Elision::body, number(text.substr(0, text.find(' '))));
    } else {
      book.say(key, out ? out_mark : in_mark, text);
    }
    return true;
  }
};

}  // namespace

extern const DialectRow opensmtpd_dialect;
const DialectRow opensmtpd_dialect{
    {"opensmtpd", "OpenSMTPD smtp -v, smtpd -T smtp -T transfer",
     "0x55f5: <<< 220 mx.example.com ESMTP\nmta: 0x55f5: >>> EHLO client.example.test\n"},
    Marks::own,
    make_dialect<OpenSmtpd>};

}  // namespace mailparse::transcript
