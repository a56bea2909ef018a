// tcpdump -A: a heading for each packet, then all of it as text, the headers as junk in front; CR is not printed. The
// length in the heading says how many octets at the end are payload.
#include <map>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

struct Heading {
  std::string from;
  std::string to;
  std::string flags;
  std::uint64_t sequence_end = 0;
  std::uint64_t length = 0;
  std::optional<Timestamp> time;
};

std::string_view behind(std::string_view text, std::string_view word) {
  const auto at = text.find(word);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + word.size());
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
  return number(text.substr(0, text.find_first_not_of("0123456789")));
}

/// `21:08:52.207270 IP 127.0.0.1.2535 > 127.0.0.1.34496: Flags [P.], seq 1:35, ack 1, ..., length 34`.
std::optional<Heading> read_heading(LogLine line) {
  take_time(line);
  auto text = line.text;
  if (!take(text, "IP ") && !take(text, "IP6 ")) return std::nullopt;
  const auto arrow = text.find(" > ");
  const auto colon = text.find(": Flags [", arrow == std::string_view::npos ? 0 : arrow);
  if (arrow == std::string_view::npos || colon == std::string_view::npos) return std::nullopt;
  Heading heading;
  heading.from = text.substr(0, arrow);
  heading.to = text.substr(arrow + 3, colon - arrow - 3);
  const auto flags = text.substr(colon + 9);
  heading.flags = flags.substr(0, flags.find(']'));
  const auto sequence = behind(text, "seq ");
  heading.sequence_end = leading_number(behind(sequence.substr(0, sequence.find(',')), ":")).value_or(0);
  const auto last = text.rfind("length ");
  if (last != std::string_view::npos) heading.length = leading_number(text.substr(last + 7)).value_or(0);
  heading.time = line.time;
  return heading;
}

class Tcpdump final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    if (auto heading = read_heading(line)) {
      give(book);
      heading_ = std::move(heading);
      from_ = line;
      from_.text = from_.whole = from_.program = from_.process = {};
      return true;
    }
    if (!heading_) return false;
    if (text_.size() < longest) text_.append(line.whole).append(line.crlf ? "\r\n" : "\n");
    return true;
  }

  void finish(Book& book) override { give(book); }

 private:
  static constexpr std::size_t longest = 1024 * 1024;

  void give(Book& book) {
    if (!heading_) return;
    const auto heading = *std::exchange(heading_, std::nullopt);
    const auto text = std::exchange(text_, {});
    const bool first = heading.from < heading.to;
    const auto key = first ? heading.from + " " + heading.to : heading.to + " " + heading.from;
    if (heading.flags.find('S') != std::string::npos) {
      book.begin(key);
      ends_.erase(heading.from + ">" + heading.to);
      ends_.erase(heading.to + ">" + heading.from);
      return;
    }
    if (heading.length == 0) return;
    // Sent again: the end of what was seen of this side only grows.
    if (ends_.size() > 10'000) ends_.clear();
    auto& end = ends_[heading.from + ">" + heading.to];
    if (heading.sequence_end != 0 && heading.sequence_end <= end) return;
    end = std::max(end, heading.sequence_end);
    say(heading, key, first, payload(text, heading.length), book);
  }

  /// The last `length` octets, with the CRs that tcpdump left out.
  static std::string payload(std::string_view text, std::uint64_t length) {
    if (text.ends_with("\r\n"))
      text.remove_suffix(2);
    else if (text.ends_with('\n'))
      text.remove_suffix(1);
    const bool shows_cr = text.find('\r') != std::string_view::npos;
    std::string reversed;
    for (std::size_t i = text.size(); i-- > 0 && reversed.size() < length;) {
      reversed.push_back(text[i]);
      if (text[i] == '\n' && !shows_cr && reversed.size() < length) reversed.push_back('\r');
    }
    std::ranges::reverse(reversed);
    return reversed;
  }

  void say(const Heading& heading, const std::string& key, bool first, std::string_view octets, Book& book) {
    const auto from = read_endpoint(heading.from, '.');
    const auto to = read_endpoint(heading.to, '.');
    const bool from_server = from && to && from->port < to->port;
    const Mark mark{static_cast<std::uint8_t>(first ? 0 : 1), from_server ? Side::server : Side::client};
    from_.time = heading.time;
    book.at(from_);
    if (!book.known(key)) {
      if (from) book.endpoint(key, mark, *from);
      if (to) book.endpoint(key, Mark{static_cast<std::uint8_t>(first ? 1 : 0), std::nullopt}, *to);
    }
    book.say_octets(key, mark, octets);
  }

  std::optional<Heading> heading_;
  LogLine from_;
  std::string text_;
  std::map<std::string, std::uint64_t> ends_;
};

}  // namespace

extern const DialectRow tcpdump_dialect;
const DialectRow tcpdump_dialect{{"tcpdump", "tcpdump -A",
                                  "21:08:52.207270 IP 192.0.2.5.25 > 192.0.2.7.34496: Flags [P.], seq 1:9, ack 1, win "
                                  "64, length 8\nE..V..@.@.g.........220 mx\n"},
                                 Marks::own,
                                 make_dialect<Tcpdump>};

}  // namespace mailparse::transcript
