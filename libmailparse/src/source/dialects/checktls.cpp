// CheckTLS: msmtp's arrows, and wavy ones under TLS; `====` are its own lines.
#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

class CheckTls final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    // The page numbers its lines in brackets: `[000.123]`.
    if (line.text.starts_with('[')) {
      const auto end = line.text.find(']');
      if (end < 12) line.text.remove_prefix(end + 1);
      while (line.text.starts_with(' ') || line.text.starts_with('\t')) line.text.remove_prefix(1);
    }
    auto text = line.text;
    seen_ = seen_ || text.starts_with("====") || text.starts_with("~~>") || text.starts_with("<~~");
    if (text.starts_with("====")) return true;
    const bool out = take_mark(text, "-->") || take_mark(text, "~~>");
    if (!out && !take_mark(text, "<--") && !take_mark(text, "<~~")) return false;
    book.say({}, out ? sent : received, text);
    return true;
  }
  [[nodiscard]] bool convinced() const override { return seen_; }

 private:
  bool seen_ = false;
};

}  // namespace

extern const DialectRow checktls_dialect;
const DialectRow checktls_dialect{
    {"checktls", "CheckTLS //email/testTo and testFrom",
     "<-- 220 mx.example.com ESMTP\n--> STARTTLS\n<-- 220 go\n~~> EHLO client.example.test\n"},
    Marks::common,
    make_dialect<CheckTls>};

}  // namespace mailparse::transcript
