// sendmail -X: all traffic of each process, `pid <<< ` in and `pid >>> ` out, mixed with what -v prints on the
// terminal.
#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark in_mark{0, Side::client};
constexpr Mark out_mark{1, Side::server};

class SendmailX final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    const auto end = text.find(' ');
    if (end == 0 || end == std::string_view::npos || end > 9 || !number(text.substr(0, end))) return false;
    const auto key = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (take(text, "=== ")) {
      if (text.starts_with("CONNECT")) book.begin(key);
      if (text.starts_with("EXEC") || text.starts_with("EOF")) book.end(key, StreamEnd::closed);
      return true;
    }
    const bool in = take_mark(text, "<<<");
    if (!in && !take_mark(text, ">>>")) return false;
    // -v repeats commands and replies for the terminal.
    if (!in && (text.starts_with(">>> ") || text.starts_with("<<< "))) return true;
    book.say(key, in ? in_mark : out_mark, text);
    return true;
  }
};

}  // namespace

extern const DialectRow sendmail_x_dialect;
const DialectRow sendmail_x_dialect{
    {"sendmail-x", "sendmail -X logfile",
     "21000 === CONNECT client.example.test\n21000 >>> 220 mx.example.com ESMTP\n21000 <<< EHLO client.example.test\n"},
    Marks::own,
    make_dialect<SendmailX>};

}  // namespace mailparse::transcript
