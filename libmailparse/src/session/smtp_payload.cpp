#include "session/smtp_payload.hpp"

namespace mailparse {
namespace {

/// So many NULs, blanks and CRs may stand in a dot line that somebody would still take for one.
constexpr std::size_t lead_limit = 3;
constexpr std::size_t trail_limit = 8;
constexpr unsigned cr_limit = 3;

std::string_view octets_of(LineBreak line_break) noexcept {
  switch (line_break) {
    case LineBreak::crlf:
      return "\r\n";
    case LineBreak::lf:
      return "\n";
    case LineBreak::cr:
      return "\r";
    default:
      return "";
  }
}

MessageEnd odd_kind(LineBreak before, unsigned crs, bool lf) noexcept {
  const bool crlf = lf && crs == 1;
  switch (before) {
    case LineBreak::lf:
      return crlf ? MessageEnd::lf_dot_crlf : lf && crs == 0 ? MessageEnd::lf_dot_lf : MessageEnd::lf_dot_cr;
    case LineBreak::cr:
      return crlf ? MessageEnd::cr_dot_crlf : lf && crs == 0 ? MessageEnd::cr_dot_lf : MessageEnd::cr_dot_cr;
    default:
      return lf && crs == 0 ? MessageEnd::crlf_dot_lf : MessageEnd::crlf_dot_cr;
  }
}

}  // namespace

void ChunkScan::go_on(std::uint64_t offset) {
  const LineBreak before = scanner_.state().before;
  if (before == LineBreak::cr && scanner_.tally().octets > 0) open_cr_ = scanner_.offset() - 1;
  before_ += scanner_.tally();
  scanner_.reset(offset, before);
}

void ChunkScan::skip_to(std::uint64_t offset) {
  before_ += scanner_.tally();
  scanner_.reset(offset, LineBreak::none);
  open_cr_.reset();
}

void ChunkScan::feed(std::string_view octets) {
  if (octets.empty()) return;
  if (open_cr_ && octets.front() != '\n') before_.bare_cr.add(*open_cr_);
  open_cr_.reset();
  while (!octets.empty()) octets.remove_prefix(scanner_.next(octets).size);
}

PayloadTally ChunkScan::finish() {
  if (open_cr_) before_.bare_cr.add(*open_cr_);
  open_cr_.reset();
  scanner_.finish();
  before_ += scanner_.tally();
  return before_;
}

void PayloadReader::start(std::uint64_t offset, bool lf_ends_lines) {
  exact_ = options_.wire_exact && !lf_ends_lines;
  scanner_.reset(offset, LineBreak::start);
  tally_ = {};
  offset_ = offset;
  ended_ = false;
  dot_line_ = DotLine::none;
  after_odd_cr_.reset();
  after_gap_ = false;
}

std::size_t PayloadReader::feed(std::string_view octets) {
  std::size_t at = 0;
  while (at < octets.size() && !ended_) {
    if (at_odd_end()) flush();
    if (dot_line_ == DotLine::none) {
      const Run run = scanner_.next(octets.substr(at));
      if (run.size > 0) {
        sink_.on_payload(octets.substr(at, run.size), offset_);
        after_gap_ = false;
      }
      at += run.size;
      offset_ += run.size;
      if (run.marked()) begin_dot_line(run.after);
      continue;
    }
    switch (step(octets[at])) {
      case Step::taken:
        ++at;
        ++offset_;
        break;
      case Step::ended:
        ++at;
        ++offset_;
        resolve();
        if (at_odd_end()) return at;
        break;
      case Step::ended_before:
        resolve();
        if (at_odd_end()) return at;
        break;
      case Step::given_up:
        give_up();
        break;
    }
  }
  return at;
}

void PayloadReader::begin_dot_line(LineBreak before) {
  cr_counted_ = before == LineBreak::cr && scanner_.tally().bare_cr.count > 0;
  collect();
  dot_line_ = DotLine::lead;
  before_ = after_odd_cr_ == offset_ ? LineBreak::cr : before;
  decorated_ = false;
  crs_ = 0;
  lf_ = false;
  kept_size_ = 0;
  kept_offset_ = offset_;
}

PayloadReader::Step PayloadReader::step(char octet) {
  const auto take = [&] {
    kept_[kept_size_++] = octet;
    return Step::taken;
  };
  switch (dot_line_) {
    case DotLine::lead:
      if (octet == '.') {
        dot_line_ = DotLine::trail;
        return take();
      }
      if (octet != '\0' || kept_size_ >= lead_limit) return Step::given_up;
      decorated_ = true;
      return take();
    case DotLine::trail:
      if (octet == '\r') {
        dot_line_ = DotLine::after_cr;
        crs_ = 1;
        return take();
      }
      if (octet == '\n') {
        lf_ = true;
        take();
        return Step::ended;
      }
      if ((octet != ' ' && octet != '\t' && octet != '\0') || kept_size_ >= trail_limit) return Step::given_up;
      decorated_ = true;
      return take();
    case DotLine::after_cr:
      if (octet == '\n') {
        lf_ = true;
        take();
        return Step::ended;
      }
      if (octet != '\r' || crs_ >= cr_limit) return Step::ended_before;
      ++crs_;
      return take();
    default:
      return Step::given_up;
  }
}

/// The line is complete: the end of the message, or odd.
void PayloadReader::resolve() {
  if (is_strict_end()) {
    ended_ = true;
    dot_line_ = DotLine::none;
    return;
  }
  if (!exact_) return give_up();
  // Its CRs are no bare CRs of the message; its LF and NULs are what they are.
  if (lf_ && crs_ == 0) tally_.bare_lf.add(offset_ - 1);
  for (std::size_t i = 0; i < kept_size_; ++i) {
    if (kept_[i] == '\0') tally_.nul.add(kept_offset_ + i);
  }
  scanner_.reset(offset_, line_break());
  if (!lf_) after_odd_cr_ = offset_;
  dot_line_ = DotLine::complete;
  sink_.on_odd_end(odd_end());
}

/// The line is content. Its octets have not been scanned yet.
void PayloadReader::give_up() {
  if (cr_counted_) tally_.bare_cr.add(kept_offset_ - 1);
  rescan();
  flush();
}

/// Hands out what was kept, without the dot that dot-stuffing put there.
void PayloadReader::flush() {
  std::string_view content(kept_.data(), kept_size_);
  std::uint64_t offset = kept_offset_;
  if (content.starts_with('.') && starts_line() && !after_gap_ && !options_.unstuffed) {
    content.remove_prefix(1);
    ++offset;
  }
  dot_line_ = DotLine::none;
  after_gap_ = false;
  if (!content.empty()) sink_.on_payload(content, offset);
}

void PayloadReader::rescan() {
  scanner_.reset(kept_offset_, LineBreak::none);
  std::string_view rest(kept_.data(), kept_size_);
  while (!rest.empty()) rest.remove_prefix(scanner_.next(rest).size);
}

/// Adds the scanner's tally to ours, but for a CR directly before a dot line: give_up() adds it if it is a bare one.
void PayloadReader::collect() {
  RunTally tally = scanner_.tally();
  if (cr_counted_) --tally.bare_cr.count;
  tally_ += tally;
  scanner_.reset(offset_, LineBreak::none);
}

void PayloadReader::skip(std::uint64_t length) {
  if (dot_line_ == DotLine::complete) {
    flush();
  } else if (dot_line_ != DotLine::none) {
    give_up();
  }
  scanner_.finish();
  cr_counted_ = false;
  collect();
  offset_ += length;
  scanner_.reset(offset_, LineBreak::start);
  after_gap_ = true;
}

void PayloadReader::cut() {
  if (dot_line_ == DotLine::none) return;
  const bool undecided_dot = kept_[0] == '.' && starts_line() && dot_line_ != DotLine::complete;
  if (undecided_dot) {
    dot_line_ = DotLine::none;
  } else if (dot_line_ == DotLine::complete) {
    flush();
  } else {
    give_up();
  }
}

std::optional<OddEnd> PayloadReader::stops_with_odd_end() const {
  if (!exact_) return std::nullopt;
  if (dot_line_ == DotLine::complete || dot_line_ == DotLine::after_cr) return odd_end();
  return std::nullopt;
}

void PayloadReader::end_at_odd_end() {
  if (dot_line_ == DotLine::after_cr) resolve();
  dot_line_ = DotLine::none;
  ended_ = true;
}

PayloadTally PayloadReader::tally() {
  scanner_.finish();
  cr_counted_ = false;
  collect();
  return tally_;
}

/// Whether strict receivers see a line begin where the dot line does.
bool PayloadReader::starts_line() const noexcept {
  if (before_ == LineBreak::crlf || before_ == LineBreak::start) return true;
  return before_ == LineBreak::lf && !exact_;
}

bool PayloadReader::is_strict_end() const noexcept {
  if (!starts_line() || decorated_ || !lf_) return false;
  return exact_ ? crs_ == 1 : crs_ <= 1;
}

OddEnd PayloadReader::odd_end() const {
  OddEnd odd;
  const std::string_view before = octets_of(before_);
  odd.octets = std::string(before) + std::string(kept_.data(), kept_size_);
  odd.offset = kept_offset_ - before.size();
  odd.dot = kept_offset_;
  odd.next = kept_offset_ + kept_size_;
  odd.kind = decorated_ ? MessageEnd::decorated_dot : odd_kind(before_, crs_, lf_);
  return odd;
}

}  // namespace mailparse
