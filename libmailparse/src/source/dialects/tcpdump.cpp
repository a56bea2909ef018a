// tcpdump -A: a heading for each packet, then all of it as text, the headers as junk in front; CR is not printed. The
// length in the heading says how many octets at the end are payload. -x, -X, -xx and -XX: a dump of the packet instead,
// whose headers say the same. RFC 791, RFC 8200, RFC 9293 3.1.
#include <map>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

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

/// Takes off what stands in front of the addresses: `IP `, `lo    In  IP `, and with -e the frame's own addresses.
bool take_network(std::string_view& text) {
  if (take(text, "IP ") || take(text, "IP6 ")) return true;
  constexpr std::size_t farthest = 120;
  const auto front = text.substr(0, farthest);
  if (front.find("ethertype IP") != std::string_view::npos) {
    const auto length = front.find("length ");
    const auto colon = length == std::string_view::npos ? length : text.find(": ", length);
    if (colon == std::string_view::npos) return false;
    text.remove_prefix(colon + 2);
    return true;
  }
  for (const std::string_view way : {" In  IP ", " Out IP ", " In  IP6 ", " Out IP6 "}) {
    const auto at = front.find(way);
    if (at == std::string_view::npos) continue;
    text.remove_prefix(at + way.size());
    return true;
  }
  return false;
}

/// `127.0.0.1.2535 > 127.0.0.1.34496: tcp 34` of -q: neither flags nor numbers.
std::optional<Heading> read_quiet_segment(std::string_view text, std::size_t arrow) {
  constexpr std::string_view protocol = ": tcp ";
  const auto colon = text.find(protocol, arrow);
  if (colon == std::string_view::npos) return std::nullopt;
  const auto length = number(trim_blanks(text.substr(colon + protocol.size())));
  if (!length) return std::nullopt;
  Heading heading;
  heading.from = text.substr(0, arrow);
  heading.to = text.substr(arrow + 3, colon - arrow - 3);
  heading.length = *length;
  return heading;
}

/// `127.0.0.1.2535 > 127.0.0.1.34496: Flags [P.], seq 1:35, ack 1, ..., length 34`.
std::optional<Heading> read_segment(std::string_view text) {
  const auto arrow = text.find(" > ");
  if (arrow == std::string_view::npos) return std::nullopt;
  const auto colon = text.find(": Flags [", arrow);
  if (colon == std::string_view::npos) return read_quiet_segment(text, arrow);
  Heading heading;
  heading.from = text.substr(0, arrow);
  heading.to = text.substr(arrow + 3, colon - arrow - 3);
  const auto flags = text.substr(colon + 9);
  heading.flags = flags.substr(0, flags.find(']'));
  const auto sequence = behind(text, "seq ");
  heading.sequence_end = leading_number(behind(sequence.substr(0, sequence.find(',')), ":")).value_or(0);
  const auto last = text.rfind("length ");
  if (last != std::string_view::npos) heading.length = leading_number(text.substr(last + 7)).value_or(0);
  return heading;
}

/// `21:08:52.207270 IP 127.0.0.1.2535 > 127.0.0.1.34496: Flags [P.], ...`.
std::optional<Heading> read_heading(LogLine line) {
  take_time(line);
  if (!take_network(line.text)) return std::nullopt;
  auto heading = read_segment(line.text);
  if (heading) heading->time = line.time;
  return heading;
}

/// The first of the two lines of -v: `21:08:52.207270 IP (tos 0x0, ttl 64, ..., length 60)`. Its time.
bool opens_verbose(LogLine line, std::optional<Timestamp>& time) {
  take_time(line);
  if (!take_network(line.text) || !line.text.starts_with('(')) return false;
  time = line.time;
  return true;
}

std::size_t octet(std::string_view packet, std::size_t at) noexcept {
  return static_cast<unsigned char>(packet[at]);
}

/// The TCP payload of a packet that begins at `packet`; nothing where no IP header stands there.
std::optional<std::string_view> payload_of_ip(std::string_view packet) {
  constexpr std::size_t tcp = 6;
  if (packet.size() < 40) return std::nullopt;
  const auto version = octet(packet, 0) >> 4;
  std::size_t header = 40;
  std::size_t total = 0;
  if (version == 4) {
    header = (octet(packet, 0) & 0x0F) * 4;
    total = octet(packet, 2) * 256 + octet(packet, 3);
    if (octet(packet, 9) != tcp || header < 20) return std::nullopt;
  } else if (version == 6) {
    total = header + octet(packet, 4) * 256 + octet(packet, 5);
    if (octet(packet, 6) != tcp) return std::nullopt;
  }
  if (total < header + 20 || total > packet.size()) return std::nullopt;
  const auto begin = header + (octet(packet, header + 12) >> 4) * 4;
  if (begin < header + 20 || begin > total) return std::nullopt;
  return packet.substr(begin, total - begin);
}

