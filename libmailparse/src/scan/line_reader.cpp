#include <utility>

#include <mailparse/scan/line_reader.hpp>

#include "scan/line_flags.hpp"
#include "scan/line_scan.hpp"

namespace mailparse {

void LineReader::drop_given() {
  text_.erase(0, std::exchange(given_, 0));
}

TextLine LineReader::give(std::string_view text, LineFlags content, LineEnd end) {
  TextLine result{text, 0, end, so_far_.add(text, content, end)};
  result.offset = offset_ - pending() - text.size() - line_end_octets(end);
  return result;
}

TextLine LineReader::give_piece(std::string_view& chunk) {
  if (text_.empty()) {
    const std::string_view text = chunk.substr(0, limit_);
    chunk.remove_prefix(limit_);
    offset_ += limit_;
    return give(text, scan_line(text).flags, LineEnd::none);
  }
  const std::size_t missing = limit_ > text_.size() ? limit_ - text_.size() : 0;
  text_.append(chunk.substr(0, missing));
  chunk.remove_prefix(missing);
  offset_ += missing;
  given_ = limit_;
  const std::string_view text = std::string_view(text_).substr(0, limit_);
  return give(text, scan_line(text).flags, LineEnd::none);
}

std::optional<TextLine> LineReader::next(std::string_view& chunk) {
  drop_given();
  // The kept text and what is looked at of the chunk: a line of limit_ octets with CRLF fits just so.
  const std::size_t kept = text_.size();
  const std::string_view window = chunk.substr(0, limit_ + 2 - kept);
  const auto [lf, window_flags] = scan_line(window);
  const auto octet_at = [&](std::size_t i) { return i < kept ? text_[i] : window[i - kept]; };

  const std::size_t content = kept + lf;  // up to LF, or all there is
  const bool ended = lf < window.size();
  const bool cr = content > 0 && octet_at(content - 1) == '\r';
  if (ended && content - (cr ? 1 : 0) <= limit_) {
    std::string_view text = chunk.substr(0, lf);
    chunk.remove_prefix(lf + 1);
    offset_ += lf + 1;
    if (kept > 0) {
      text = text_.append(text);
      given_ = text.size();
    }
    if (cr) text.remove_suffix(1);
    return give(text, kept > 0 ? scan_line(text).flags : window_flags, cr ? LineEnd::crlf : LineEnd::lf);
  }
  if (content > limit_ + 1 || (content == limit_ + 1 && !cr)) return give_piece(chunk);
  text_.append(window);
  chunk.remove_prefix(window.size());
  offset_ += window.size();
  return std::nullopt;
}

std::optional<TextLine> LineReader::finish() {
  drop_given();
  std::optional<TextLine> line;
  if (!text_.empty()) {
    given_ = text_.size();
    line = give(text_, scan_line(text_).flags, LineEnd::none);
  }
  so_far_ = {};
  return line;
}

void LineReader::restart(std::uint64_t offset) noexcept {
  offset_ = offset;
  text_.clear();
  given_ = 0;
  so_far_ = {};
}

}  // namespace mailparse
