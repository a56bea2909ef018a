// A little language for TCP conversations in tests, and a listener that writes down what it hears.
//
//   C SYN                      client sends its SYN
//   S SYN                      server answers (with ACK, as every segment but the client's SYN; "S SYN noack" opens
//   itself) C ACK                      a segment without octets ("C SYN ACK" answers in a simultaneous open) S "220
//   mx\r\n"             octets, behind those sent before C "EHLO x\r\n" lost        sent, but not in the capture C
//   "HELO" seq=0             octets at that offset of the side's stream S "250" ack=4              acknowledges the
//   first 4 octets of the other side; otherwise all that it sent C FIN   C RST              flags; FIN may stand behind
//   octets +2.5                       seconds pass
//
// More words: isn=N (of a SYN), win=N (octets), scale=N (a window scale option), ttl=N, urg=N, cut=N (octets at the end
// that the capture cut off), noack, bad (wrong checksum). '#' begins a comment.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/source/reassembly.hpp>

namespace mailparse::test {

inline std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\')
      out += text[i];
    else if (++i < text.size())
      out += text[i] == 'r' ? '\r' : text[i] == 'n' ? '\n' : text[i];
  }
  return out;
}

inline std::string escape(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    if (c == '\r')
      out += "\\r";
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

/// One conversation as its listener heard it.
struct Heard {
  ConversationStart start;
  ConversationEnd end;
  bool finished = false;
  std::vector<std::string> events;  ///< `C 0 "EHLO x" #5`, `gap C 10+5 #7`, `end C closed #8`
  std::vector<Diagnostic> findings;
  std::array<std::string, 2> streams;      ///< with '?' for missing octets
  std::array<std::uint64_t, 2> offsets{};  ///< where each stream is
  std::array<std::uint64_t, 2> missing{};
  std::array<bool, 2> ended{};
  std::vector<std::string> faults;  ///< breaches of the listener's contract

  [[nodiscard]] std::string text() const {
    std::string all;
    for (const std::string& event : events) all += event + "\n";
    return all;
  }
  /// All that was told, the findings after the events.
  [[nodiscard]] std::string everything() const {
    std::string all = text();
    for (const Diagnostic& finding : findings) {
      all += std::string(info(finding.code).name) + " " + std::to_string(finding.offset) + "+" +
             std::to_string(finding.length) + " x" + std::to_string(finding.count) + " #" +
             std::to_string(finding.frame) + " " + finding.detail + "\n";
    }
    return all;
  }
  [[nodiscard]] std::size_t count(Code code) const {
    std::size_t n = 0;
    for (const Diagnostic& finding : findings) n += finding.code == code ? 1U : 0U;
    return n;
  }
  [[nodiscard]] const Diagnostic* find(Code code) const {
    for (const Diagnostic& finding : findings) {
      if (finding.code == code) return &finding;
    }
    return nullptr;
  }
};

class Recorder final : public ConversationFactory {
 public:
  std::unique_ptr<ConversationListener> open(const ConversationStart& start) override {
    heard.push_back(std::make_unique<Heard>());
    heard.back()->start = start;
    return std::make_unique<Listener>(*heard.back(), *this);
  }
  [[nodiscard]] const Heard& only() const { return *heard.at(0); }

  std::vector<std::unique_ptr<Heard>> heard;  ///< in the order of their opening
  std::vector<std::uint64_t> finished;        ///< ids in the order of their end

 private:
  class Listener final : public ConversationListener {
   public:
    Listener(Heard& heard, Recorder& recorder) : heard_(heard), recorder_(recorder) {}

    void on_chunk(const Chunk& chunk) override {
      if (chunk.octets.empty()) heard_.faults.emplace_back("an empty chunk");
      advance(chunk.side, chunk.offset, chunk.octets.size());
      heard_.streams[index(chunk.side)] += chunk.octets;
      add(name(chunk.side) + " " + std::to_string(chunk.offset) + " \"" + escape(chunk.octets) + "\"", chunk.stamp);
    }
    void on_gap(const Gap& gap) override {
      if (gap.length == 0) heard_.faults.emplace_back("an empty gap");
      advance(gap.side, gap.offset, gap.length);
      heard_.missing[index(gap.side)] += gap.length;
      if (gap.length < 1 << 20) heard_.streams[index(gap.side)].append(gap.length, '?');
      add("gap " + name(gap.side) + " " + std::to_string(gap.offset) + "+" + std::to_string(gap.length), gap.stamp);
    }
    void on_elided(const Elided&) override { heard_.faults.emplace_back("a capture elides nothing"); }
    void on_end(Side side, StreamEnd end, const Stamp& stamp) override {
      if (heard_.ended[index(side)]) heard_.faults.emplace_back("a second end");
      heard_.ended[index(side)] = true;
      constexpr std::array<std::string_view, 3> words{"closed", "reset", "cut"};
      add("end " + name(side) + " " + std::string(words[static_cast<std::size_t>(end)]), stamp);
    }
    void report(Diagnostic diagnostic) override {
      if (heard_.finished) heard_.faults.emplace_back("a finding after the end");
      heard_.findings.push_back(std::move(diagnostic));
    }
    void finish(const ConversationEnd& end) override {
      if (heard_.finished) heard_.faults.emplace_back("a second finish");
      if (!heard_.ended[0] || !heard_.ended[1]) heard_.faults.emplace_back("a side without an end");
      if (end.missing_octets != heard_.missing[0] + heard_.missing[1])
        heard_.faults.emplace_back("missing octets do not add up");
      if (end.client_octets + heard_.missing[0] != heard_.offsets[0])
        heard_.faults.emplace_back("client octets do not add up");
      if (end.server_octets + heard_.missing[1] != heard_.offsets[1])
        heard_.faults.emplace_back("server octets do not add up");
      heard_.finished = true;
      heard_.end = end;
      recorder_.finished.push_back(heard_.start.id);
    }

   private:
    static std::size_t index(Side side) { return side == Side::client ? 0 : 1; }
    static std::string name(Side side) { return side == Side::client ? "C" : "S"; }
    void advance(Side side, std::uint64_t offset, std::uint64_t length) {
      if (heard_.finished || heard_.ended[index(side)]) heard_.faults.emplace_back("octets after the end");
      if (offset != heard_.offsets[index(side)]) heard_.faults.emplace_back("an offset that does not follow");
      heard_.offsets[index(side)] = offset + length;
    }
    void add(std::string text, const Stamp& stamp) {
      if (heard_.finished) heard_.faults.emplace_back("an event after the end");
      heard_.events.push_back(std::move(text) + " #" + std::to_string(stamp.frame));
    }

    Heard& heard_;
    Recorder& recorder_;
  };
};

/// Plays scripts into a reassembly.
class Wire {
 public:
  explicit Wire(const Limits& limits = {}, const ReassemblyGrace& grace = {})
      : reassembly(recorder, limits, grace, &unopened) {}

  /// Plays each line; ports let several connections run side by side.
  Wire& play(std::string_view script, std::uint16_t client_port = 40000) {
    while (!script.empty()) {
      const std::size_t end = script.find('\n');
      line(script.substr(0, end), client_port);
      script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
    }
    return *this;
  }
  Wire& finish() {
    reassembly.finish();
    return *this;
  }

  Recorder recorder;
  DiagnosticList unopened;  ///< findings of connections without octets
  TcpReassembly reassembly;
  std::uint64_t frame = 0;
  double seconds = 1'700'000'000.0;
  bool timeless = false;  ///< stamps without a time
  std::array<std::uint32_t, 2> isn{1000, 5000};

 private:
  struct Party {
    std::uint64_t sent = 0;  ///< octets of its stream sent, FIN included
  };

  static std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  void line(std::string_view text, std::uint16_t client_port) {
    if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) text = text.substr(0, hash);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text.empty()) return;
    if (text.front() == '+') {
      seconds += std::stod(std::string(text.substr(1)));
      return;
    }
    const std::size_t me = text.front() == 'C' ? 0 : 1;
    Party& mine = parties_[me];
    Party& other = parties_[1 - me];
    bool lost = false;
    bool has_seq = false;
    bool noack = false;
    std::uint64_t seq = 0;
    std::uint64_t ack = other.sent;
    std::string octets;
    std::string options;
    TcpSegment s;
    s.ttl = 64;
    s.window = 65'535;
    s.checksum = TcpChecksum::good;
    text.remove_prefix(1);
    while (!text.empty()) {
      if (text.front() == ' ') {
        text.remove_prefix(1);
        continue;
      }
      if (text.front() == '"') {
        const std::size_t close = text.find('"', 1);
        octets = unescape(text.substr(1, close - 1));
        text.remove_prefix(close + 1);
        continue;
      }
      const std::string_view word = text.substr(0, text.find(' '));
      text.remove_prefix(word.size());
      const std::size_t equals = word.find('=');
      const std::string_view key = word.substr(0, equals);
      const std::uint64_t value = equals == std::string_view::npos ? 0 : number(word.substr(equals + 1));
      if (key == "SYN") {
        s.flags |= tcp_syn;
        mine.sent = 0;
        noack = noack || me == 0;
      }
      if (key == "ACK") noack = false;
      if (key == "FIN") s.flags |= tcp_fin;
      if (key == "RST") s.flags |= tcp_rst;
      if (key == "lost") lost = true;
      if (key == "noack") noack = true;
      if (key == "bad") s.checksum = TcpChecksum::bad;
      if (key == "seq") {
        has_seq = true;
        seq = value;
        if (word[equals + 1] == '-') seq = 0 - number(word.substr(equals + 2));
      }
      if (key == "ack") ack = value;
      if (key == "isn") isn[me] = static_cast<std::uint32_t>(value);
      if (key == "win") s.window = static_cast<std::uint16_t>(value);
      if (key == "ttl") s.ttl = static_cast<std::uint8_t>(value);
      if (key == "cut") s.payload_missing = static_cast<std::uint32_t>(value);
      if (key == "scale") options = {3, 3, static_cast<char>(value)};
      if (key == "urg") {
        s.flags |= tcp_urg;
        s.urgent = static_cast<std::uint16_t>(value);
      }
    }
    if (!has_seq) seq = mine.sent;
    const bool syn = s.has(tcp_syn);
    s.sequence = isn[me] + static_cast<std::uint32_t>(seq) + (syn ? 0 : 1);
    if (!noack) {
      s.flags |= tcp_ack;
      s.acknowledgment = isn[1 - me] + 1 + static_cast<std::uint32_t>(ack);
    }
    const std::uint64_t end = seq + octets.size() + (s.has(tcp_fin) ? 1 : 0);
    const bool strange = s.has(tcp_rst) || end >= (std::uint64_t{1} << 40);  // "seq=-4" is before the stream
    if (!strange) mine.sent = std::max(mine.sent, end);
    octets.erase(octets.size() - std::min<std::size_t>(octets.size(), s.payload_missing));
    seconds += 0.001;
    ++frame;
    if (lost) return;
    const char addresses[2][4] = {{char(192), 0, 2, 10}, {char(198), 51, 100, 25}};
    s.source = IpAddress::ipv4(addresses[me]);
    s.destination = IpAddress::ipv4(addresses[1 - me]);
    s.source_port = me == 0 ? client_port : 25;
    s.destination_port = me == 0 ? 25 : client_port;
    s.payload = octets;
    s.options = options;
    s.header_octets = static_cast<std::uint8_t>(20 + options.size());
    s.stamp.frame = frame;
    if (!timeless) s.stamp.time = Timestamp(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
    s.origin = &origin_;
    reassembly.on_segment(s);
  }

  std::array<Party, 2> parties_;
  SegmentOrigin origin_{"pcap", "ETHERNET"};
};

/// Plays one script to its end.
inline std::unique_ptr<Wire> played(std::string_view script, const Limits& limits = {},
                                    const ReassemblyGrace& grace = {}) {
  auto wire = std::make_unique<Wire>(limits, grace);
  wire->play(script).finish();
  return wire;
}

}  // namespace mailparse::test
