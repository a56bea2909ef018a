// Cuts a header into fields, line by line: octets into lines (header_scanner.cpp), what each line is
// (header_lines.cpp), what the fields come to in the end (header_fields.cpp). A header that lies whole in the first
// octets and has nothing remarkable is read in one go instead (plain_header.cpp).
// Layer: message. RFC 5322 2.2, RFC 7103 7.
//
// A line that is no field cannot be judged by itself: it may be a broken fold in the middle of the header, or the first
// line of a body whose empty line is missing. It stays pending until the next line tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/header.hpp>
#include <mailparse/scan/header_index.hpp>

namespace mailparse {

class HeaderReader::Scanner {
 public:
  Scanner(DiagnosticSink& sink, std::uint64_t offset, const HeaderOptions& options);

  std::size_t push(std::string_view octets);
  void finish();
  /// All of a message or part at once; views point into `octets`.
  void read(std::string_view octets);
  void reset(std::uint64_t offset, bool outermost);

  [[nodiscard]] bool done() const noexcept { return done_; }
  [[nodiscard]] const Header& header() const noexcept { return header_; }
  [[nodiscard]] Header& header() noexcept { return header_; }
  [[nodiscard]] std::string_view body_start() const noexcept { return body_start_; }

 private:
  /// A field while its end is not known. `at` is its place in data_, `offset` counts from the header's start.
  struct Span {
    std::size_t at = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::size_t name_length = 0;  ///< without blanks; the first part of a folded name
    std::size_t colon = 0;        ///< from `at`
    std::uint64_t line_end_crs = 0;
    bool folded = false;
    bool unterminated = false;
    bool fold_in_name = false;
    bool indented = false;
    bool illegal_name = false;
    FieldName id = FieldName::unknown;
  };
  /// A complete line. `text` excludes the line end and holds no more than a field may have.
  struct Line {
    std::string_view text;
    std::size_t at = 0;
    std::uint64_t offset = 0;
    std::uint64_t text_length = 0;
    std::uint64_t length = 0;    ///< with the line end
    std::uint64_t line_end = 0;  ///< octets of the line end
    std::uint64_t crs = 0;       ///< CRs among them
    bool terminated = false;
  };
  /// What a line says by itself.
  enum class Shape : std::uint8_t {
    empty,
    blanks,        ///< nothing but SP and HTAB
    continuation,  ///< begins with a blank
    mbox_from,     ///< "From " or ">From "
    field,         ///< a name, perhaps blanks, a colon
    odd_field,     ///< a colon behind a text with blanks: a broken name, or prose
    stray,         ///< no colon
  };
  /// Whether a line of that shape is no field by itself.
  [[nodiscard]] static constexpr bool is_prose(Shape shape) noexcept {
    return shape == Shape::stray || shape == Shape::odd_field;
  }
  struct Shaped {
    Shape shape = Shape::stray;
    std::size_t name_length = 0;
    std::size_t colon = 0;
    bool illegal_name = false;
    FieldName id = FieldName::unknown;
  };
  /// Lines seen whose meaning depends on the next one.
  enum class Pending : std::uint8_t {
    none,
    blank_lines,  ///< empty lines before the first field
    blanks,       ///< lines of blanks between fields
    stray,        ///< a line that is no field, with its folds, or a few of them
  };
  /// What a continuation line continues.
  enum class Open : std::uint8_t { nothing, field, gap };

  static void add(LineEnds::Tally& tally, std::uint64_t offset) noexcept {
    if (tally.count++ == 0) tally.offset = offset;
  }

  bool read_plain(std::string_view octets);
  bool take_plain_field(std::string_view octets, std::span<const HeaderLine> lines, bool may_have_encoded_words);
  [[nodiscard]] std::size_t body_place() const noexcept;
  void scan_lines(bool at_end);
  void end_of_octets();
  void give_up_long_line();
  [[nodiscard]] bool continues_nothing(Shape shape) const noexcept;
  [[nodiscard]] Line cut_line(std::size_t end, std::size_t next, bool terminated);
  void tally(const Line& line);
  void drop_what_is_not_needed();
  void take_byte_order_mark();
  [[nodiscard]] Shaped shape_of(std::string_view text) const noexcept;
  void on_line(const Line& line);
  void on_empty(const Line& line);
  void on_blanks(const Line& line);
  void on_continuation(const Line& line);
  void on_start(const Line& line, const Shaped& shaped);
  [[nodiscard]] bool delimits_own_parts(std::string_view text);
  void end_before_delimiter(const Line& line);
  void begin_pending(Pending what, const Line& line);
  void add_pending(const Line& line);
  bool settle_pending(const Shaped& next, std::string_view text);
  bool settle_stray_before(const Shaped& next, std::string_view text);
  [[nodiscard]] bool proves_header(const Shaped& next, std::string_view text) const noexcept;
  void settle_stray();
  bool join_folded_name(const Line& line);
  void open_field(const Line& line, const Shaped& shaped, std::size_t indent);
  void extend_field(const Line& line);
  void open_gap(HeaderGap::Kind kind, std::uint64_t offset, std::uint64_t length, std::uint64_t lines = 1);
  void add_stray(const Line& line);
  void stray_begins(const Line& line, const Shaped& shaped);
  [[nodiscard]] Code stray_code() const noexcept;
  void note_end_without_field();
  void end_header(std::uint64_t length, std::uint64_t separator, HeaderEnd end);
  void complete();

  void build_fields();
  void build_field(const Span& span);
  [[nodiscard]] bool is_plain() const noexcept;
  void report_fields();
  void report_name(const Span& span);
  void report_octets(const Span& span, std::string_view raw, const HeaderField& field);
  void report_line_facts();
  void note(Code code, std::uint64_t offset, std::uint64_t length, std::uint64_t count = 1);

  DiagnosticSink* sink_;
  HeaderOptions options_;
  std::uint64_t base_;  ///< offset of the header in the message

  std::string block_;      ///< the header as far as it came, once it takes more than one push
  std::string_view data_;  ///< where lines are looked for: the octets pushed, or block_
  bool gathering_ = false;
  std::size_t scanned_ = 0;         ///< data_[0, scanned_) are lines dealt with
  std::size_t searched_ = 0;        ///< no line end in data_[scanned_, searched_)
  std::uint64_t dropped_ = 0;       ///< octets before scanned_ that are not in data_ any more
  std::uint64_t line_dropped_ = 0;  ///< octets of the unfinished line that are not in data_ any more

  std::vector<Span> spans_;
  std::vector<Diagnostic> found_;
  Pending pending_ = Pending::none;
  Line pending_line_;  ///< the first pending line; `length` covers all of them
  Shaped pending_shape_;
  std::uint64_t pending_first_length_ = 0;
  std::uint64_t pending_count_ = 0;
  LineEnds line_ends_before_pending_;
  Open open_ = Open::nothing;
  bool beyond_limit_ = false;
  std::optional<std::string> own_boundary_;  ///< of the first Content-Type, once a line asked for it; empty: none

  std::uint64_t long_lines_ = 0;
  std::uint64_t long_line_offset_ = 0;
  std::uint64_t long_line_length_ = 0;
  std::uint64_t raw_8bit_ = 0;
  std::uint64_t raw_8bit_offset_ = 0;
  std::uint64_t raw_utf8_ = 0;
  std::uint64_t raw_utf8_offset_ = 0;

  Header header_;
  std::string_view body_start_;
  bool done_ = false;
};

}  // namespace mailparse