/// The payload of a dumped frame, behind whatever link header it has.
std::string_view payload_of_frame(std::string_view frame, std::uint64_t length) {
  for (const std::size_t link : {0U, 14U, 16U, 18U, 20U, 22U, 4U}) {
    if (link > frame.size()) continue;
    const auto payload = payload_of_ip(frame.substr(link));
    if (payload && payload->size() == length) return *payload;
  }
  return frame.size() >= length ? frame.substr(frame.size() - length) : frame;
}

/// `\t0x0010:  7f00 0001 0a29 c012 2754 e083 7089 02cc  .....)..'T..p...`: appends its octets.
bool read_dump(std::string_view line, std::string& octets) {
  while (!line.empty() && is(OctetClass::blank, line.front())) line.remove_prefix(1);
  const auto colon = line.find(':');
  if (!line.starts_with("0x") || colon == std::string_view::npos || colon > 10) return false;
  line.remove_prefix(colon + 1);
  std::size_t blanks = 0;
  std::size_t taken = 0;
  for (std::size_t i = 0; i + 1 < line.size() && taken < 16;) {
    if (line[i] == ' ') {
      // Two blanks behind the octets: the same as text.
      if (++blanks > 1 && taken > 0) break;
      ++i;
      continue;
    }
    const auto high = hex_digit(line[i]);
    const auto low = hex_digit(line[i + 1]);
    if (!high || !low) break;
    octets.push_back(static_cast<char>(static_cast<unsigned char>(*high * 16 + *low)));
    blanks = 0;
    ++taken;
    i += 2;
  }
  return taken > 0;
}

class Tcpdump final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    if (verbose_) {
      verbose_ = false;
      const auto text = outer_ ? line.text : line.whole;
      heading_ = text.starts_with(' ') ? read_segment(trim_blanks(text)) : std::nullopt;
      if (heading_) heading_->time = verbose_time_;
      if (heading_) return true;
    }
    if (auto heading = read_heading(line)) {
      give(book);
      heading_ = std::move(heading);
      remember(line);
      return true;
    }
    if (opens_verbose(line, verbose_time_)) {
      give(book);
      remember(line);
      return verbose_ = true;
    }
    if (!heading_) return false;
    const auto text = outer_ ? line.text : line.whole;
    if (text_.empty() && read_dump(text, frame_)) return true;
    if (text_.size() < longest) text_.append(text).append(line.crlf ? "\r\n" : "\n");
    return true;
  }

  void finish(Book& book) override { give(book); }

 private:
  static constexpr std::size_t longest = 1024 * 1024;

  void remember(const LogLine& line) {
    from_ = line;
    // A time that is left behind others is the dialect's own; then they stand in front of all lines.
    outer_ = read_time(line.text, {}).length > 0;
    from_.text = from_.whole = from_.program = from_.process = {};
  }

  void give(Book& book) {
    if (!heading_) return;
    const auto heading = *std::exchange(heading_, std::nullopt);
    const auto text = std::exchange(text_, {});
    const auto frame = std::exchange(frame_, {});
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
    if (!frame.empty()) return say(heading, key, first, payload_of_frame(frame, heading.length), book);
    say(heading, key, first, payload(text, heading.length), book);
  }

  /// The last `length` octets, with the CRs that tcpdump left out.
  static std::string payload(std::string_view text, std::uint64_t length) {
    if (text.ends_with("\r\n"))
      text.remove_suffix(2);
    else if (text.ends_with('\n'))
      text.remove_suffix(1);
    // A frame shorter than Ethernet allows is padded; NUL is printed as a dot.
    if (const auto end = text.find_last_not_of('.');
        length < 6 && end != std::string_view::npos && text[end] == '\n' && text.size() - end <= 7 - length)
      text = text.substr(0, end + 1);
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
    // The lower port is the server's as a rule; names of hosts and ports tell nothing.
    std::optional<Side> prior;
    if (from && to) prior = from->port < to->port ? Side::server : Side::client;
    const Mark mark{static_cast<std::uint8_t>(first ? 0 : 1), prior};
    from_.time = heading.time;
    book.at(from_);
    book.manner({.packets = true});
    if (!book.known(key)) {
      if (from) book.endpoint(key, mark, *from);
      if (to) book.endpoint(key, Mark{static_cast<std::uint8_t>(first ? 1 : 0), std::nullopt}, *to);
    }
    book.say_octets(key, mark, octets);
  }

  std::optional<Heading> heading_;
  LogLine from_;
  bool outer_ = false;  ///< what the plan peels off is not of this dialect
  std::string text_;    ///< the packet as text
  std::string frame_;   ///< or its octets, of a dump
  bool verbose_ = false;
  std::optional<Timestamp> verbose_time_;
  std::map<std::string, std::uint64_t> ends_;
};

}  // namespace

extern const DialectRow tcpdump_dialect;
const DialectRow tcpdump_dialect{{"tcpdump", "tcpdump -A, -x, -X, -xx, -XX, with -v, -e or -i any",
                                  "21:08:52.207270 IP 192.0.2.5.25 > 192.0.2.7.34496: Flags [P.], seq 1:9, ack 1, win "
                                  "64, length 8\nE..V..@.@.g.........220 mx\n"},
                                 Marks::own,
                                 make_dialect<Tcpdump>};

}  // namespace mailparse::transcript
