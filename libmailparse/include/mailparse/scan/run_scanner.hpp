// Bodies at the speed of memory: from one line that starts with a given octet to the next, with a tally of what lies
// between. Layer: scan. RFC 5321 4.5.2 (leading dots), RFC 2046 5.1.1 (leading dashes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/scan/occurrences.hpp>

namespace mailparse {

/// What stands directly before an octet.
enum class LineBreak : std::uint8_t {
  none,   ///< content: no line begins here
  start,  ///< nothing: the stream begins here
  crlf,   ///< CR LF
  lf,     ///< LF without CR before it
  cr,     ///< CR; most readers see no line break here, some do
};

/// Content octets a line may have (RFC 5322 2.1.1).
inline constexpr std::uint64_t line_content_limit = 998;

/// What a RunScanner saw since reset().
struct RunTally {
  std::uint64_t octets = 0;
  std::uint64_t lines = 0;  ///< LFs
  Occurrences bare_lf;      ///< LF without CR before it
  Occurrences bare_cr;      ///< CR without LF after it
  Occurrences nul;
  Occurrences eight_bit;   ///< octets 0x80-0xFF
  Occurrences long_lines;  ///< lines of more than line_content_limit octets between line ends; `first` is its begin
  bool operator==(const RunTally&) const = default;
};

/// Octets up to the next marked line.
struct Run {
  std::size_t size = 0;               ///< octets before the mark, or of the whole block
  LineBreak after = LineBreak::none;  ///< what stands before the mark at `size`; none: no mark in this block

  [[nodiscard]] constexpr bool marked() const noexcept { return after != LineBreak::none; }
  bool operator==(const Run&) const = default;
};

/// What a RunScanner carries from block to block.
struct RunState {
  RunTally tally;
  std::uint64_t base = 0;               ///< offset of the first octet in the tally
  std::uint64_t line_begin = 0;         ///< of the open line (after the last LF), from the start of the stream
  LineBreak before = LineBreak::start;  ///< the next octet; cr: it is not known yet whether that CR is bare
  bool operator==(const RunState&) const = default;
};

/// Finds lines that begin with one of two octets, in a stream that comes in blocks of any size. A line begins at the
/// start of the stream, behind LF, and behind CR; the caller, who knows who is lenient, judges by Run::after.
/// No record per line, no allocation, no octet read twice; time is linear.
class RunScanner {
 public:
  /// Looks for lines that start with `marker` or `other`; neither is CR or LF.
  RunScanner(char marker, char other) noexcept : markers_{marker, other} {}
  explicit RunScanner(char marker) noexcept : RunScanner(marker, marker) {}
  /// One that finds no marks and only keeps the tally (BDAT chunks, literals, leaf bodies).
  [[nodiscard]] static RunScanner tally_only() noexcept { return RunScanner('\n'); }

  /// Scans `octets`, which follow those scanned before, up to the next mark. The octets before the mark are scanned and
  /// in the tally, the mark is not: go on with `octets.substr(run.size)`, whose first octet is not returned as a mark
  /// again, or reset().
  [[nodiscard]] Run next(std::string_view octets) noexcept;

  /// The stream is over: counts a CR that was its last octet, and its last line if that is too long.
  void finish() noexcept;

  /// Starts anew: the next octet lies at `offset`, after `before`. Only octets scanned from here on are in the tally.
  void reset(std::uint64_t offset = 0, LineBreak before = LineBreak::start) noexcept;

  /// Offsets in it count from the start of the stream.
  [[nodiscard]] const RunTally& tally() const noexcept { return state_.tally; }
  /// Offset of the next octet.
  [[nodiscard]] std::uint64_t offset() const noexcept { return state_.base + state_.tally.octets; }
  [[nodiscard]] const RunState& state() const noexcept { return state_; }

  struct Markers {
    char first;
    char second;
  };

 private:
  RunState state_;
  Markers markers_;
};

}  // namespace mailparse
