// Cuts one side of an IMAP conversation into commands or responses: lines joined by the literals that they announce.
// Layer: session, private. RFC 9051 2.2, 4.3; RFC 7888 (non-synchronising literals); RFC 3516 (literal8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/limits.hpp>
#include <mailparse/base/stream.hpp>
#include <mailparse/scan/line_reader.hpp>

namespace mailparse {

/// A literal that a line announces at its end: `{310}`, `{310+}`, `~{310}`.
struct ImapLiteral {
  std::uint64_t size = 0;
  std::uint64_t announced_at = 0;  ///< offset of its brace on this side
  std::uint64_t announced_length = 0;
  std::uint64_t offset = 0;   ///< of its first octet on this side
  bool synchronising = true;  ///< the client waits for "+" before it sends the octets
};

/// The literal announced at the end of `line`, which starts at `offset`. A number of digits that does not fit 63 bits
/// gives a size of `too_large`.
struct ImapAnnouncement {
  ImapLiteral literal;
  bool too_large = false;
};
[[nodiscard]] std::optional<ImapAnnouncement> find_imap_announcement(std::string_view line,
                                                                     std::uint64_t offset) noexcept;

/// How a literal ended.
enum class ImapLiteralEnd : std::uint8_t {
  whole,   ///< all its octets came, or were missing from the source in its midst
  cut,     ///< the side ended or was broken before
  elided,  ///< the transcript leaves its octets out
};

/// One command or response. Literals of at most `ImapReader::kept_literal` octets stand in `text` behind their CRLF;
/// longer ones, and those taken as messages, are left out of it.
struct ImapUnit {
  std::string_view text;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< with literals and line ends
  Stamp first;
  Stamp last;
  bool bare_lf = false;    ///< a line of it ended with LF alone
  bool truncated = false;  ///< longer than limits.line_octets: `text` is its beginning
  bool ended = true;       ///< false: the stream ended or was broken before the line end
};

class ImapUnitSink {
 public:
  virtual ~ImapUnitSink() = default;
  /// Whether a number in braces at the end of `line`, the first of a unit, announces a literal.
  virtual bool may_announce(std::string_view line) = 0;
  /// A literal is about to come; `text` is the unit so far. True: its octets are wanted by on_literal_octets.
  virtual bool on_literal(const ImapLiteral& literal, const ImapUnit& so_far) = 0;
  virtual void on_literal_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) = 0;
  virtual void on_literal_gap(std::uint64_t length, const Stamp& stamp) = 0;
  /// `missing` octets never came: 0 when the literal is whole. `offset` is the place behind it.
  virtual void on_literal_end(const ImapLiteral& literal, bool wanted, ImapLiteralEnd end, std::uint64_t missing,
                              std::uint64_t offset, const Stamp& stamp) = 0;
  virtual void on_literal_too_large(const ImapLiteral& literal) = 0;
  virtual void on_unit(const ImapUnit& unit) = 0;
};

/// Push reader of one side; the units are the same however the octets are cut. Memory is bounded by limits.line_octets.
class ImapReader {
 public:
  /// Longer literals of a command hold messages or search keys; names and passwords fit.
  static constexpr std::uint64_t kept_literal = 1024;

  ImapReader(ImapUnitSink& sink, const Limits& limits)
      : sink_(sink), lines_(limits.line_octets), limit_(limits.line_octets) {}

  /// Reads one unit at most, or all octets; what is not read stays in `chunk`, since the meaning of the octets behind a
  /// command (TLS, compression) may depend on the other side.
  void read_unit(Chunk& chunk);
  void gap(const Gap& gap);
  /// The stream is over: an unfinished unit is told as such.
  void finish(const Stamp& stamp);
  /// The announced literal will not come, since the server refused it: the next octet begins a unit.
  void cancel_literal();
  /// The transcript leaves out what is still to come of the announced literal.
  void elide_literal(const Stamp& stamp);

  /// A literal was announced and none of its octets came.
  [[nodiscard]] bool waiting_for_literal() const noexcept { return literal_ && literal_left_ == literal_->size; }
  /// The client waits for a "+" before it sends them.
  [[nodiscard]] bool waits_to_send() const noexcept { return waiting_for_literal() && literal_->synchronising; }
  /// The unit so far.
  [[nodiscard]] ImapUnit so_far() const noexcept;

 private:
  void read_literal(Chunk& chunk);
  void take_line(const TextLine& line, const Stamp& stamp);
  void append(std::string_view text);
  void end_literal(ImapLiteralEnd end, std::uint64_t offset, const Stamp& stamp);
  void end_unit(bool ended);

  ImapUnitSink& sink_;
  LineReader lines_;
  std::uint64_t limit_;
  std::string text_;
  std::uint64_t offset_ = 0;
  std::uint64_t next_ = 0;  ///< offset of the first octet not read
  Stamp first_;
  Stamp last_;
  bool begun_ = false;
  bool first_line_ = false;
  bool bare_lf_ = false;
  bool truncated_ = false;
  std::optional<ImapLiteral> literal_;
  std::uint64_t literal_left_ = 0;
  bool literal_wanted_ = false;
};

}  // namespace mailparse
