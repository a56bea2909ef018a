// What a line is by itself and behind those before it: a field, its fold, the end, or nothing that a header has.
#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/content_type.hpp>
#include <mailparse/message/header.hpp>

#include "message/header_scanner.hpp"

namespace mailparse {
namespace {

/// Lines that are no fields, one after the other, behind which the header may still go on.
constexpr std::uint64_t stray_lines_allowed = 8;
constexpr std::uint64_t stray_octets_allowed = 8 * 1024;

bool is_blank(char octet) noexcept {
  return is(OctetClass::blank, octet);
}

bool only_blanks(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_blank(c); });
}

bool is_mbox_from(std::string_view text) noexcept {
  if (text.starts_with(">From ")) return true;
  if (!text.starts_with("From ")) return false;
  const std::string_view rest = trim_blanks(text.substr(5));
  return !rest.starts_with(':');  // "From : x" is a field with an obsolete blank
}

}  // namespace

HeaderReader::Scanner::Shaped HeaderReader::Scanner::shape_of(std::string_view text) const noexcept {
  if (text.empty()) return {Shape::empty};
  if (is_blank(text[0])) return {only_blanks(text) ? Shape::blanks : Shape::continuation};
  if (is_mbox_from(text)) return {Shape::mbox_from};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {Shape::stray};
  std::size_t name_length = colon;
  while (name_length > 0 && is_blank(text[name_length - 1])) --name_length;
  // A known name needs no look at its octets.
  const FieldName id = find_field_name(text.substr(0, name_length));
  if (id != FieldName::unknown) return {Shape::field, name_length, colon, false, id};
  bool illegal = false;
  bool blank = false;
  for (const char c : text.substr(0, name_length)) {
    illegal |= !is(OctetClass::ftext, c);
    blank |= is_blank(c);
  }
  return {blank ? Shape::odd_field : Shape::field, name_length, colon, illegal};
}

void HeaderReader::Scanner::on_line(const Line& line) {
  const Shaped shaped = shape_of(line.text);
  if (line.text_length > line.text.size() && continues_nothing(shaped.shape)) {
    settle_stray();
    if (!done_) end_header(line.offset, 0, HeaderEnd::no_field);
    return;
  }
  switch (shaped.shape) {
    case Shape::empty:
      on_empty(line);
      break;
    case Shape::blanks:
      on_blanks(line);
      break;
    case Shape::continuation:
      on_continuation(line);
      break;
    default:
      on_start(line, shaped);
      break;
  }
  if (!done_ || line.offset < header_.length_) tally(line);
}

void HeaderReader::Scanner::on_empty(const Line& line) {
  const bool nothing_yet = spans_.empty() && pending_ == Pending::none;
  if (options_.outermost && line.length > 0 && (nothing_yet || pending_ == Pending::blank_lines) &&
      pending_count_ < options_.limits.header_fields) {
    if (pending_ == Pending::none) {
      begin_pending(Pending::blank_lines, line);
    } else {
      add_pending(line);
    }
    return;
  }
  if (pending_ == Pending::stray || pending_ == Pending::blank_lines) return settle_stray();
  end_header(line.offset + line.length, line.length, HeaderEnd::empty_line);
}

void HeaderReader::Scanner::on_blanks(const Line& line) {
  if (pending_ == Pending::stray) return settle_stray();
  if (pending_ == Pending::none) return begin_pending(Pending::blanks, line);
  add_pending(line);
  if (pending_line_.length <= options_.limits.header_field_octets) return;
  if (pending_ == Pending::blank_lines) return settle_stray();
  end_header(pending_line_.offset + pending_line_.length, pending_line_.length, HeaderEnd::whitespace_line);
}

void HeaderReader::Scanner::begin_pending(Pending what, const Line& line) {
  pending_ = what;
  pending_line_ = line;
  pending_shape_ = {Shape::stray};
  pending_first_length_ = line.length;
  pending_count_ = 1;
  line_ends_before_pending_ = header_.line_ends_;
}

void HeaderReader::Scanner::add_pending(const Line& line) {
  pending_line_.length += line.length;
  ++pending_count_;
}

void HeaderReader::Scanner::on_continuation(const Line& line) {
  if (pending_ == Pending::stray) {
    if (join_folded_name(line)) return;
    if (line.text_length > line.text.size()) return settle_stray();  // as in add_stray(): the body has begun
    add_pending(line);
    return;
  }
  if (open_ == Open::nothing) {  // nothing to continue: a field behind its indent, or text
    std::string_view text = line.text;
    while (is_blank(text.front())) text.remove_prefix(1);
    const Shaped shaped = shape_of(text);
    if (shaped.shape != Shape::field) return on_start(line, {Shape::stray});
    if (!settle_pending(shaped, text)) return;
    note(Code::hdr_leading_continuation, line.offset, line.length);
    return open_field(line, shaped, line.text.size() - text.size());
  }
  if (pending_ == Pending::blanks && !settle_pending({Shape::continuation}, line.text)) return;
  if (open_ == Open::field) {
    extend_field(line);
  } else {
    header_.gaps_.back().length += line.length;
  }
}

