#include "message/header_scanner.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/content_type.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

/// RFC 5322 2.1.1.
constexpr std::uint64_t line_octets_allowed = 998;
/// CRs that count as part of a line end; what programs that double them make of a message passed on a few times.
constexpr std::size_t most_crs = 8;
/// Lines that are no fields, one after the other, behind which the header may still go on.
constexpr std::uint64_t stray_lines_allowed = 8;
constexpr std::uint64_t stray_octets_allowed = 8 * 1024;

/// What kinds of octets a run holds.
struct Octets {
  bool high = false;     ///< above 127
  bool control = false;  ///< controls other than HTAB, CR and LF
  std::uint64_t crs = 0;
};

/// One branch-free pass that compilers turn into vector code.
Octets survey(std::string_view octets) noexcept {
  unsigned char high = 0;
  unsigned char control = 0;
  std::uint64_t crs = 0;
  while (!octets.empty()) {
    const std::string_view run = octets.substr(0, 255);  // a count of one octet cannot overflow in it
    octets.remove_prefix(run.size());
    unsigned char run_crs = 0;
    for (const char c : run) {
      const auto o = static_cast<unsigned char>(c);
      high = static_cast<unsigned char>(high | o);
      const bool is_cr = o == '\r';
      const bool is_control = (o < 0x20) & (o != '\t') & (o != '\n') & !is_cr;
      control = static_cast<unsigned char>(control | static_cast<unsigned char>(is_control | (o == 0x7F)));
      run_crs = static_cast<unsigned char>(run_crs + static_cast<unsigned char>(is_cr));
    }
    crs += run_crs;
  }
  return {(high & 0x80) != 0, control != 0, crs};
}

/// ESC that begins a designation of ISO-2022 text, as Japanese, Chinese and Korean mail had it before encoded-words.
bool is_iso2022_shift(std::string_view text, std::size_t at) noexcept {
  return text[at] == '\x1B' && at + 2 < text.size() && (text[at + 1] == '$' || text[at + 1] == '(');
}

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

/// `octets` without line ends and blanks at both ends.
std::string_view trim_white(std::string_view octets) noexcept {
  const auto is_white = [](char c) { return is_blank(c) || c == '\r' || c == '\n'; };
  while (!octets.empty() && is_white(octets.front())) octets.remove_prefix(1);
  while (!octets.empty() && is_white(octets.back())) octets.remove_suffix(1);
  return octets;
}

void add(LineEnds::Tally& tally, std::uint64_t offset) noexcept {
  if (tally.count++ == 0) tally.offset = offset;
}

}  // namespace

HeaderReader::Scanner::Scanner(DiagnosticSink& sink, std::uint64_t offset, const HeaderOptions& options)
    : sink_(&sink), options_(options), base_(offset) {
  header_.offset_ = offset;
}

void HeaderReader::Scanner::reset(std::uint64_t offset, bool outermost) {
  base_ = offset;
  options_.outermost = outermost;
  block_.clear();
  data_ = {};
  gathering_ = false;
  scanned_ = searched_ = 0;
  dropped_ = line_dropped_ = 0;
  spans_.clear();
  found_.clear();
  pending_ = Pending::none;
  pending_count_ = 0;
  open_ = Open::nothing;
  beyond_limit_ = false;
  own_boundary_.reset();
  long_lines_ = raw_8bit_ = raw_utf8_ = 0;
  header_.fields_.clear();
  header_.gaps_.clear();
  header_.line_ends_ = {};
  header_.offset_ = offset;
  header_.length_ = header_.separator_length_ = 0;
  header_.end_ = HeaderEnd::input_end;
  header_.unterminated_ = false;
  body_start_ = {};
  done_ = false;
}

// --- lines
// ------------------------------------------------------------------------------------------------------------

