// The transcript in sendmail's delivery status notifications: `>>>` sent, `<<<` received; other lines are sendmail's
// own.
#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

class SendmailDsn final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (text.find("Transcript of session follows") != std::string_view::npos ||
        text.find("hile talking to ") != std::string_view::npos) {
      book.begin({});
      return seen_ = true;
    }
    if (!seen_) return false;
    const bool out = take_mark(text, ">>>");
    if (!out && !take_mark(text, "<<<")) return false;
    book.manner({.bodies = Bodies::left_out});
    book.say({}, out ? sent : received, text);
    return true;
  }

 private:
  bool seen_ = false;
};

}  // namespace

extern const DialectRow sendmail_dsn_dialect;
const DialectRow sendmail_dsn_dialect{{"sendmail-dsn", "sendmail's delivery status notifications",
                                       "   ----- Transcript of session follows -----\n... while talking to "
                                       "mx.example.com.:\n>>> DATA\n<<< 550 5.1.1 no such user\n"},
                                      Marks::own,
                                      make_dialect<SendmailDsn>};

}  // namespace mailparse::transcript
