// Postfix's test programs: smtp-sink -v shows commands only; smtp-source -v marks replies `<<<`.
#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

class SmtpSink final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    const bool sink = take(text, "smtp-sink: ");
    if (!sink && !take(text, "smtp-source: ")) return false;
    book.manner({.bodies = Bodies::left_out, .replies_shown = !sink});
    if (take_mark(text, "<<<")) {
      book.say({}, server_mark, text);
    } else if (verb(text) != Verb::none || (text == "." && book.in_body({}))) {
      book.say({}, client_mark, text);
    } else if (text == "disconnect") {
      book.end({}, StreamEnd::closed);
    }
    return true;
  }
};

}  // namespace

extern const DialectRow smtp_sink_dialect;
const DialectRow smtp_sink_dialect{{"smtp-sink", "Postfix smtp-sink -v, smtp-source -v",
                                    "smtp-sink: EHLO client.example.test\nsmtp-sink: MAIL FROM:<a@example.test>\n"},
                                   Marks::own,
                                   make_dialect<SmtpSink>};

}  // namespace mailparse::transcript