/// A line that begins with something other than a blank.
void HeaderReader::Scanner::on_start(const Line& line, const Shaped& shaped) {
  if (line.text.starts_with("--") && delimits_own_parts(line.text)) return end_before_delimiter(line);
  if (pending_ == Pending::stray && is_prose(shaped.shape)) return add_stray(line);
  if (!settle_pending(shaped, line.text)) return;
  if (is_prose(shaped.shape)) return stray_begins(line, shaped);
  if (shaped.shape == Shape::mbox_from) return open_gap(HeaderGap::Kind::mbox_from_line, line.offset, line.length);
  open_field(line, shaped, 0);
}

/// Whether a line is a delimiter of the multipart that this header describes: the empty line before it is missing, and
/// its parts begin. RFC 2046 5.1.1.
bool HeaderReader::Scanner::delimits_own_parts(std::string_view text) {
  if (!own_boundary_) {
    const auto span = std::ranges::find(spans_, FieldName::content_type, &Span::id);
    if (span == spans_.end()) return false;
    const std::string_view raw = data_.substr(span->at, static_cast<std::size_t>(span->length));
    Arena arena;
    Silence ignored;
    const ContentType type = read_content_type({.text = raw.substr(std::min(span->colon + 1, raw.size()))}, true, arena,
                                               ignored, options_.limits);
    const Parameter* const boundary = type.parameters.find("boundary");
    own_boundary_ = boundary != nullptr && type.type == "multipart" ? std::string(boundary->octets) : std::string();
  }
  std::string_view rest = text.substr(2);
  if (own_boundary_->empty() || !rest.starts_with(*own_boundary_)) return false;
  rest.remove_prefix(own_boundary_->size());
  if (rest.starts_with("--")) rest.remove_prefix(2);
  return only_blanks(rest);
}

/// What stands before it and is no field is the preamble.
void HeaderReader::Scanner::end_before_delimiter(const Line& line) {
  if (pending_ != Pending::stray) {
    if (!settle_pending({Shape::stray}, line.text)) return settle_stray();
    begin_pending(Pending::stray, line);
  }
  settle_stray();
}

/// One more line that is no field. Folds that lost their indent stand in such runs, and so does a body whose empty line
/// is missing: what comes behind the run tells, when it comes soon.
void HeaderReader::Scanner::add_stray(const Line& line) {
  const bool too_long = line.text_length > line.text.size() || pending_count_ >= stray_lines_allowed ||
                        pending_line_.length + line.length > stray_octets_allowed;
  if (too_long || spans_.empty()) return settle_stray();
  add_pending(line);
}

/// Decides what the pending lines are, now that `next`, the shape of the line `text`, is known. False: the header ended
/// before them.
bool HeaderReader::Scanner::settle_pending(const Shaped& next, std::string_view text) {
  const Pending pending = std::exchange(pending_, Pending::none);
  const std::uint64_t from = pending_line_.offset;
  switch (pending) {
    case Pending::none:
      return true;
    case Pending::blank_lines:
      if (is_prose(next.shape)) {
        pending_ = pending;
        settle_stray();
        return false;
      }
      open_gap(HeaderGap::Kind::blank_lines, from, pending_line_.length);
      open_ = Open::nothing;
      note(Code::hdr_leading_blank_lines, from, pending_line_.length, pending_count_);
      return true;
    case Pending::blanks: {
      if (is_prose(next.shape)) {
        end_header(from + pending_line_.length, pending_line_.length, HeaderEnd::whitespace_line);
        return false;
      }
      note(Code::hdr_whitespace_only_line, from, pending_first_length_, pending_count_);
      if (open_ == Open::field) extend_field(pending_line_);
      if (open_ == Open::gap) header_.gaps_.back().length += pending_line_.length;
      return true;
    }
    case Pending::stray:
      return settle_stray_before(next, text);
  }
  return true;
}

/// Pending lines that are no fields, and behind them one that may be: they are a gap in the header, or its end.
bool HeaderReader::Scanner::settle_stray_before(const Shaped& next, std::string_view text) {
  if (pending_count_ > 1 && !proves_header(next, text)) {
    pending_ = Pending::stray;
    settle_stray();
    return false;
  }
  if (pending_count_ == 1 && pending_shape_.shape == Shape::odd_field) {
    open_field(pending_line_, pending_shape_, 0);
  } else {
    open_gap(HeaderGap::Kind::no_colon, pending_line_.offset, pending_line_.length, pending_count_);
  }
  return true;
}

/// Whether a line behind several that are no fields shows that the header goes on: a field that mail knows. One that a
/// header has once and that this one has already is of a header quoted in the body.
bool HeaderReader::Scanner::proves_header(const Shaped& next, std::string_view text) const noexcept {
  if (next.shape != Shape::field) return false;
  if (next.id == FieldName::unknown) return istarts_with(text.substr(0, next.name_length), "x-");
  return !occurs_once(next.id) || std::ranges::find(spans_, next.id, &Span::id) == spans_.end();
}

