// ngrep -W byline: a heading for each packet, then its lines with `.` for the CR; an empty line ends it. -x: a dump of
// the packet instead of its lines.
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

struct Heading {
  std::string_view from;
  std::string_view to;
  std::optional<Timestamp> time;
};

/// `T 2026/11/21 21:08:52.207270 127.0.0.1:2535 -> 127.0.0.1:34496 [AP] #4`; the time only with -t.
std::optional<Heading> read_heading(std::string_view text) {
  if (!take(text, "T ")) return std::nullopt;
  // -t gives the time, -T the seconds since the packet before.
  if (text.starts_with('+')) text.remove_prefix(std::min(text.size(), text.find(' ') + 1));
  const auto time = read_time(text, {});
  text.remove_prefix(time.length);
  const auto arrow = text.find(" -> ");
  if (arrow == std::string_view::npos) return std::nullopt;
  const auto rest = text.substr(arrow + 4);
  return Heading{text.substr(0, arrow), rest.substr(0, rest.find(' ')), time.time};
}

class Ngrep final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    if (const auto heading = read_heading(line.text)) {
      begin(*heading, book);
      return true;
    }
    if (!open_ || line.text.empty()) {
      open_ = false;
      return line.text.starts_with("input: ") || line.text.starts_with("interface: ") ||
             line.text.starts_with("filter: ") || line.text.find_first_not_of('#') == std::string_view::npos;
    }
    LogLine stamp = line;
    stamp.time = time_;
    book.at(stamp);
    if (read_dump(line.text, book)) return true;
    if (is_dump_) return open_ = false;
    auto text = line.text;
    if (text.ends_with('.')) text.remove_suffix(1);
    book.say(key_, mark_, text);
    return true;
  }

  void finish(Book& book) override {
    for (const auto side : {0U, 1U}) joiners_[side].flush(book, key_, Mark{static_cast<std::uint8_t>(side), {}});
  }

 private:
  /// `  32 32 30 20 6d 78 2e 65    78 61 6d 70 6c 65 2e 63    220 mx.example.c`.
  bool read_dump(std::string_view text, Book& book) {
    if (!fresh_ && !is_dump_) return false;
    room_.clear();
    const bool dump = text.starts_with("  ") && undo_hex(text, room_) > 0 && text.size() >= 56;
    if (fresh_) is_dump_ = dump;
    fresh_ = false;
    if (dump) joiners_[mark_.id].add(book, key_, mark_, room_);
    return dump;
  }

  void begin(const Heading& heading, Book& book) {
    const auto from = read_endpoint(heading.from);
    const auto to = read_endpoint(heading.to);
    const bool first = heading.from < heading.to;
    key_.assign(first ? heading.from : heading.to).append(" ").append(first ? heading.to : heading.from);
    // The lower port is the server's as a rule.
    const bool from_server = from && to && from->port < to->port;
    mark_ = {static_cast<std::uint8_t>(first ? 0 : 1), from_server ? Side::server : Side::client};
    open_ = from && to;
    fresh_ = true;
    is_dump_ = false;
    if (!open_) return;
    time_ = heading.time;
    if (book.known(key_)) return;
    book.endpoint(key_, mark_, *from);
    book.endpoint(key_, Mark{static_cast<std::uint8_t>(first ? 1 : 0), std::nullopt}, *to);
  }

  std::string key_;
  Mark mark_;
  std::optional<Timestamp> time_;
  bool open_ = false;
  bool fresh_ = false;    ///< nothing came of this packet yet
  bool is_dump_ = false;  ///< its octets come as hex digits
  std::array<LineJoiner, 2> joiners_;
  std::string room_;
};

}  // namespace

extern const DialectRow ngrep_dialect;
const DialectRow ngrep_dialect{
    {"ngrep", "ngrep -W byline, -x",
     "T 2026/11/21 21:08:52.207270 192.0.2.5:25 -> 192.0.2.7:34496 [AP] #4\n220 mx.example.com ESMTP.\n\n"},
    Marks::own,
    make_dialect<Ngrep>};

}  // namespace mailparse::transcript