std::size_t HeaderReader::Scanner::push(std::string_view octets) {
  if (done_ || octets.empty()) return 0;
  const std::size_t before = gathering_ ? block_.size() : 0;
  if (gathering_) {
    block_.append(octets);
    data_ = block_;
  } else {
    data_ = octets;
  }
  scan_lines(false);
  if (!done_) {
    if (!gathering_) {
      block_.assign(octets);
      gathering_ = true;
    }
    drop_what_is_not_needed();
    return octets.size();
  }
  const auto body_at = static_cast<std::size_t>(header_.length_ - dropped_);  // nothing of the body was ever dropped
  if (body_at >= before) return body_at - before;
  body_start_ = data_.substr(body_at, before - body_at);
  return 0;
}

void HeaderReader::Scanner::finish() {
  if (done_) return;
  if (gathering_) data_ = block_;
  end_of_octets();
  const auto body_at = static_cast<std::size_t>(header_.length_ - dropped_);
  body_start_ = data_.substr(std::min(body_at, data_.size()));
}

void HeaderReader::Scanner::read(std::string_view octets) {
  data_ = octets;
  scan_lines(false);
  if (!done_) end_of_octets();
}

void HeaderReader::Scanner::end_of_octets() {
  scan_lines(true);
  if (!done_) settle_stray();
  if (!done_) end_header(dropped_ + scanned_, 0, HeaderEnd::input_end);
}

void HeaderReader::Scanner::scan_lines(bool at_end) {
  take_byte_order_mark();
  const char line_end = options_.cr_line_ends ? '\r' : '\n';
  while (!done_ && scanned_ < data_.size()) {
    const std::size_t from = std::max(searched_, scanned_);
    const void* hit = from < data_.size() ? std::memchr(data_.data() + from, line_end, data_.size() - from) : nullptr;
    if (hit == nullptr && !at_end) {
      searched_ = data_.size();
      break;
    }
    const std::size_t next =
        hit != nullptr ? static_cast<std::size_t>(static_cast<const char*>(hit) - data_.data()) + 1 : data_.size();
    const Line line = cut_line(hit != nullptr ? next - 1 : next, next, hit != nullptr);
    on_line(line);
    if (done_) break;
    dropped_ += line_dropped_;
    line_dropped_ = 0;
    scanned_ = searched_ = next;
  }
  if (!done_ && !at_end) give_up_long_line();
}

/// A line longer than a field may be does not get better by its end: when it is not part of a field by now, the body
/// has begun. To be called before anything of the line is dropped.
void HeaderReader::Scanner::give_up_long_line() {
  std::string_view line = data_.substr(scanned_);
  for (std::size_t crs = 0; crs < most_crs && !options_.cr_line_ends && line.ends_with('\r'); ++crs)
    line.remove_suffix(1);
  const auto limit = static_cast<std::size_t>(options_.limits.header_field_octets);
  if (line.size() <= limit) return;
  const Shape shape = shape_of(line.substr(0, limit)).shape;
  if (is_prose(shape) || continues_nothing(shape)) on_line(cut_line(data_.size(), data_.size(), false));
}

/// An indented line where there is no field to continue.
bool HeaderReader::Scanner::continues_nothing(Shape shape) const noexcept {
  if (shape != Shape::continuation && shape != Shape::blanks) return false;
  return open_ == Open::nothing || pending_ == Pending::stray || pending_ == Pending::blank_lines;
}

HeaderReader::Scanner::Line HeaderReader::Scanner::cut_line(std::size_t end, std::size_t next, bool terminated) {
  Line line;
  line.at = scanned_;
  line.offset = dropped_ + scanned_;
  line.length = next - scanned_ + line_dropped_;
  std::size_t text_end = end;
  line.terminated = terminated;
  if (terminated && options_.cr_line_ends) {
    line.crs = 1;
  } else {
    while (text_end > scanned_ && data_[text_end - 1] == '\r' && line.crs < most_crs) {
      --text_end;
      ++line.crs;
    }
  }
  line.line_end = next - text_end;
  line.text_length = text_end - scanned_ + line_dropped_;
  const auto kept =
      static_cast<std::size_t>(std::min<std::uint64_t>(text_end - scanned_, options_.limits.header_field_octets));
  line.text = data_.substr(scanned_, kept);
  if (line.text_length > line_octets_allowed && long_lines_++ == 0) {
    long_line_offset_ = line.offset;
    long_line_length_ = line.text_length;
  }
  if (!terminated) header_.unterminated_ = true;
  return line;
}

