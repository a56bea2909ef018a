#include "message/mime_scanner.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>

namespace mailparse {
namespace {

// A message without LF ends its lines with CR. It is looked for in so many octets; messages of CR-only systems are
// old and small, but their first LF may stand in a body.
constexpr std::size_t line_end_decision_octets = 64 * 1024;
// A boundary longer than this cannot stand on a line that mail systems carry; it is taken for none.
constexpr std::size_t boundary_limit = 4096;
// Blanks that may follow a delimiter on its line.
constexpr std::size_t padding_limit = 1024;
// A part's header is scanned in pieces of this size, so that a body that turns out to follow is not scanned twice.
constexpr std::size_t header_window = 2048;
// Octets of a header held back until it is known whether they belong to the body, and how many are handed on at once.
constexpr std::size_t header_lag = 2 * 1024 * 1024;

/// Length of the line end, whole or in part, at the back of `text`: at most CR CR LF.
std::size_t line_end_at_back(std::string_view text, bool cr_line_ends) noexcept {
  std::size_t size = 0;
  if (cr_line_ends) return !text.empty() && text.back() == '\r' ? 1 : 0;
  if (!text.empty() && text.back() == '\n') {
    size = 1;
    text.remove_suffix(1);
  }
  while (size < 3 && !text.empty() && text.back() == '\r') {
    ++size;
    text.remove_suffix(1);
  }
  return size;
}

void merge(Occurrences& into, const Occurrences& from) noexcept {
  if (from.count == 0) return;
  if (into.count == 0) into.first = from.first;
  into.count += from.count;
}

void merge(RunTally& into, const RunTally& from) noexcept {
  into.octets += from.octets;
  into.lines += from.lines;
  merge(into.bare_lf, from.bare_lf);
  merge(into.bare_cr, from.bare_cr);
  merge(into.nul, from.nul);
  merge(into.eight_bit, from.eight_bit);
  merge(into.long_lines, from.long_lines);
}

std::string_view without_padding(std::string_view line) noexcept {
  while (!line.empty() && (is(OctetClass::blank, line.back()) || line.back() == '\r' || line.back() == '\n')) {
    line.remove_suffix(1);
  }
  return line;
}

/// `line` without its line end.
std::string_view without_line_end(std::string_view line, bool cr_line_ends) noexcept {
  line.remove_suffix(line_end_at_back(line, cr_line_ends));
  return line;
}

}  // namespace

MimeReader::Scanner::Scanner(MimeSink& sink, const MimeOptions& options)
    : sink_(&sink), options_(options), header_reader_(sink) {}

// --- input
// ------------------------------------------------------------------------------------------------------------

void MimeReader::Scanner::feed(std::string_view octets) {
  if (finished_ || octets.empty()) return;
  fed_ += octets.size();
  if (!decided_) return decide_line_ends(octets, false);
  drain(octets);
}

void MimeReader::Scanner::decide_line_ends(std::string_view octets, bool at_end) {
  const bool lf = find_octet(octets, '\n') < octets.size();
  std::string held;
  if (!undecided_.empty() || (!lf && !at_end)) {
    undecided_.append(octets);
    if (!lf && !at_end && undecided_.size() < line_end_decision_octets) return;
    held = std::exchange(undecided_, {});
    octets = held;
  }
  decided_ = true;
  cr_line_ends_ = find_octet(octets, '\n') == octets.size() && find_octet(octets, '\r') < octets.size();
  header_reader_ = HeaderReader(
      *sink_, 0, HeaderOptions{.outermost = true, .cr_line_ends = cr_line_ends_, .limits = options_.limits});
  begin_entity(0, std::string(options_.default_type));
  drain(octets);
}

/// The backlog comes before `octets`. A step takes all it can; one that leaves octets has put others before them.
void MimeReader::Scanner::drain(std::string_view octets) {
  while (!octets.empty() || !backlog_.empty()) {
    if (backlog_.empty()) {
      octets.remove_prefix(step(octets));
      continue;
    }
    const std::string earlier = std::exchange(backlog_, {});
    const std::size_t taken = step(earlier);
    backlog_.append(earlier, taken);
  }
}

std::size_t MimeReader::Scanner::step(std::string_view octets) {
  std::size_t taken = 0;
  while (taken < octets.size() && backlog_.empty()) {
    const std::string_view rest = octets.substr(taken);
    if (!candidate_.empty()) {
      taken += step_candidate(rest);
    } else if (in_header_) {
      taken += step_header(rest);
    } else {
      taken += step_body(rest);
    }
  }
  return taken;
}

void MimeReader::Scanner::finish() {
  if (finished_) return;
  if (!decided_) decide_line_ends({}, true);
  finished_ = true;
  while (!candidate_.empty()) {
    std::string line = std::exchange(candidate_, {});
    const std::size_t taken = resolve(line, true);
    backlog_.append(line, taken);
    drain({});
  }
  while (!frames_.empty()) end_top(EntityEnd::input_end);
}

// --- header
// -----------------------------------------------------------------------------------------------------------

void MimeReader::Scanner::begin_entity(std::uint32_t number, std::string default_type) {
  Frame frame;
  frame.entity.index = static_cast<std::uint32_t>(entities_++);
  frame.entity.number = number;
  frame.entity.depth = static_cast<std::uint32_t>(frames_.size());
  frame.entity.offset = emitted_;
  frame.default_type = std::move(default_type);
  if (!frames_.empty()) {
    frame.entity.parent = top().entity.index;
    // What a report returns: everything behind its first part.
    frame.returned = top().returned || (top().report && number > 1);
    header_reader_.reset(emitted_, false);
  }
  frames_.push_back(std::move(frame));
  in_header_ = true;
  restart_scan(emitted_, LineBreak::start);
  sink_->on_entity(top().entity);
}

/// Pushes octets into the header up to a line that may be a delimiter.
std::size_t MimeReader::Scanner::step_header(std::string_view octets) {
  std::string_view run = octets;
  bool candidate = false;
  if (multiparts_ > 0) {
    const Run found = scanner_.next(octets.substr(0, header_window));
    run = octets.substr(0, found.size);
    if (!found.marked()) run = octets.substr(0, std::min(octets.size(), header_window));
    candidate = found.marked();
    candidate_after_ = found.after;
  }
  if (!run.empty()) {
    const std::size_t taken = header_reader_.push(run);
    if (header_reader_.done()) {
      header_done(run, taken);
      return taken;
    }
    header_octets_.append(run);
    if (header_octets_.size() > 2 * header_lag) {
      emit(MimeRange::header, std::string_view(header_octets_).substr(0, header_lag));
      header_octets_.erase(0, header_lag);
    }
  }
  if (!candidate) return run.size();
  return run.size() + step_candidate(octets.substr(run.size()));
}

/// The header of the top frame ended `taken` octets into `pushed`.
void MimeReader::Scanner::header_done(std::string_view pushed, std::size_t taken) {
  const std::string body_start(header_reader_.body_start());
  const Header& header = header_reader_.header();
  const std::string_view held(header_octets_);
  emit(MimeRange::header, held.substr(0, held.size() - std::min(held.size(), body_start.size())));
  emit(MimeRange::header, pushed.substr(0, taken));
  const LineEnds& ends = header.line_ends();
  const auto add = [&](std::uint64_t StructureLineEnds::* kind, const LineEnds::Tally& tally, LineEnd end) {
    if (tally.count == 0) return;
    this->line_ends_.*kind += tally.count;
    if (end != line_ends_.first && line_ends_.other_offset == 0) line_ends_.other_offset = tally.offset;
  };
  if (line_ends_.first == LineEnd::none && ends.crlf.count + ends.lf.count > 0) {
    const bool lf_first = ends.crlf.count == 0 || (ends.lf.count > 0 && ends.lf.offset < ends.crlf.offset);
    line_ends_.first = lf_first ? LineEnd::lf : LineEnd::crlf;
  }
  add(&StructureLineEnds::crlf, ends.crlf, LineEnd::crlf);
  add(&StructureLineEnds::lf, ends.lf, LineEnd::lf);
  line_ends_.cr += ends.cr.count;
  const EntityHead head = read_entity_head(header, top().default_type, *sink_, options_.limits);
  top().entity.kind = decide_kind(head);
  sink_->on_header(top().entity, header, head);
  if (header.end() == HeaderEnd::no_field && !header.fields().empty() && frames_.size() > 1) {
    report(Code::mime_part_missing_blank_line, header.offset() + header.length(), 0);
  }
  header_octets_.clear();
  in_header_ = false;
  begin_body(head);
  // Octets that the header reader had taken and gave back: they may hold delimiters of the multipart just begun.
  backlog_.append(body_start);
}

EntityKind MimeReader::Scanner::decide_kind(const EntityHead& head) {
  const bool composite = head.is_multipart() || (head.is_message() && is_identity(head.encoding));
  if (!composite) return head.is_message() ? EntityKind::encoded : EntityKind::leaf;
  if (frames_.size() + options_.depth > options_.limits.mime_depth) {
    if (!std::exchange(depth_reported_, true)) report(Code::limit_mime_depth, top().entity.offset, 0);
    return EntityKind::opaque;
  }
  if (head.is_message())
    return entities_ < std::min(options_.parts, options_.limits.mime_parts) ? EntityKind::message : EntityKind::opaque;
  // A boundary of nothing but blanks would make a delimiter of every signature's "-- ".
  const bool usable = !without_padding(head.boundary).empty() && head.boundary.size() <= boundary_limit;
  return usable ? EntityKind::multipart : EntityKind::opaque;
}

void MimeReader::Scanner::begin_body(const EntityHead& head) {
  Frame& frame = top();
  frame.range = MimeRange::body;
  if (frame.entity.kind == EntityKind::message) return begin_entity(0, "text/plain");
  if (frame.entity.kind != EntityKind::multipart) return restart_scan(emitted_, LineBreak::start);
  const bool reused = std::ranges::any_of(frames_, [&](const Frame& f) { return f.boundary == head.boundary; });
  if (reused) report(Code::mime_boundary_reused_by_child, head.boundary_offset, head.boundary_length);
  frame.boundary = head.boundary;
  frame.other_boundary = head.other_boundary;
  frame.boundary_offset = head.boundary_offset;
  frame.boundary_length = head.boundary_length;
  frame.last_delimiter = emitted_;
  frame.range = MimeRange::preamble;
  frame.digest = head.type == "multipart/digest";
  frame.report = head.type == "multipart/report";
  boundaries_.insert(frame.boundary);
  longest_boundary_ = std::max({longest_boundary_, frame.boundary.size(), frame.other_boundary.size()});
  ++multiparts_;
  restart_scan(emitted_, LineBreak::start);
}

// --- body
// -------------------------------------------------------------------------------------------------------------

std::size_t MimeReader::Scanner::step_body(std::string_view octets) {
  const Run run = scanner_.next(octets);
  text(octets.substr(0, run.size));
  if (!run.marked()) return octets.size();
  candidate_after_ = run.after;
  return run.size + step_candidate(octets.substr(run.size));
}

/// Octets of the top frame's current range; a line end at their back waits for what follows.
void MimeReader::Scanner::text(std::string_view octets) {
  if (octets.empty()) return;
  if (multiparts_ == 0) return emit(top().range, octets);
  char tail[6];
  std::memcpy(tail, line_end_, line_end_size_);
  const std::size_t near = std::min<std::size_t>(3, octets.size());
  std::memcpy(tail + line_end_size_, octets.data() + octets.size() - near, near);
  const bool all = octets.size() <= 3;  // only then what waits may be part of the line end at the back
  const std::string_view seen =
      all ? std::string_view(tail, line_end_size_ + near) : std::string_view(tail + line_end_size_, near);
  const std::size_t back = line_end_at_back(seen, cr_line_ends_);
  if (back > octets.size()) {
    const std::size_t over = line_end_size_ + octets.size() - back;
    emit(top().range, std::string_view(tail, over));
    std::memmove(line_end_, tail + over, back);
  } else {
    flush_line_end();
    emit(top().range, octets.substr(0, octets.size() - back));
    std::memcpy(line_end_, octets.data() + octets.size() - back, back);
  }
  line_end_size_ = back;
}

void MimeReader::Scanner::flush_line_end() {
  if (line_end_size_ == 0) return;
  emit(top().range, {line_end_, line_end_size_});
  line_end_size_ = 0;
}

void MimeReader::Scanner::emit(MimeRange range, std::string_view octets) {
  if (octets.empty()) return;
  const std::uint64_t offset = emitted_;
  emitted_ += octets.size();
  sink_->on_octets(top().entity, range, offset, octets);
}

void MimeReader::Scanner::keep_tally() {
  merge(top().tally, scanner_.tally());
}

void MimeReader::Scanner::restart_scan(std::uint64_t offset, LineBreak before) {
  scanner_ = multiparts_ > 0 && !unread_ ? RunScanner('-') : RunScanner::tally_only();
  scanner_.reset(offset, before);
}

std::uint64_t MimeReader::Scanner::position() const noexcept {
  return emitted_ + line_end_size_ + header_octets_.size();
}

// --- delimiters
// -------------------------------------------------------------------------------------------------------

std::size_t MimeReader::Scanner::candidate_limit() const noexcept {
  return longest_boundary_ + 4 + padding_limit;
}

/// Size of the line at the front of `octets`, its end included; 0 when it does not end within `limit`.
std::size_t MimeReader::Scanner::line_size(std::string_view octets, std::size_t limit) const noexcept {
  const std::string_view near = octets.substr(0, limit);
  const std::size_t at = find_octet(near, cr_line_ends_ ? '\r' : '\n');
  return at < near.size() ? at + 1 : 0;
}

/// Reads the line at the front of `octets`, whose first octet is "-", or goes on with one that began before.
std::size_t MimeReader::Scanner::step_candidate(std::string_view octets) {
  const bool fresh = candidate_.empty();
  if (fresh && octets.size() > 1 && octets[1] != '-') return resolve(octets, false);
  const std::size_t limit = candidate_limit();
  const std::size_t room = limit - std::min(limit, candidate_.size());
  const std::size_t line = line_size(octets, room);
  if (fresh && (line > 0 || octets.size() >= limit))
    return resolve(octets.substr(0, line > 0 ? line : limit), line > 0);
  if (line == 0 && octets.size() < room) {
    candidate_.append(octets);
    return octets.size();
  }
  const std::size_t taken = line > 0 ? line : room;
  candidate_.append(octets.substr(0, taken));
  std::string joined = std::exchange(candidate_, {});
  const std::size_t used = resolve(joined, line > 0);
  backlog_.append(joined, used);
  return taken;
}

MimeReader::Scanner::Match MimeReader::Scanner::match(std::string_view line) const noexcept {
  const std::string_view rest = without_line_end(line, cr_line_ends_).substr(2);
  for (std::size_t i = frames_.size(); i-- > 0;) {
    const Frame& frame = frames_[i];
    const std::size_t size = frame.boundary.size();
    if (size == 0 || frame.closed || rest.size() < size) continue;
    const std::string_view tail = without_padding(rest.substr(size));
    if (!tail.empty() && tail != "--") continue;
    if (rest.starts_with(frame.boundary)) return {i, true, !tail.empty()};
  }
  return {};
}

/// Decides on the line `line`, which begins with "-". Returns how many of its octets were used; the others are to be
/// read in the state that follows. Not `whole`: it is longer than any delimiter.
std::size_t MimeReader::Scanner::resolve(std::string_view line, bool whole) {
  if (line.starts_with("--") && whole) {
    const Match met = match(line);
    if (met.found && (candidate_after_ != LineBreak::cr || cr_line_ends_)) return delimiter(met, line);
    if (met.found) {
      report(Code::mime_boundary_delimiter_not_at_crlf, position() - 1, without_padding(line).size() + 1);
      report_bare_cr(position() - 1);
    }
  }
  if (line.starts_with("--")) notice(line, whole);
  // Text, or a field whose name begins with a dash. The mark itself is not found again; other marks in the line may be.
  const std::string_view mark = line.substr(0, 1);
  static_cast<void>(scanner_.next(mark));
  if (!in_header_) {
    text(mark);
    return 1;
  }
  const std::size_t taken = header_reader_.push(mark);
  if (header_reader_.done()) {
    header_done(mark, taken);
    return taken;
  }
  header_octets_.append(mark);
  return 1;
}

/// Remembers a line that some readers take for a delimiter.
void MimeReader::Scanner::notice(std::string_view line, bool whole) {
  const std::string_view trimmed = without_padding(line);
  const std::string_view rest = trimmed.substr(2);
  const std::uint64_t at = position();
  const auto exact = [&] {
    return whole && (boundaries_.contains(rest) ||
                     (rest.ends_with("--") && boundaries_.contains(rest.substr(0, rest.size() - 2))));
  };
  for (std::size_t i = frames_.size(); i-- > 0;) {
    Frame& frame = frames_[i];
    if (frame.boundary.empty()) continue;
    if (whole && !frame.other_boundary.empty() && rest == frame.other_boundary) ++frame.other_delimiters;
    if (whole && rest == frame.boundary && frame.closed) return frame.after_close.add(at, trimmed.size());
    if (frame.closed) continue;
    if (rest.starts_with(frame.boundary)) {
      if (exact()) return;
      const std::string_view more = rest.substr(frame.boundary.size());
      if (more.starts_with('\r') || more.starts_with("--\r"))
        report_bare_cr(at + 2 + frame.boundary.size() + more.find('\r'));
      if (!more.starts_with("--")) return top().prefix_lines.add(at, trimmed.size());
      return report(Code::mime_boundary_close_trailing_text, at + 2 + frame.boundary.size() + 2, more.size() - 2);
    }
    if (whole && rest.size() * 2 >= frame.boundary.size() && std::string_view(frame.boundary).starts_with(rest)) {
      if (exact()) return;
      return top().lookalikes.add(at, trimmed.size());
    }
  }
}

/// A CR that some readers take for the end of a delimiter line, or of the line before it.
void MimeReader::Scanner::report_bare_cr(std::uint64_t offset) {
  Diagnostic diagnostic = make_diagnostic(Code::msg_bare_cr, offset, 1);
  diagnostic.severity = Severity::error;
  sink_->report(std::move(diagnostic));
}

/// `line` is a delimiter line of the frame that was met.
std::size_t MimeReader::Scanner::delimiter(const Match& met, std::string_view line) {
  if (in_header_) close_header(EntityEnd::delimiter);
  // What the line end before the delimiter is part of ended in front of it.
  const std::string held(line_end_, std::exchange(line_end_size_, 0));
  end_frames_above(met.frame, EntityEnd::delimiter);
  Frame& frame = top();
  const std::string_view content = without_line_end(line, cr_line_ends_);
  const MimeRange range = met.close ? MimeRange::close_delimiter : MimeRange::delimiter;
  const std::uint64_t at = emitted_ + held.size();
  keep_tally();
  emit(range, held);
  frame.last_delimiter = at;
  frame.last_delimiter_length = without_padding(line).size();
  note_line_end(line.substr(content.size()), at + content.size());
  if (met.close) {
    emit(range, content);
    frame.closed = true;
    frame.range = MimeRange::epilogue;
    restart_scan(emitted_, LineBreak::none);
    return content.size();
  }
  emit(range, line);
  if (entities_ >= std::min(options_.limits.mime_parts, options_.parts)) {
    report(Code::limit_mime_parts, emitted_, 0);
    frame.range = MimeRange::unread;
    unread_ = true;
    restart_scan(emitted_, LineBreak::start);
    return line.size();
  }
  ++frame.parts;
  begin_entity(frame.parts, frame.digest ? "message/rfc822" : "text/plain");
  return line.size();
}

void MimeReader::Scanner::note_line_end(std::string_view line_end, std::uint64_t offset) {
  if (line_end.empty() || cr_line_ends_) return;
  if (!line_end.ends_with('\n')) return report_bare_cr(offset);
  const LineEnd end = line_end == "\n" ? LineEnd::lf : LineEnd::crlf;
  ++(end == LineEnd::lf ? line_ends_.lf : line_ends_.crlf);
  if (line_ends_.first == LineEnd::none) line_ends_.first = end;
  if (end != line_ends_.first && line_ends_.other_offset == 0) line_ends_.other_offset = offset;
}

// --- ends
// -------------------------------------------------------------------------------------------------------------

/// The entity ends before its header does.
void MimeReader::Scanner::close_header(EntityEnd how) {
  header_reader_.finish();
  const Header& header = header_reader_.header();
  const bool cut_name = header.end() == HeaderEnd::no_field && istarts_with(header_reader_.body_start(), "content-");
  const bool cut =
      how == EntityEnd::input_end && (cut_name || (header.end() == HeaderEnd::input_end && header.length() > 0));
  if (cut && frames_.size() > 1 && !top().returned) {
    report(Code::mime_part_headers_truncated, header.offset(), header.length());
  }
  header_done({}, 0);
  while (in_header_) {  // of an enclosed message that has not begun
    header_reader_.finish();
    header_done({}, 0);
  }
  const std::string rest = std::exchange(backlog_, {});
  static_cast<void>(scanner_.next(rest));
  text(rest);
}

void MimeReader::Scanner::end_frames_above(std::size_t frame, EntityEnd how) {
  while (frames_.size() > frame + 1) end_top(how);
}

void MimeReader::Scanner::end_top(EntityEnd how) {
  if (in_header_) close_header(how);
  flush_line_end();
  scanner_.finish();
  keep_tally();
  Frame& frame = top();
  if (frame.entity.kind == EntityKind::multipart) {
    if (!frame.closed && !frame.returned && !unread_) {
      report(Code::mime_multipart_unclosed, frame.last_delimiter, frame.last_delimiter_length);
    }
    if (frame.after_close.count > 0) {
      report(Code::mime_multipart_content_after_close, frame.after_close.offset, frame.after_close.length,
             frame.after_close.count);
    }
    if (frame.other_delimiters > 0 && frame.parts > 0) {
      report(Code::mime_boundary_conflict, frame.boundary_offset, frame.boundary_length);
    }
    --multiparts_;
  }
  if (frame.prefix_lines.count > 0) {
    report(Code::mime_boundary_prefix_line, frame.prefix_lines.offset, frame.prefix_lines.length,
           frame.prefix_lines.count);
  }
  if (frame.lookalikes.count > 0) {
    report(Code::mime_boundary_lookalike, frame.lookalikes.offset, frame.lookalikes.length, frame.lookalikes.count);
  }
  sink_->on_entity_end(frame.entity, emitted_, how, frame.tally);
  frames_.pop_back();
  // Octets between the end of this entity and the next delimiter are told of that delimiter's multipart.
  restart_scan(emitted_, LineBreak::none);
}

void MimeReader::Scanner::report(Code code, std::uint64_t offset, std::uint64_t length, std::uint64_t count,
                                 std::string detail) {
  Diagnostic diagnostic = make_diagnostic(code, offset, length);
  diagnostic.count = count;
  diagnostic.detail = std::move(detail);
  sink_->report(std::move(diagnostic));
}

}  // namespace mailparse