/// The header ends before a pending line that is no field, or with the first of pending empty lines.
void HeaderReader::Scanner::settle_stray() {
  const Pending pending = std::exchange(pending_, Pending::none);
  if (pending != Pending::stray && pending != Pending::blank_lines) {
    pending_ = pending;
    return;
  }
  header_.line_ends_ = line_ends_before_pending_;
  if (pending == Pending::stray) return end_header(pending_line_.offset, 0, HeaderEnd::no_field);
  tally(pending_line_);
  end_header(pending_line_.offset + pending_first_length_, pending_first_length_, HeaderEnd::empty_line);
}

/// A pending line that holds nothing but the beginning of a name, and its fold has the rest and the colon.
bool HeaderReader::Scanner::join_folded_name(const Line& line) {
  if (pending_shape_.shape != Shape::stray || pending_count_ > 1) return false;
  const std::string_view first = data_.substr(pending_line_.at, static_cast<std::size_t>(pending_line_.text_length));
  const std::string_view head = trim_blanks(first);
  if (head.empty() || pending_line_.length != pending_line_.text_length + pending_line_.line_end) return false;
  const std::size_t colon = line.text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view rest = trim_blanks(line.text.substr(0, colon));
  const auto is_name = [](char c) { return is(OctetClass::ftext, c); };
  if (!std::all_of(head.begin(), head.end(), is_name) || !std::all_of(rest.begin(), rest.end(), is_name)) return false;
  pending_ = Pending::none;
  const Line start = pending_line_;
  open_field(start, {Shape::field, head.size(), static_cast<std::size_t>(line.offset - start.offset) + colon, false},
             0);
  if (!beyond_limit_) {
    Span& span = spans_.back();
    span.fold_in_name = true;
    span.id = find_field_name(rest.empty() ? head : std::string(head).append(rest));
  }
  note(Code::hdr_fold_in_name, start.offset, start.length);
  extend_field(line);
  return true;
}

void HeaderReader::Scanner::open_field(const Line& line, const Shaped& shaped, std::size_t indent) {
  const Limits& limits = options_.limits;
  if (!beyond_limit_ && (spans_.size() >= limits.header_fields || line.offset >= limits.header_octets)) {
    open_gap(HeaderGap::Kind::beyond_limit, line.offset, 0);
    beyond_limit_ = true;
  }
  if (beyond_limit_) {
    open_ = Open::gap;
    header_.gaps_.back().length = line.offset + line.length - header_.gaps_.back().offset;
    return;
  }
  Span span;
  span.at = line.at + indent;
  span.offset = line.offset + indent;
  span.length = line.length - indent;
  span.name_length = shaped.name_length;
  span.colon = shaped.colon;
  span.line_end_crs = line.crs;
  span.folded = line.length > line.text_length + line.line_end;
  span.unterminated = !line.terminated;
  span.indented = indent != 0;
  span.illegal_name = shaped.illegal_name;
  span.id = shaped.id;
  spans_.push_back(span);
  open_ = Open::field;
}

void HeaderReader::Scanner::extend_field(const Line& line) {
  if (beyond_limit_) {
    header_.gaps_.back().length += line.length;
    return;
  }
  Span& span = spans_.back();
  span.length += line.length;
  span.line_end_crs += line.crs;
  span.unterminated = !line.terminated;
  span.folded = true;
}

void HeaderReader::Scanner::open_gap(HeaderGap::Kind kind, std::uint64_t offset, std::uint64_t length,
                                     std::uint64_t lines) {
  open_ = Open::gap;
  if (beyond_limit_) {
    header_.gaps_.back().length = offset + length - header_.gaps_.back().offset;
    return;
  }
  std::vector<HeaderGap>& gaps = header_.gaps_;
  // Thousands of From_ lines are one place in the header, not thousands.
  if (!gaps.empty() && gaps.back().kind == kind && gaps.back().offset + gaps.back().length == offset) {
    gaps.back().length += length;
  } else {
    gaps.push_back({kind, offset, length});
  }
  if (kind == HeaderGap::Kind::mbox_from_line) note(Code::hdr_mbox_from_line, offset, length, lines);
  if (kind == HeaderGap::Kind::no_colon) note(stray_code(), offset, length, lines);
}

/// What is wrong with a pending line that is no field.
Code HeaderReader::Scanner::stray_code() const noexcept {
  return spans_.empty() && is_blank(data_[pending_line_.at]) ? Code::hdr_leading_continuation : Code::hdr_no_colon;
}

void HeaderReader::Scanner::stray_begins(const Line& line, const Shaped& shaped) {
  begin_pending(Pending::stray, line);
  pending_shape_ = shaped;
  if (line.text_length > line.text.size()) settle_stray();  // longer than a field may be: nothing makes it one
}

}  // namespace mailparse
