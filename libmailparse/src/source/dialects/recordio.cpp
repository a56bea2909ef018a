// qmail's recordio: `pid > ` from the program, `pid < ` to it; a blank at the end stands for the newline that was seen,
// `+` for a buffer that ended before one. CR is kept.
#include <map>
#include <string>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark out_mark{0, Side::server};
constexpr Mark in_mark{1, Side::client};
/// Pieces of lines that are waited for at a time.
constexpr std::size_t pieces_most = 1024;

class Recordio final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    if (take(text, "tcpserver: ")) {
      // `ok PID ...` tells of a new connection, `end PID status 0` of its end.
      const bool ended = take(text, "end ");
      if (ended || take(text, "ok ")) change(text.substr(0, text.find(' ')), ended, book);
      return true;
    }
    const auto blank = text.find(' ');
    if (blank == 0 || blank == std::string_view::npos || blank > 9 || !number(text.substr(0, blank)) ||
        text.size() < blank + 3)
      return false;
    const auto key = text.substr(0, blank);
    const char arrow = text[blank + 1];
    if ((arrow != '<' && arrow != '>') || text[blank + 2] != ' ') return false;
    text.remove_prefix(blank + 3);
    book.at(line);
    if (text == "[EOF]") return true;
    say(key, arrow == '>' ? out_mark : in_mark, text, book);
    return true;
  }

 private:
  void change(std::string_view key, bool ended, Book& book) {
    if (ended) {
      book.end(key, StreamEnd::closed);
    } else {
      book.begin(key);
    }
  }

  void say(std::string_view key, const Mark& mark, std::string_view text, Book& book) {
    const std::pair<std::string, std::uint8_t> place{key, mark.id};
    if (text.ends_with('+')) {
      if (pieces_.size() >= pieces_most) pieces_.clear();
      pieces_[place].append(text.substr(0, text.size() - 1));
      return;
    }
    if (text.ends_with(' ')) text.remove_suffix(1);
    std::string joined;
    if (const auto before = pieces_.find(place); before != pieces_.end()) {
      joined = std::move(before->second);
      pieces_.erase(before);
      joined.append(text);
      text = joined;
    }
    exact_ = exact_ || text.ends_with('\r');
    if (!exact_) {
      // A paste that lost its CRs.
      book.say(key, mark, text);
      return;
    }
    room_.assign(text);
    room_.push_back('\n');
    book.say_octets(key, mark, room_);
  }

  std::map<std::pair<std::string, std::uint8_t>, std::string> pieces_;
  std::string room_;
  bool exact_ = false;
};

}  // namespace

extern const DialectRow recordio_dialect;
const DialectRow recordio_dialect{{"recordio", "qmail's recordio under tcpserver",
                                   "20983 > 220 mx.example.com ESMTP\n20983 < EHLO client.example.test\n"},
                                  Marks::own,
                                  make_dialect<Recordio>};

}  // namespace mailparse::transcript