void HeaderReader::Scanner::tally(const Line& line) {
  if (!line.terminated) return;
  LineEnds& ends = header_.line_ends_;
  LineEnds::Tally& kind = options_.cr_line_ends ? ends.cr
                          : line.crs == 0       ? ends.lf
                          : line.crs == 1       ? ends.crlf
                                                : ends.cr_cr_lf;
  add(kind, base_ + line.offset + line.text_length);
}

/// Only the kept octets of fields, lines that are pending and the unfinished line stay in the block.
void HeaderReader::Scanner::drop_what_is_not_needed() {
  const auto limit = static_cast<std::size_t>(options_.limits.header_field_octets);
  if (pending_ == Pending::none) {
    std::size_t needed = 0;
    if (!spans_.empty()) {
      const Span& last = spans_.back();
      needed = last.at + static_cast<std::size_t>(std::min<std::uint64_t>(last.length, limit));
    }
    if (needed < scanned_) {
      block_.erase(needed, scanned_ - needed);
      dropped_ += scanned_ - needed;
      searched_ -= scanned_ - needed;
      scanned_ = needed;
    }
  }
  if (block_.size() - scanned_ > limit + most_crs) {
    const std::size_t excess = block_.size() - scanned_ - limit - most_crs;
    block_.erase(scanned_ + limit, excess);
    line_dropped_ += excess;
    searched_ = block_.size();
  }
}

void HeaderReader::Scanner::take_byte_order_mark() {
  if (!options_.outermost || scanned_ != 0 || dropped_ != 0 || !header_.gaps_.empty()) return;
  if (!data_.starts_with(byte_order_mark)) return;
  open_gap(HeaderGap::Kind::byte_order_mark, 0, byte_order_mark.size());
  open_ = Open::nothing;
  scanned_ = searched_ = byte_order_mark.size();
}

HeaderReader::Scanner::Shaped HeaderReader::Scanner::shape_of(std::string_view text) const noexcept {
  if (text.empty()) return {Shape::empty};
  if (is_blank(text[0])) return {only_blanks(text) ? Shape::blanks : Shape::continuation};
  if (is_mbox_from(text)) return {Shape::mbox_from};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {Shape::stray};
  std::size_t name_length = colon;
  while (name_length > 0 && is_blank(text[name_length - 1])) --name_length;
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
  const std::string_view name = text.substr(0, next.name_length);
  const FieldName id = find_field_name(name);
  if (id == FieldName::unknown) return istarts_with(name, "x-");
  return !occurs_once(id) || std::ranges::find(spans_, id, &Span::id) == spans_.end();
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
  span.id = find_field_name(data_.substr(span.at, span.name_length));
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

// --- the end
// ----------------------------------------------------------------------------------------------------------

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
  const auto blank = std::ranges::find_if(name, is_blank);
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
  field.value = trim_white(field.raw.substr(std::min(span.colon + 1, kept)));
  field.value_offset = field.offset + static_cast<std::uint64_t>(field.value.data() - field.raw.data());
  const std::size_t fold = options_.cr_line_ends ? find_eol(field.value) : find_octet(field.value, '\n');
  field.folded = span.folded && fold != field.value.size();
  header_.fields_.push_back(field);
}

void HeaderReader::Scanner::report_fields() {
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    const Span& span = spans_[i];
    HeaderField& field = header_.fields_[i];
    report_name(span);
    const Octets octets = survey(field.raw);
    field.encodable = octets.high || field.value.find("=?") != field.value.npos;
    if (octets.high || octets.control || octets.crs != span.line_end_crs) report_octets(span, field.raw, field);
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
