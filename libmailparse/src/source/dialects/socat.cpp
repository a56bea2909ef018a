// socat -v: a heading with arrow, time and length, then the octets with CR as `\r`; -x: the octets as hex digits, all
// of them in one line, or with -v as a dump that breaks behind each LF. Six digits of the heading's nine are the
// fraction: microseconds, padded in front.
#include <algorithm>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark right{0, Side::client};
constexpr Mark left{1, Side::server};

struct Heading {
  bool to_right = false;
  std::uint64_t length = 0;
  std::optional<Timestamp> time;
};

/// `> 2026/11/21 21:12:21.000492444  length=26 from=0 to=25`.
std::optional<Heading> read_heading(std::string_view text) {
  if (text.size() < 30 || (text[0] != '>' && text[0] != '<') || text[1] != ' ') return std::nullopt;
  const auto at = text.find(" length=");
  if (at == std::string_view::npos) return std::nullopt;
  const auto digits = text.substr(at + 8, text.find(' ', at + 8) - at - 8);
  const auto length = number(digits);
  const auto time = read_time(text.substr(2), {});
  if (!length || time.length == 0) return std::nullopt;
  Heading heading{text[0] == '>', *length, time.time};
  const auto dot = text.find('.');
  const auto end = dot == std::string_view::npos ? dot : text.find(' ', dot);
  if (heading.time && end != std::string_view::npos && end - dot == 10 && text.substr(dot + 1, 3) == "000") {
    // Nine digits with three zeros in front: the other six are microseconds.
    const auto fraction = number(text.substr(dot + 4, 6));
    const auto second = std::chrono::floor<std::chrono::seconds>(*heading.time);
    if (fraction) heading.time = second + std::chrono::microseconds{static_cast<std::int64_t>(*fraction)};
  }
  return heading;
}

class Socat final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    auto text = whole.text;
    if (missing_ == 0) {
      const auto heading = read_heading(text);
      if (!heading) return text == "--";  // ends the dump of a block
      begin(*heading);
      return true;
    }
    LogLine stamp = whole;
    stamp.time = time_;
    book.at(stamp);
    room_.clear();
    if (in_hex(text)) return read_hex(text, book);
    fresh_ = false;
    const auto used = take_octets(text);
    const bool more = used == text.size();
    if (more && missing_ > 0) {
      room_.push_back('\n');
      --missing_;
    }
    (mark_ == &right ? to_right_ : to_left_).add(book, {}, *mark_, room_);
    // Octets without a line end: the next heading stands on the same line.
    if (const auto heading = more ? std::nullopt : read_heading(text.substr(used))) begin(*heading);
    return true;
  }

  void finish(Book& book) override {
    to_right_.flush(book, {}, right);
    to_left_.flush(book, {}, left);
  }

 private:
  void begin(const Heading& heading) {
    mark_ = heading.to_right ? &right : &left;
    missing_ = heading.length;
    time_ = heading.time;
    fresh_ = true;
  }

  /// Whether the octets of this block come as digits: its first line shows it.
  bool in_hex(std::string_view text) {
    if (!fresh_) return hex_;
    room_.clear();
    const auto wanted = std::min<std::uint64_t>(missing_, 16);
    hex_ = text.starts_with(' ') && undo_hex(text, room_) == wanted;
    // With -v a line of the dump ends behind each LF.
    if (!hex_) hex_ = text.starts_with(' ') && room_.size() > 1 && room_.ends_with('\n');
    room_.clear();
    return hex_;
  }

  bool read_hex(std::string_view text, Book& book) {
    fresh_ = false;
    while (missing_ > 0) {
      const auto before = room_.size();
      const auto count = undo_hex(text, room_);
      missing_ -= std::min<std::uint64_t>(missing_, room_.size() - before);
      // Without -v one line holds them all; each octet takes three characters.
      if (count < 16 || text.size() <= count * 3 || text[count * 3] != ' ' || text.substr(count * 3).starts_with("  "))
        break;
      text.remove_prefix(count * 3);
    }
    if (room_.empty()) return false;
    (mark_ == &right ? to_right_ : to_left_).add(book, {}, *mark_, room_);
    return true;
  }

  /// Takes the escapes off as many octets as are missing; tells how much of `text` they were.
  std::size_t take_octets(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size() && missing_ > 0) {
      if (text[i] == '\\' && i + 1 < text.size()) {
        const auto before = room_.size();
        const auto piece = text.substr(i, 2);
        unescape(piece, '\0', room_);
        i += 2;
        missing_ -= std::min<std::uint64_t>(missing_, room_.size() - before);
      } else {
        room_.push_back(text[i++]);
        --missing_;
      }
    }
    return i;
  }

  const Mark* mark_ = &right;
  std::uint64_t missing_ = 0;
  bool fresh_ = false;  ///< nothing came of this block yet
  bool hex_ = false;
  std::optional<Timestamp> time_;
  LineJoiner to_right_;
  LineJoiner to_left_;
  std::string room_;
};

}  // namespace

extern const DialectRow socat_dialect;
const DialectRow socat_dialect{{"socat", "socat -v, -x",
                                "< 2026/11/21 21:12:21.000492444  length=8 from=0 to=7\n220 mx\\r\n> 2026/11/21 "
                                "21:12:21.000493444  length=6 from=0 to=5\nQUIT\\r\n"},
                               Marks::own,
                               make_dialect<Socat>};

}  // namespace mailparse::transcript
