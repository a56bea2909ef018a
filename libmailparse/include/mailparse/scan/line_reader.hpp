// One whole line at a time from a stream in chunks of any size.
// Layer: scan. The rules of a line are those of line_index.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/scan/line_index.hpp>

namespace mailparse {

/// A line as a view.
struct TextLine {
  std::string_view text;     ///< content without the line end; lives until the next call or the chunk's end of life
  std::uint64_t offset = 0;  ///< of its first octet, from the start of the stream
  LineEnd end = LineEnd::none;
  LineFlags flags;  ///< as Line::flags
};

/// Joins lines over chunks; the lines are the same however the stream is cut. A line that lies whole in its chunk is a
/// view into the chunk; only others are copied. A line longer than the limit comes in pieces of that many octets: all
/// but the last have LineEnd::none, all but the first the flag LineFlag::continued. Takes not one octet more than the
/// line it returns, so that a caller may read what follows (a message after DATA, a literal, a TLS record) in another
/// way.
class LineReader {
 public:
  explicit LineReader(std::size_t limit_octets) noexcept : limit_(limit_octets < 2 ? 2 : limit_octets) {}

  /// The next line of `chunk`, which it removes from the front of `chunk`. Nothing when the line is not complete yet:
  /// then `chunk` is empty and the reader keeps what was in it.
  [[nodiscard]] std::optional<TextLine> next(std::string_view& chunk);

  /// The stream is over, or was broken by a gap: what is kept of an unfinished line, if any. The next line starts anew.
  [[nodiscard]] std::optional<TextLine> finish();

  /// Offset of the first octet that next() has not seen yet.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  /// Octets kept of an unfinished line.
  [[nodiscard]] std::size_t pending() const noexcept { return text_.size() - given_; }
  /// What is kept of an unfinished line.
  [[nodiscard]] std::string_view pending_text() const noexcept { return std::string_view(text_).substr(given_); }

  /// Forgets what is kept; the next octet is the first of a line at `offset`. To be called after a gap, and after
  /// octets that were read in another way.
  void restart(std::uint64_t offset) noexcept;

 private:
  void drop_given();
  TextLine give(std::string_view text, LineFlags content, LineEnd end);
  TextLine give_piece(std::string_view& chunk);

  std::size_t limit_;
  std::uint64_t offset_ = 0;
  std::string text_;       ///< of the unfinished line, at most the limit and a CR that may be half of a CRLF
  LineSoFar so_far_;       ///< of this line, by the pieces that were given out
  std::size_t given_ = 0;  ///< octets of text_ that the last call gave out
};

}  // namespace mailparse
