// sendmail -v (and heirloom mailx -v): `>>>` sent, replies bare, no messages; `050` tells of a session further on.
#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

class Sendmail final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    // A relay under VERB tells of its own session in replies with this code, which no server gives otherwise.
    const bool nested = take(text, "050 ");
    const std::string_view key = nested ? "050" : "";
    if (text.find("... Connecting to ") != std::string_view::npos) {
      book.begin(key);
      return true;
    }
    // A notification marks both sides.
    if (text.starts_with("<<<")) notification_ = true;
    if (take_mark(text, ">>>")) {
      // The same mark of `exim -bh` stands before words that are no commands.
      if (verb(text) == Verb::none && text != "." && !(book.in_sasl(key) && base64_line(text)) && !plausible(text))
        return false;
      book.manner({.bodies = Bodies::left_out});
      book.say(key, client_mark, text);
      spoken_ = true;
      return true;
    }
    if (smtp_code(text)) {
      book.manner({.bodies = Bodies::left_out});
      book.say(key, server_mark, text);
      return true;
    }
    return spoken_ && (text.find("... ") != std::string_view::npos || text.starts_with("Closing connection to "));
  }

  [[nodiscard]] bool convinced() const override { return spoken_ && !notification_; }

 private:
  /// A verb of four letters in capitals that is not in the table.
  static bool plausible(std::string_view text) {
    const auto word = text.substr(0, text.find(' '));
    return word.size() >= 4 && word.size() <= 8 &&
           std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
  }

  bool spoken_ = false;
  bool notification_ = false;
};

}  // namespace

extern const DialectRow sendmail_dialect;
const DialectRow sendmail_dialect{{"sendmail", "sendmail -v, heirloom mailx -v",
                                   "bob@example.com... Connecting to mx.example.com. via esmtp...\n220 mx.example.com "
                                   "ESMTP\n>>> EHLO client.example.test\n"},
                                  Marks::common,
                                  make_dialect<Sendmail>};

}  // namespace mailparse::transcript
