// Octets into lines.
#include "message/header_scanner.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

/// RFC 5322 2.1.1.
constexpr std::uint64_t line_octets_allowed = 998;
/// CRs that count as part of a line end; what programs that double them make of a message passed on a few times.
constexpr std::size_t most_crs = 8;

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

std::size_t HeaderReader::Scanner::push(std::string_view octets) {
  if (done_ || octets.empty()) return 0;
  if (!gathering_ && read_plain(octets)) return static_cast<std::size_t>(header_.length_);
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
  const std::size_t body_at = body_place();
  if (body_at >= before) return body_at - before;
  body_start_ = data_.substr(body_at, before - body_at);
  return 0;
}

void HeaderReader::Scanner::finish() {
  if (done_) return;
  if (gathering_) data_ = block_;
  end_of_octets();
  body_start_ = data_.substr(std::min(body_place(), data_.size()));
}

/// Where the body begins in data_: nothing of it was ever dropped, but of the line that ends the header something may
/// be.
std::size_t HeaderReader::Scanner::body_place() const noexcept {
  const bool behind_line = header_.length_ > dropped_ + scanned_;
  return static_cast<std::size_t>(header_.length_ - dropped_ - (behind_line ? line_dropped_ : 0));
}

void HeaderReader::Scanner::read(std::string_view octets) {
  if (read_plain(octets)) return;
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
  line = line.substr(0, limit);
  const Shaped shaped = shape_of(line);
  const bool behind_strays = pending_ == Pending::stray && pending_count_ > 1 && !proves_header(shaped, line);
  if (is_prose(shaped.shape) || continues_nothing(shaped.shape) || behind_strays)
    on_line(cut_line(data_.size(), data_.size(), false));
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

}  // namespace mailparse
