// The octets of a message behind DATA: its end, its dots, and what a laxer receiver would take for its end.
// Layer: session (private). RFC 5321 4.1.1.4, 4.5.2, 2.3.8.
//
// The end is CRLF "." CRLF and nothing else; the state before the first octet is "just after CRLF", so that "." CRLF at
// once is an empty message. Runs between dots at the begin of a line go out as views into what came in; only the few
// octets of a line that may be the end are kept until they are decided.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/scan/run_scanner.hpp>
#include <mailparse/session/dialogue.hpp>

namespace mailparse {

/// A line with a dot alone that is not CRLF "." CRLF.
struct OddEnd {
  std::uint64_t offset = 0;  ///< of the first octet of `octets` on its side
  std::uint64_t dot = 0;     ///< of the first octet behind the line break before it
  std::uint64_t next = 0;    ///< behind its last octet
  std::string octets;        ///< the line breaks on both sides and what stands between
  MessageEnd kind = MessageEnd::decorated_dot;
};

/// What PayloadReader tells. Views live during the call.
class PayloadSink {
 public:
  virtual ~PayloadSink() = default;
  virtual void on_payload(std::string_view octets, std::uint64_t offset) = 0;
  virtual void on_odd_end(const OddEnd& odd) = 0;
};

/// Oddities of a message's octets, summed up.
struct PayloadTally {
  Occurrences bare_lf;
  Occurrences bare_cr;  ///< without those of odd ends
  Occurrences nul;

  /// What came behind it.
  PayloadTally& operator+=(const RunTally& more) noexcept {
    add(bare_lf, more.bare_lf);
    add(bare_cr, more.bare_cr);
    add(nul, more.nul);
    return *this;
  }

 private:
  static void add(Occurrences& sum, const Occurrences& more) noexcept {
    if (sum.count == 0) sum.first = more.first;
    sum.count += more.count;
  }
};

/// Counts what is odd in a message that comes in chunks. Its octets follow each other whatever stands between the
/// chunks: a CR that ends one is half of a CRLF where the next one begins with LF. RFC 3030 2
class ChunkScan {
 public:
  /// The next octets stand at `offset`, in another chunk.
  void go_on(std::uint64_t offset);
  /// What stands before the octets at `offset` is missing.
  void skip_to(std::uint64_t offset);
  void feed(std::string_view octets);
  /// Of all octets; none follow.
  [[nodiscard]] PayloadTally finish();

 private:
  RunScanner scanner_ = RunScanner::tally_only();
  PayloadTally before_;                   ///< of the chunks before, whose offsets are not those of this one
  std::optional<std::uint64_t> open_cr_;  ///< the last octet of the chunks before, if a CR
};

class PayloadReader {
 public:
  struct Options {
    bool wire_exact = true;  ///< false: LF alone ends lines too, and nothing is odd
    bool unstuffed = false;  ///< dots stand as in the message
  };

  PayloadReader(PayloadSink& sink, const Options& options)
      : sink_(sink), options_(options), scanner_('.', '\0'), exact_(options.wire_exact) {}

  /// A message begins at `offset`. `lf_ends_lines`: its sender never sends CR, LF alone ends its lines.
  void start(std::uint64_t offset, bool lf_ends_lines = false);
  /// Takes octets up to the end of the message, or up to an odd one, and returns how many. Behind an odd end the next
  /// call goes on with it as content, unless end_at_odd_end() says otherwise.
  std::size_t feed(std::string_view octets);
  /// `length` octets are missing. A dot line directly behind them is taken for the end, since senders often send it in
  /// a segment of its own.
  void skip(std::uint64_t length);
  /// The octets are over without an end. What was kept back is content, except a dot that is none in either reading.
  void cut();

  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// Offset of the "." of the end that was met.
  [[nodiscard]] std::uint64_t end_offset() const noexcept { return kept_offset_; }
  /// Offset behind the last octet taken.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  /// The octets taken so far stop with a complete odd end.
  [[nodiscard]] bool at_odd_end() const noexcept { return dot_line_ == DotLine::complete; }
  /// What strict receivers see in front of the next octet.
  [[nodiscard]] LineBreak line_break() const noexcept { return lf_ && crs_ > 0 ? LineBreak::crlf : LineBreak::lf; }
  /// The odd end that the octets taken so far stop with, complete or but for an LF.
  [[nodiscard]] std::optional<OddEnd> stops_with_odd_end() const;
  /// The odd end is the end: its octets are no content.
  void end_at_odd_end();
  /// Of all octets taken since start().
  [[nodiscard]] PayloadTally tally();

 private:
  /// How far a line that begins with a dot (or NUL and a dot) was read.
  enum class DotLine : std::uint8_t {
    none,      ///< no such line
    lead,      ///< NULs before the dot
    trail,     ///< behind the dot
    after_cr,  ///< behind the dot and a CR: LF decides
    complete,  ///< odd, and the last octets taken
  };
  enum class Step : std::uint8_t { taken, ended, ended_before, given_up };

  void begin_dot_line(LineBreak before);
  Step step(char octet);
  void resolve();
  void give_up();
  void flush();
  void rescan();
  void collect();
  [[nodiscard]] bool starts_line() const noexcept;
  [[nodiscard]] bool is_strict_end() const noexcept;
  [[nodiscard]] OddEnd odd_end() const;

  PayloadSink& sink_;
  Options options_;
  RunScanner scanner_;
  PayloadTally tally_;
  std::uint64_t offset_ = 0;
  bool exact_ = true;  ///< of the message being read
  bool ended_ = false;

  DotLine dot_line_ = DotLine::none;
  LineBreak before_ = LineBreak::start;
  std::optional<std::uint64_t> after_odd_cr_;  ///< where an odd end with a bare CR stopped
  bool after_gap_ = false;                     ///< what stands before the line is missing
  bool cr_counted_ = false;                    ///< the CR before the line is in the tally as bare
  bool decorated_ = false;
  unsigned crs_ = 0;
  bool lf_ = false;
  std::array<char, 16> kept_{};  ///< the line's octets
  std::size_t kept_size_ = 0;
  std::uint64_t kept_offset_ = 0;
};

}  // namespace mailparse
