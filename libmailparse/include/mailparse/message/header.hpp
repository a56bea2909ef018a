// Header fields in their places: where each begins and ends, its name, its value, and where the body begins.
// Layer: message. RFC 5322 2.2, 4.5; RFC 7103 7; RFC 6532.
//
// The header is cut into fields, nothing more: what a value says is for the readers of addresses, dates, parameters and
// so on, which run only when asked. Nothing is copied where the whole header lies in one run of octets; a header that
// comes in pieces is gathered, within limits, until its end is seen.
//
// All offsets count octets from the start of the message, whatever part the header belongs to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/field_name.hpp>

namespace mailparse {

/// Text and its place: what every reader of a structured field is given. `offset` is that of text's first octet.
struct FieldText {
  std::string_view text;
  std::uint64_t offset = 0;
};

/// One header field: a contiguous span of the header.
struct HeaderField {
  std::string_view name;     ///< as written, without blanks; empty when the line begins with a colon
  std::string_view raw;      ///< from the name to the final line end, folds and all
  std::string_view value;    ///< behind the colon, blanks and the final line end trimmed, folds still in it
  std::uint64_t offset = 0;  ///< of raw
  std::uint64_t length = 0;  ///< in the message; more than raw.size() where a limit cut the field
  std::uint64_t value_offset = 0;
  FieldName id = FieldName::unknown;
  bool folded = false;     ///< value holds line ends: unfold() copies
  bool encodable = false;  ///< value holds "=?" or octets above 127: decoding may change it
  bool odd_name = false;   ///< name folded, indented, or followed by blanks: strict readers miss the field

  [[nodiscard]] FieldText body() const noexcept { return {value, value_offset}; }
  bool operator==(const HeaderField&) const = default;
};

/// Octets of a header that belong to no field.
struct HeaderGap {
  enum class Kind : std::uint8_t {
    byte_order_mark,  ///< UTF-8 BOM before the first field
    blank_lines,      ///< empty lines before the first field
    mbox_from_line,   ///< "From " or ">From " of an mbox
    no_colon,         ///< a line that is no field, with its folds
    beyond_limit,     ///< fields behind the last one that is kept
  };
  Kind kind{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// What ended a header.
enum class HeaderEnd : std::uint8_t {
  empty_line,       ///< as RFC 5322 says
  whitespace_line,  ///< a line of blanks before text that is no field: taken as the empty line
  no_field,         ///< a line that is no field, without an empty line: the body begins there
  input_end,        ///< the input or the entity ends first
};

/// Line ends met in a header: how many of each and where the first one stands. The empty line counts.
struct LineEnds {
  struct Tally {
    std::uint64_t count = 0;
    std::uint64_t offset = 0;  ///< of the first line's first end octet
    bool operator==(const Tally&) const = default;
  };
  Tally crlf;
  Tally lf;
  Tally cr_cr_lf;  ///< two or more CR before the LF
  Tally cr;        ///< CR as line end, in messages without LF
  Tally bare_cr;   ///< CR inside a line
  bool operator==(const LineEnds&) const = default;
};

/// A header cut into fields. Views live as long as the octets they were read from; see HeaderReader.
class Header {
 public:
  [[nodiscard]] std::span<const HeaderField> fields() const noexcept { return fields_; }
  [[nodiscard]] std::span<const HeaderGap> gaps() const noexcept { return gaps_; }
  /// The first and the last field of that name; null when there is none.
  [[nodiscard]] const HeaderField* first(FieldName name) const noexcept;
  [[nodiscard]] const HeaderField* last(FieldName name) const noexcept;
  [[nodiscard]] std::size_t count(FieldName name) const noexcept;

  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  /// Octets from offset() to the body, the empty line included.
  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }
  /// Octets of the line that separates header and body; 0 when there is none. Part of length().
  [[nodiscard]] std::uint64_t separator_length() const noexcept { return separator_length_; }
  [[nodiscard]] HeaderEnd end() const noexcept { return end_; }
  [[nodiscard]] const LineEnds& line_ends() const noexcept { return line_ends_; }
  /// The last line has no line end: the input ends in it.
  [[nodiscard]] bool unterminated() const noexcept { return unterminated_; }
  /// The same header with its views in `octets`, a copy of the header's own from offset() on. Where the copy ends
  /// early, fields that it does not hold are left out and the last one may be cut.
  [[nodiscard]] Header over(std::string_view octets) const;

 private:
  friend class HeaderReader;
  std::vector<HeaderField> fields_;
  std::vector<HeaderGap> gaps_;
  LineEnds line_ends_;
  std::uint64_t offset_ = 0;
  std::uint64_t length_ = 0;
  std::uint64_t separator_length_ = 0;
  HeaderEnd end_ = HeaderEnd::input_end;
  bool unterminated_ = false;
};

struct HeaderOptions {
  /// The message's own header: a byte order mark and empty lines before the first field are passed over. In a part an
  /// empty line at once means that the part has no fields.
  bool outermost = true;
  /// CR alone ends a line: for messages that hold no LF at all. See cr_ends_lines().
  bool cr_line_ends = false;
  Limits limits{};
};

/// Whether a message that starts with `octets` has CR for its line ends: a CR and no LF among them.
[[nodiscard]] bool cr_ends_lines(std::string_view octets) noexcept;

/// Reads one header from octets in any cut.
///
/// Tolerates what RFC 7103 7 lists and reports it: hdr.*, limit.header-bytes, limit.header-count. Line ends are told by
/// Header::line_ends(), for whoever knows the rest of the message. Diagnostics come when the header is complete, in
/// order of offset, whatever the cut.
class HeaderReader {
 public:
  /// `offset` is the place of the header's first octet in the message.
  explicit HeaderReader(DiagnosticSink& sink, std::uint64_t offset = 0, HeaderOptions options = {});
  ~HeaderReader();
  HeaderReader(HeaderReader&&) noexcept;
  HeaderReader& operator=(HeaderReader&&) noexcept;

  /// Takes the next octets and returns how many it took: all of them until the header is over.
  [[nodiscard]] std::size_t push(std::string_view octets);
  /// No more octets belong to this entity: its end, or a delimiter line, was met. Nothing happens when done() already.
  void finish();
  [[nodiscard]] bool done() const noexcept;

  /// Complete once done(). Its views point into the octets of the last push when all came with it, otherwise into
  /// memory of this reader; valid until the next call of reset().
  [[nodiscard]] const Header& header() const noexcept;
  /// Octets taken that turned out to belong to the body: a line that is no field is known as the body's first only by
  /// what follows it. Empty for a header read in one push. Valid as header().
  [[nodiscard]] std::string_view body_start() const noexcept;

  /// Forgets everything and begins a header at `offset`; keeps memory for reuse.
  void reset(std::uint64_t offset, bool outermost);

 private:
  friend Header read_header(std::string_view octets, DiagnosticSink& sink, std::uint64_t offset, HeaderOptions options);
  class Scanner;
  std::unique_ptr<Scanner> scanner_;
};

/// Reads the header of a message or part that lies in memory; views in the result point into `octets`.
[[nodiscard]] Header read_header(std::string_view octets, DiagnosticSink& sink, std::uint64_t offset = 0,
                                 HeaderOptions options = {});

/// `value` without its line ends, as RFC 5322 2.2.3 unfolds: the view itself where nothing is folded, a copy in
/// `arena` otherwise.
[[nodiscard]] std::string_view unfold(std::string_view value, Arena& arena);

}  // namespace mailparse
