// Where lines begin and end and what is odd in them: records of lines, 16 octets each, written into the caller's array.
// Layer: scan. RFC 5321 2.3.8, RFC 5322 2.1 and 2.3.
//
// A line is ended by LF; a CR directly before it belongs to the line end. Every other CR is content ("bare"). The index
// knows no protocol, so it is right whatever its octets turn out to be. Three readers share these rules:
//   LineIndex   (here)             a record for each line of a block: header and structure readers, many lines at once
//   LineReader  (line_reader.hpp)  one whole line at a time, joined over chunks: commands, replies, transcripts
//   RunScanner  (run_scanner.hpp)  from one line that starts with a given octet to the next: bodies at memory speed
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mailparse {

/// What ends a line.
enum class LineEnd : std::uint8_t {
  none,  ///< nothing yet: the line goes on in the next block, or the stream ended here
  lf,    ///< LF without CR before it
  crlf,  ///< CR LF
};

/// Octets of a line end: 0, 1, 2.
constexpr unsigned line_end_octets(LineEnd end) noexcept {
  return static_cast<unsigned>(end);
}

/// What can be said of a line without reading it; a set of them is a bit mask.
enum class LineFlag : std::uint16_t {
  bare_cr = 1 << 0,         ///< a CR that no LF follows
  cr_cr_lf = 1 << 1,        ///< the content's last octet is a CR and CRLF follows it; bare_cr is set besides
  nul = 1 << 2,             ///< an octet 0x00
  eight_bit = 1 << 3,       ///< an octet 0x80-0xFF
  control = 1 << 4,         ///< an octet 0x01-0x1F other than HTAB, CR and LF, or DEL
  leading_dot = 1 << 5,     ///< the first octet is "."
  leading_dashes = 1 << 6,  ///< the first two octets are "--"
  leading_blank = 1 << 7,   ///< the first octet is SP or HTAB
  continued = 1 << 8,       ///< this record is not the first of its line
};

/// A set of LineFlag.
struct LineFlags {
  std::uint16_t bits = 0;

  [[nodiscard]] constexpr bool has(LineFlag flag) const noexcept {
    return (bits & static_cast<std::uint16_t>(flag)) != 0;
  }
  constexpr void add(LineFlag flag) noexcept {
    bits = static_cast<std::uint16_t>(bits | static_cast<std::uint16_t>(flag));
  }
  constexpr LineFlags& operator|=(LineFlags other) noexcept {
    bits = static_cast<std::uint16_t>(bits | other.bits);
    return *this;
  }
  bool operator==(const LineFlags&) const = default;
};

/// One line, or a piece of one that does not lie whole in its block.
struct Line {
  std::uint64_t begin = 0;  ///< of the content, from the start of the stream
  std::uint32_t size = 0;   ///< of the content in octets, without the line end
  LineFlags flags;          ///< of the line so far: the piece that has an end tells of the whole line
  LineEnd end = LineEnd::none;

  /// Nothing stands before the line end.
  [[nodiscard]] constexpr bool empty() const noexcept { return size == 0 && !flags.has(LineFlag::continued); }
  /// Offset behind the line end.
  [[nodiscard]] constexpr std::uint64_t next() const noexcept { return begin + size + line_end_octets(end); }
  bool operator==(const Line&) const = default;
};

/// What is known of a line by the pieces of it that were told.
struct LineSoFar {
  LineFlags flags;        ///< LineFlag::continued when there was a piece
  bool after_cr = false;  ///< the content so far ends with a CR
  bool one_dash = false;  ///< the content so far is "-"

  /// Adds a piece of content and what ends it. The result is the flags of the line with that piece; behind a line end
  /// the next line begins. `content_only`: what the octets say wherever they stand.
  LineFlags add(std::string_view content, LineFlags content_only, LineEnd end) noexcept;
  bool operator==(const LineSoFar&) const = default;
};

/// What a LineIndex carries from block to block.
struct LineState {
  std::uint64_t offset = 0;  ///< of the next octet
  LineSoFar open;            ///< the line that the last block left open
  bool held_cr = false;      ///< the last octet was a CR: what follows decides what it is
  bool operator==(const LineState&) const = default;
};

/// Indexes the lines of a stream that comes in blocks of any size. Joined over their pieces, the lines are the same
/// however the stream is cut. Allocates nothing; time is linear.
class LineIndex {
 public:
  struct Result {
    std::size_t octets;   ///< of the block that were indexed; less than its size when the array was full
    std::size_t records;  ///< written
  };

  /// Indexes `block`, which follows the octets indexed before, until it ends or `out` (at least one record) is
  /// full; then the rest is to be passed again. A line open at the end of the block is told as a piece, LineEnd::none.
  ///
  /// `begin` counts from the start of the stream. All content lies in `block` but for one case: a CR that ended the
  /// block before, and that no LF follows, is told as a piece of one octet that starts before this block.
  Result index(std::string_view block, std::span<Line> out) noexcept;

  /// The stream is over. A CR that was its last octet is told as a piece; returns the number of records written (0, 1).
  std::size_t finish(std::span<Line, 1> out) noexcept;

  /// Starts anew, as if at the beginning of a line, `offset` octets into a stream.
  void reset(std::uint64_t offset = 0) noexcept {
    state_ = {};
    state_.offset = offset;
  }

  [[nodiscard]] const LineState& state() const noexcept { return state_; }
  /// Goes on where another index, whose state() this was, left off.
  void restore(const LineState& state) noexcept { state_ = state; }

 private:
  LineState state_;
};

}  // namespace mailparse
