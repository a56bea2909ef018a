// The header is over: its fields, and what is wrong with them.
#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/octet_survey.hpp>
#include <mailparse/scan/utf8.hpp>

#include "message/header_scanner.hpp"
#include "message/lexical.hpp"

namespace mailparse {
namespace {

/// ESC that begins a designation of ISO-2022 text, as Japanese, Chinese and Korean mail had it before encoded-words.
bool is_iso2022_shift(std::string_view text, std::size_t at) noexcept {
  return text[at] == '\x1B' && at + 2 < text.size() && (text[at + 1] == '$' || text[at + 1] == '(');
}

}  // namespace

void HeaderReader::Scanner::end_header(std::uint64_t length, std::uint64_t separator, HeaderEnd end) {
  if (pending_ == Pending::blanks && open_ == Open::field) extend_field(pending_line_);
  pending_ = Pending::none;
  header_.length_ = length;
  header_.separator_length_ = separator;
  header_.end_ = end;
  if (end != HeaderEnd::input_end && length < dropped_ + data_.size()) header_.unterminated_ = false;
  done_ = true;
  complete();
}

void HeaderReader::Scanner::complete() {
  if (header_.end_ == HeaderEnd::no_field && !spans_.empty()) note_end_without_field();
  build_fields();
  report_fields();
  report_line_facts();
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.offset < b.offset; });
  for (Diagnostic& diagnostic : found_) sink_->report(std::move(diagnostic));
  found_.clear();
  for (HeaderGap& gap : header_.gaps_) gap.offset += base_;
}

/// The line that ends the header has no colon, or a name that no field can have before it.
void HeaderReader::Scanner::note_end_without_field() {
  const std::string_view line = data_.substr(static_cast<std::size_t>(header_.length_ - dropped_));
  const std::string_view name = line.substr(0, std::min(pending_shape_.name_length, line.size()));
  const auto blank = std::ranges::find_if(name, [](char c) { return is(OctetClass::blank, c); });
  if (pending_shape_.shape != Shape::odd_field || pending_count_ > 1 || blank == name.end())
    return note(Code::hdr_no_colon, header_.length_, pending_first_length_);
  note(Code::hdr_name_illegal_char, header_.length_ + static_cast<std::uint64_t>(blank - name.begin()), 1);
}

void HeaderReader::Scanner::build_fields() {
  header_.fields_.reserve(spans_.size());
  for (const Span& span : spans_) build_field(span);
}

void HeaderReader::Scanner::build_field(const Span& span) {
  const auto kept = static_cast<std::size_t>(std::min<std::uint64_t>(span.length, options_.limits.header_field_octets));
  HeaderField field;
  field.raw = data_.substr(span.at, kept);
  field.name = field.raw.substr(0, span.name_length);
  field.offset = base_ + span.offset;
  field.length = span.length;
  field.id = span.id;
  field.odd_name = span.fold_in_name || span.indented || span.colon != span.name_length;
  field.value = lexical::trim(field.raw.substr(std::min(span.colon + 1, kept)));
  field.value_offset = field.offset + static_cast<std::uint64_t>(field.value.data() - field.raw.data());
  const std::size_t fold = options_.cr_line_ends ? find_eol(field.value) : find_octet(field.value, '\n');
  field.folded = span.folded && fold != field.value.size();
  header_.fields_.push_back(field);
}

/// Whether all fields are whole and hold nothing but printable ASCII, tabs and line ends: one look for most headers.
bool HeaderReader::Scanner::is_plain() const noexcept {
  if (spans_.empty()) return true;
  std::uint64_t crs = 0;
  for (const Span& span : spans_) {
    if (span.length > options_.limits.header_field_octets) return false;
    crs += span.line_end_crs;
  }
  const std::size_t begin = spans_.front().at;
  const std::size_t end = spans_.back().at + static_cast<std::size_t>(spans_.back().length);
  return survey_octets(data_.substr(begin, end - begin)) == OctetSurvey{.crs = crs};
}

