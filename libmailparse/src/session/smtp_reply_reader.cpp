#include "session/smtp_reply_reader.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

constexpr std::uint64_t reply_line_limit = 512;    // RFC 5321 4.5.3.1.5
constexpr std::uint64_t auth_line_limit = 12'288;  // RFC 4954 4
constexpr std::uint64_t lines_worth_of_octets = 16;

bool is_odd_control(char octet) noexcept {
  return is(OctetClass::control, octet) && octet != '\t';
}

}  // namespace

SmtpReplyReader::SmtpReplyReader(DiagnosticSink& sink, const Limits& limits)
    : sink_(sink),
      reply_lines_(limits.reply_lines),
      kept_octets_(limits.line_octets * lines_worth_of_octets),
      lines_(limits.line_octets) {}

SmtpReplyReader::SmtpReplyReader(const SmtpReplyReader& other, DiagnosticSink& sink)
    : sink_(sink),
      reply_lines_(other.reply_lines_),
      kept_octets_(other.kept_octets_),
      lines_(other.lines_),
      line_first_(other.line_first_),
      swallowing_(other.swallowing_),
      resync_(other.resync_),
      count_(other.count_),
      mismatch_(other.mismatch_),
      several_(other.several_),
      reply_(other.reply_) {
  reply_.lines = {};
}

const SmtpReply* SmtpReplyReader::next(std::string_view& octets, const Stamp& stamp) {
  stamp_ = stamp;
  while (!octets.empty()) {
    if (lines_.pending() == 0) line_first_ = stamp;
    const auto line = lines_.next(octets);
    if (!line) return nullptr;
    if (const SmtpReply* reply = take(*line)) return reply;
  }
  return nullptr;
}

const SmtpReply* SmtpReplyReader::take(const TextLine& line) {
  if (swallowing_) {
    if (line.end != LineEnd::none) swallowing_ = false;
    reply_.length += line.text.size() + line_end_octets(line.end);
    return nullptr;
  }
  swallowing_ = line.end == LineEnd::none;
  const auto parsed = parse_smtp_reply_line(line.text);
  if (std::exchange(resync_, false) && (!parsed || !parsed->well_formed)) return nullptr;
  if (!parsed || !parsed->well_formed) {
    Diagnostic diagnostic = make_diagnostic(Code::smtp_reply_syntax, line.offset, line.text.size());
    diagnostic.side = Side::server;
    sink_.report(std::move(diagnostic));
  }
  check(line, parsed ? parsed->code : 0);
  if (!parsed && count_ == 0) return nullptr;  // no reply begins here
  if (count_ == 0) {
    reply_ = {};
    reply_.offset = line.offset;
    reply_.first = line_first_;
    mismatch_ = false;
    several_.reset();
  }
  ++count_;
  reply_.last = stamp_;
  reply_.length = line.offset + line.text.size() + line_end_octets(line.end) - reply_.offset;
  if (!parsed) {
    keep(line.text);
    return nullptr;
  }
  if (count_ > 1 && parsed->code != reply_.code && !mismatch_) {
    mismatch_ = true;
    Diagnostic diagnostic = make_diagnostic(Code::smtp_reply_code_mismatch, line.offset, line.text.size());
    diagnostic.side = Side::server;
    sink_.report(std::move(diagnostic));
  }
  reply_.code = parsed->code;
  if (count_ == 1) reply_.first_code = parsed->code;
  if (!reply_.enhanced) reply_.enhanced = parsed->enhanced;
  if (count_ == 1 && parsed->last) {  // the common case: one line, no copy
    count_ = 0;
    only_line_ = parsed->text;
    reply_.lines = {&only_line_, 1};
    return &reply_;
  }
  keep(parsed->text);
  return parsed->last ? complete() : nullptr;
}

void SmtpReplyReader::keep(std::string_view text) {
  if (count_ == reply_lines_ + 1) {
    Diagnostic diagnostic = make_diagnostic(Code::smtp_reply_unterminated, reply_.offset, reply_.length);
    diagnostic.side = Side::server;
    diagnostic.count = count_;
    sink_.report(std::move(diagnostic));
  }
  Lines& lines = several_.made();
  if (count_ > reply_lines_ || lines.text.size() + text.size() > kept_octets_) return;
  lines.text += text;
  lines.ends.push_back(lines.text.size());
}

const SmtpReply* SmtpReplyReader::complete() {
  count_ = 0;
  Lines& lines = several_.made();
  std::size_t begin = 0;
  for (const std::size_t end : lines.ends) {
    lines.views.push_back(std::string_view(lines.text).substr(begin, end - begin));
    begin = end;
  }
  reply_.lines = lines.views;
  return &reply_;
}

void SmtpReplyReader::check(const TextLine& line, std::uint16_t code) {
  const std::uint64_t length = line.text.size() + line_end_octets(line.end);
  if (length > (code == 334 ? auth_line_limit : reply_line_limit)) {
    if (too_long_) {
      ++too_long_->count;
    } else {
      too_long_ = make_diagnostic(Code::smtp_reply_too_long, line.offset, length);
      too_long_->side = Side::server;
    }
  }
  if (!line.flags.has(LineFlag::control) && !line.flags.has(LineFlag::nul) && !line.flags.has(LineFlag::bare_cr))
    return;
  const auto odd = std::ranges::count_if(line.text, is_odd_control);
  if (odd == 0) return;
  const auto first = std::ranges::find_if(line.text, is_odd_control) - line.text.begin();
  Diagnostic diagnostic =
      make_diagnostic(Code::smtp_reply_control_char, line.offset + static_cast<std::uint64_t>(first), 1);
  diagnostic.side = Side::server;
  diagnostic.count = static_cast<std::uint64_t>(odd);
  sink_.report(std::move(diagnostic));
}

const SmtpReply* SmtpReplyReader::finish(bool ended, std::uint64_t next_offset) {
  const SmtpReply* reply = nullptr;
  // Three digits and a separator say what matters even where the line goes on.
  if (const auto line = lines_.finish(); line && !swallowing_ && line->text.size() > 3) {
    if (parse_smtp_reply_line(line->text)) reply = take(*line);
  }
  if (count_ > 0) {
    if (ended && count_ <= reply_lines_) {
      Diagnostic diagnostic = make_diagnostic(Code::smtp_reply_unterminated, reply_.offset, reply_.length);
      diagnostic.side = Side::server;
      diagnostic.count = count_;
      sink_.report(std::move(diagnostic));
    }
    reply = complete();
  }
  swallowing_ = false;
  lines_.restart(next_offset);
  return reply;
}

void SmtpReplyReader::report_counts() {
  if (too_long_) sink_.report(std::move(*too_long_));
  too_long_.reset();
}

}  // namespace mailparse
