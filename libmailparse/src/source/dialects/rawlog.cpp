// Dovecot's rawlog with times: one side a file (.in, .out), or both with `I: ` and `O: `.
#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark either{0, std::nullopt};

class Rawlog final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    line.text = line.whole;
    if (line.text.size() < 12 || line.text[10] != '.' || !is(OctetClass::digit, line.text.front())) return false;
    const auto time = read_time(line.text, {});
    if (time.length == 0) return false;
    line.time = time.time;
    // One blank only: the text may begin with more.
    auto text = line.text.substr(time.length - time.padding);
    book.at(line);
    if (take(text, "I: ") || take(text, "I> ")) return say(client_mark, text, line.crlf, book);
    if (take(text, "O: ") || take(text, "O> ")) return say(server_mark, text, line.crlf, book);
    if (!spoken_) book.manner({.replies_shown = verb(text) == Verb::none});
    return say(either, text, line.crlf, book);
  }

 private:
  bool say(const Mark& mark, std::string_view text, bool crlf, Book& book) {
    spoken_ = true;
    exact_ = exact_ || crlf;
    if (exact_ && !crlf) {
      room_.assign(text);
      room_.push_back('\n');
      book.say_octets({}, mark, room_);
    } else {
      book.say({}, mark, text);
    }
    return true;
  }

  std::string room_;
  bool spoken_ = false;
  bool exact_ = false;
};

}  // namespace

extern const DialectRow rawlog_dialect;
const DialectRow rawlog_dialect{
    {"rawlog", "Dovecot rawlog -t, lmtp_rawlog_dir", "1795295412.446095 STAT\n1795295412.448385 LIST\n"},
    Marks::own,
    make_dialect<Rawlog>};

}  // namespace mailparse::transcript
