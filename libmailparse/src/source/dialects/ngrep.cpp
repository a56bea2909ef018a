// ngrep -W byline: a heading for each packet, then its lines with `.` for the CR; an empty line ends it. -W none: the
// packet in one line; -W normal: that line wrapped; -W single: behind the heading. -x: a dump of the packet.
#include <string>
#include <utility>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

struct Heading {
  std::string_view from;
  std::string_view to;
  std::optional<Timestamp> time;
  std::string_view text;  ///< the packet itself, with -W single
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
  const auto flags = rest.find("] ");
  const auto text_at = flags == std::string_view::npos ? rest.size() : flags + 2;
  const bool numbered = rest.substr(text_at).starts_with('#');
  return Heading{text.substr(0, arrow), rest.substr(0, rest.find(' ')), time.time,
                 numbered ? std::string_view{} : rest.substr(text_at)};
}

class Ngrep final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    if (const auto heading = read_heading(line.text)) {
      give_wrapped(book);
      begin(*heading, book);
      book.at(stamped(line));
      if (open_ && !heading->text.empty()) say_unbroken(heading->text, book);
      return true;
    }
    if (!open_ || line.text.empty()) {
      give_wrapped(book);
      open_ = false;
      return line.text.starts_with("input: ") || line.text.starts_with("interface: ") ||
             line.text.starts_with("filter: ") || line.text.find_first_not_of('#') == std::string_view::npos;
    }
    book.at(stamped(line));
    book.manner({.packets = true});
    const bool first = fresh_;
    if (read_dump(line.text, book)) return true;
    if (is_dump_) return open_ = false;
    if ((first || !wrapped_.empty()) && line.text.starts_with("  ")) {
      if (wrapped_.size() < longest) wrapped_.append(line.text.substr(2));
      return true;
    }
    room_.assign(line.text);
    if (room_.ends_with('.')) room_.pop_back();
    // What ends in one dot was broken at its line ends; a sentence of such a log ends in two.
    byline_ = byline_ || !room_.ends_with('.');
    if (first && !byline_ && room_ != ".") return say_unbroken(line.text, book);
    folds_.undo(room_);
    book.say(key_, mark_, room_);
    return true;
  }

  void finish(Book& book) override {
    give_wrapped(book);
    for (const auto side : {0U, 1U}) joiners_[side].flush(book, key_, Mark{static_cast<std::uint8_t>(side), {}});
  }

 private:
  static constexpr std::size_t longest = 1024 * 1024;
  static constexpr std::string_view line_end = "..";
  static constexpr std::string_view end_of_data = ".....";

  [[nodiscard]] LogLine stamped(LogLine line) const {
    line.time = time_;
    return line;
  }

  /// A packet that was wrapped at the width of the screen, whose last line is filled up with blanks.
  void give_wrapped(Book& book) {
    if (wrapped_.empty()) return;
    auto text = std::exchange(wrapped_, {});
    while (text.ends_with(' ')) text.pop_back();
    say_unbroken(text, book);
  }

  /// A packet in one line, as all forms but byline show it: a dot stands for each octet that cannot be printed, CR and
  /// LF too. What a message has of dots of its own is not to be told from them, so that it is left out; a literal's and
  /// a chunk's end is known by their size.
  bool say_unbroken(std::string_view text, Book& book) {
    while (!text.empty()) {
      const auto side = book.side(key_, mark_);
      const auto passed = side ? book.pass(key_, *side, text.size()) : 0;
      text.remove_prefix(passed);
      if (text.empty()) return true;
      // What was filled up or cut off with blanks is some octets longer or shorter than it was.
      if (passed > 0 && !text.starts_with(line_end) && !text.starts_with(')') && !text.starts_with(' ') && !says(text))
        return say_last(text, book);
      if (book.in_body(key_)) return say_behind_message(text, Side::client, book);
      if (book.listing(key_) == Listing::message) return say_behind_message(text, Side::server, book);
      say_first_line(text, book);
      if (side && book.octets_due(key_, *side) > 0) book.spoil(key_, *side);
    }
    return true;
  }

  /// Says the line that `text` begins with, and takes it off.
  void say_first_line(std::string_view& text, Book& book) {
    const bool listing = book.in_listing(key_);
    if (listing && text == "...") return say_and_take(text, 1, book);
    auto at = text.find(line_end);
    const auto dots = at == std::string_view::npos ? 0 : std::min(text.size(), text.find_first_not_of('.', at)) - at;
    // Five dots at the end of a list are the end of its last line, and its own dot and end.
    const bool ends = dots == end_of_data.size() && at + dots == text.size();
    // A sentence's own dot comes before those of the line end.
    if (dots > 2 && !listing && !(ends && book.listing(key_) == Listing::asked)) at += dots - 2;
    say_and_take(text, at, book);
  }

  void say_and_take(std::string_view& text, std::size_t length, Book& book) {
    book.say(key_, mark_, text.substr(0, length));
    text.remove_prefix(length == std::string_view::npos ? text.size() : length + line_end.size());
  }

  /// A message is on its way and `text` a part of it; what was sent in one go behind its end.
  bool say_behind_message(std::string_view text, Side side, Book& book) {
    book.elide(key_, side, Elision::body);
    if (side == Side::server) return say_last(text, book);
    const auto end = text.rfind(end_of_data);
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + end_of_data.size());
    if (!text.empty() && !says(text)) return true;
    book.say(key_, mark_, ".");
    while (!text.empty()) say_first_line(text, book);
    return true;
  }

  /// Whether a line of dialogue begins here.
  static bool says(std::string_view text) {
    const auto line = text.substr(0, text.find(line_end));
    return is_reply(line) || verb(line) != Verb::none;
  }

  /// What stands behind octets that were left out: the reply that ends them.
  bool say_last(std::string_view text, Book& book) {
    if (text.ends_with(line_end)) text.remove_suffix(line_end.size());
    const auto at = text.rfind(line_end);
    const auto last = at == std::string_view::npos ? text : text.substr(at + line_end.size());
    if (is_reply(last)) book.say(key_, mark_, last);
    return true;
  }

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
  std::string wrapped_;
  bool byline_ = false;
  HeaderFolds folds_;
};

}  // namespace

extern const DialectRow ngrep_dialect;
const DialectRow ngrep_dialect{
    {"ngrep", "ngrep -W byline, -x",
     "T 2026/11/21 21:08:52.207270 192.0.2.5:25 -> 192.0.2.7:34496 [AP] #4\n220 mx.example.com ESMTP.\n\n"},
    Marks::own,
    make_dialect<Ngrep>};

}  // namespace mailparse::transcript