void HeaderReader::Scanner::report_fields() {
  const bool plain = is_plain();
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    const Span& span = spans_[i];
    HeaderField& field = header_.fields_[i];
    report_name(span);
    const OctetSurvey octets = plain ? OctetSurvey{.crs = span.line_end_crs} : survey_octets(field.raw);
    field.encodable = octets.eight_bit || field.value.find("=?") != field.value.npos;
    if (octets.eight_bit || octets.control || octets.crs != span.line_end_crs) report_octets(span, field.raw, field);
    if (span.length > options_.limits.header_field_octets) note(Code::limit_header_bytes, span.offset, span.length);
  }
}

void HeaderReader::Scanner::report_name(const Span& span) {
  if (span.name_length == 0) note(Code::hdr_empty_name, span.offset, 1);
  if (span.illegal_name) {
    const std::string_view name = data_.substr(span.at, span.name_length);
    const auto bad = std::find_if(name.begin(), name.end(), [](char c) { return !is(OctetClass::ftext, c); });
    note(Code::hdr_name_illegal_char, span.offset + static_cast<std::uint64_t>(bad - name.begin()), 1);
  }
  if (!span.fold_in_name && span.colon > span.name_length && span.name_length > 0) {
    note(Code::hdr_space_before_colon, span.offset + span.name_length, span.colon - span.name_length);
  }
}

/// The slow road for fields that hold more than plain text.
void HeaderReader::Scanner::report_octets(const Span& span, std::string_view raw, const HeaderField& field) {
  std::uint64_t nuls = 0, first_nul = 0, controls = 0, first_control = 0, first_high = 0;
  bool high = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (is(OctetClass::high, c) && !std::exchange(high, true)) first_high = i;
    if (c == '\0' && nuls++ == 0) first_nul = i;
    if (c == '\r' && !options_.cr_line_ends) {
      const std::size_t behind = raw.find_first_not_of('\r', i);
      if (behind != raw.npos ? raw[behind] != '\n' : span.unterminated) {
        add(header_.line_ends_.bare_cr, field.offset + i);
      }
    }
    const bool is_control = is(OctetClass::control, c) && c != '\0' && c != '\t' && c != '\r' && c != '\n';
    if (is_control && !is_iso2022_shift(raw, i) && controls++ == 0) first_control = i;
  }
  if (nuls != 0) note(Code::hdr_nul, span.offset + first_nul, 1, nuls);
  if (controls != 0) note(Code::hdr_control_char, span.offset + first_control, 1, controls);
  if (!high) return;
  if (is_utf8(raw)) {
    if (raw_utf8_++ == 0) raw_utf8_offset_ = span.offset + first_high;
  } else if (raw_8bit_++ == 0) {
    raw_8bit_offset_ = span.offset + first_high;
  }
}

/// What is told once for the whole header.
void HeaderReader::Scanner::report_line_facts() {
  if (long_lines_ != 0 && long_line_offset_ < header_.length_) {
    note(Code::hdr_line_too_long, long_line_offset_, long_line_length_, long_lines_);
  }
  if (raw_utf8_ != 0) note(Code::hdr_raw_utf8, raw_utf8_offset_, 1, raw_utf8_);
  if (raw_8bit_ != 0) note(Code::hdr_raw_8bit, raw_8bit_offset_, 1, raw_8bit_);
  if (beyond_limit_) {
    const HeaderGap& gap = header_.gaps_.back();
    note(Code::limit_header_count, gap.offset, header_.length_ - gap.offset);
  }
}

/// `offset` counts from the start of the header. From_ lines and lines without a colon are told once with a count.
void HeaderReader::Scanner::note(Code code, std::uint64_t offset, std::uint64_t length, std::uint64_t count) {
  if (code == Code::hdr_mbox_from_line || code == Code::hdr_no_colon) {
    for (Diagnostic& earlier : found_) {
      if (earlier.code == code) {
        earlier.count += count;
        return;
      }
    }
  }
  Diagnostic diagnostic = make_diagnostic(code, base_ + offset, length);
  diagnostic.count = count;
  found_.push_back(std::move(diagnostic));
}

}  // namespace mailparse
