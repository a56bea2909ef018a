// Messages in transit: DATA's payload, BDAT's chunks, and what is odd in them. RFC 5321 4.1.1.4, 4.5.2; RFC 3030 2.
#include <algorithm>

#include <mailparse/base/octets.hpp>

#include "session/smtp_machine.hpp"

namespace mailparse {
namespace {

/// So much of a payload is kept to see whether its first two lines are commands.
constexpr std::size_t head_limit = 2048;

/// Octets as C would write them, for a finding's detail.
std::string escaped(std::string_view octets) {
  std::string out;
  for (const char octet : octets) {
    switch (octet) {
      case '\r':
        out += "\\r";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\0':
        out += "\\0";
        break;
      default:
        out += octet;
    }
  }
  return out;
}

std::optional<SmtpCommand> known_command(std::string_view line) {
  Silence none;
  auto command = parse_smtp_command(line, 0, none);
  if (!command || command->verb == SmtpVerb::unknown) return std::nullopt;
  return std::move(*command);
}

bool moves_envelope(const std::optional<SmtpCommand>& command) {
  return command && (command->verb == SmtpVerb::mail || command->verb == SmtpVerb::rcpt) && command->path &&
         command->path->bracketed;
}

}  // namespace

void SmtpSession::Machine::begin_message(std::uint64_t n, std::uint64_t offset) {
  message_open_ = true;
  message_n_ = n;
  body_missing_ = false;
  body_elided_ = false;
  MessageStart start;
  start.n = n;
  start.side = Side::client;
  start.offset = offset;
  start.first = stamp_;
  sink_.on_message_start(start);
}

void SmtpSession::Machine::begin_data(std::uint64_t n, std::uint64_t offset) {
  if (message_open_) end_message(MessageEnd::cut, std::nullopt, offset);
  mode_ = Mode::payload;
  by_data_ = true;
  transaction_.data_used = true;
  conclude_watch();
  payload_.emplace(*this, PayloadReader::Options{.wire_exact = wire_exact_, .unstuffed = unstuffed_});
  payload_->start(offset);
  head_.clear();
  head_done_ = false;
  head_offset_ = offset;
  head_command_ = 0;
  begin_message(n, offset);
}

std::size_t SmtpSession::Machine::consume_payload(std::string_view octets, std::uint64_t offset) {
  raw_ = octets;
  raw_offset_ = offset;
  watched_ = offset;
  const std::size_t taken = payload_->feed(octets);
  show_watch(offset + taken);
  raw_ = {};
  client_offset_ = offset + taken;
  if (payload_->ended()) {
    end_of_data(MessageEnd::crlf_dot_crlf, payload_->end_offset(), client_offset_, true);
  } else if (payload_->at_odd_end() && may_be_taken(client_offset_)) {
    (void)evidence_.made();
    mode_ = Mode::odd_end;
  }
  return taken;
}

/// Lets the watch see the octets up to there: an odd end must not hide what stands before it in the same chunk.
void SmtpSession::Machine::show_watch(std::uint64_t up_to) {
  if (watch_ && up_to > watched_) {
    watch_->octets(
        raw_.substr(static_cast<std::size_t>(watched_ - raw_offset_), static_cast<std::size_t>(up_to - watched_)),
        watched_);
  }
  watched_ = std::max(watched_, up_to);
}

/// Gives the verdict on what was suspected, if anything.
void SmtpSession::Machine::conclude_watch() {
  if (!watch_) return;
  watch_->conclude(sink_);
  watch_.reset();
}

void SmtpSession::Machine::on_payload(std::string_view octets, std::uint64_t offset) {
  if (!head_done_) look_at_head(octets, offset);
  sink_.on_message_octets(octets, offset, stamp_);
}

void SmtpSession::Machine::on_odd_end(const OddEnd& odd) {
  show_watch(std::min(odd.next, raw_offset_ + raw_.size()));
  if (!watch_) watch_.emplace(reorder_octets_);
  watch_->odd_end(odd);
  report(Code::smtp_eod_nonstandard, Side::client, odd.offset, odd.next - odd.offset, "octets=" + escaped(odd.octets));
}

/// Keeps the octets only where they do not reach to what tells.
void SmtpSession::Machine::look_at_head(std::string_view octets, std::uint64_t offset) {
  const std::string_view more = octets.substr(0, head_limit - std::min(head_limit, head_.size()));
  if (head_.empty()) {
    head_offset_ = offset;
    head_done_ = check_first_line(more);
    if (!head_done_) head_ = more;
    return;
  }
  head_ += more;
  head_done_ = check_first_line(head_);
  if (head_done_) (void)std::exchange(head_, {});  // an assignment would keep its memory
}

/// RFC 5322 wants a header field where the payload begins; a complete command with its path is none. A lone verb
/// counts only when such a command follows. False: more octets are needed to tell.
bool SmtpSession::Machine::check_first_line(std::string_view head) {
  const std::size_t first_end = head.find('\n');
  if (first_end == head.npos && head.size() < head_limit) return false;
  std::string_view first = head.substr(0, first_end);
  const std::size_t first_octets = first.size();
  if (first.ends_with('\r')) first.remove_suffix(1);
  const auto command = known_command(first);
  if (command && !moves_envelope(command) && command->argument.empty() && first_end != head.npos) {
    const std::size_t second_end = head.find('\n', first_end + 1);
    if (second_end == head.npos && head.size() < head_limit) return false;
    std::string_view second = head.substr(first_end + 1, second_end - first_end - 1);
    if (second.ends_with('\r')) second.remove_suffix(1);
    if (moves_envelope(known_command(second))) head_command_ = first_octets;
  } else if (moves_envelope(command)) {
    head_command_ = first_octets;
  }
  return true;
}

void SmtpSession::Machine::begin_chunk(const SmtpCommand& command, const Pending& pending) {
  const SmtpChunk chunk = *command.chunk;
  transaction_.bdat_used = true;
  transaction_.unfinished = !chunk.last;
  transaction_.last_bdat = pending.offset;
  transaction_.last_bdat_length = pending.length;
  if (chunk.size == 0 && !chunk.last)
    count(transaction_.null_chunks, Code::smtp_bdat_null_chunk, pending.offset, pending.length);
  if (!message_open_) {
    by_data_ = false;
    watch_.reset();
    begin_message(pending.n, client_offset_);
  }
  chunk_scan_.made().go_on(client_offset_);
  mode_ = Mode::chunk;
  chunk_left_ = chunk.size;
  chunk_size_ = chunk.size;
  chunk_offset_ = client_offset_;
  chunk_has_gap_ = false;
  chunk_last_ = chunk.last;
  chunk_n_ = pending.n;
  if (chunk.size == 0) end_chunk(client_offset_);
}

std::size_t SmtpSession::Machine::consume_chunk(std::string_view octets, std::uint64_t offset) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), chunk_left_));
  const std::string_view part = octets.substr(0, size);
  chunk_scan_.made().feed(part);
  sink_.on_message_octets(part, offset, stamp_);
  chunk_left_ -= size;
  client_offset_ = offset + size;
  if (chunk_left_ == 0) end_chunk(client_offset_);
  return size;
}

void SmtpSession::Machine::end_chunk(std::uint64_t offset) {
  mode_ = Mode::commands;
  lines_.restart(offset);
  chunk_end_ = offset;
  if (!chunk_last_) return;
  end_message(body_elided_ ? MessageEnd::elided : MessageEnd::bdat_last, chunk_n_, offset);
  end_transaction();
}

/// The end of DATA's octets: a pseudo-command that the final reply answers. `observed`: it is on the wire.
void SmtpSession::Machine::end_of_data(MessageEnd kind, std::uint64_t dot, std::uint64_t next, bool observed) {
  const std::uint64_t n = next_n_;
  end_message(kind, n, observed ? dot : next);
  CommandEvent event;
  event.n = n;
  event.verb = ".";
  event.offset = observed ? dot : next;
  event.length = observed ? next - dot : 0;
  event.first = stamp_;
  event.last = stamp_;
  event.observed = observed;
  ++next_n_;
  sink_.on_command(event);
  push({.kind = Pending::Kind::end_of_data,
        .n = n,
        .offset = event.offset,
        .length = event.length,
        .hidden_mail = std::exchange(transaction_.hidden, {})});
  if (watch_) watch_->end_of_data(n, event.offset);
  mode_ = Mode::commands;
  payload_.reset();
  lines_.restart(client_offset_);
  end_transaction();
}

void SmtpSession::Machine::end_message(MessageEnd kind, std::optional<std::uint64_t> n, std::uint64_t offset) {
  if (!message_open_) return;
  if (by_data_ && kind == MessageEnd::cut) payload_->cut();
  if (!head_done_ && by_data_ && !head_.empty()) {
    if (!head_.contains('\n')) head_ += '\n';
    (void)check_first_line(head_);
  }
  head_done_ = true;
  (void)std::exchange(head_, {});
  report_oddities();
  chunk_scan_.reset();
  message_open_ = false;
  if (body_elided_ && kind != MessageEnd::cut) kind = MessageEnd::elided;
  sink_.on_message_end(kind, n, offset, stamp_);
}

void SmtpSession::Machine::report_oddities() {
  if (by_data_ && head_command_ > 0)
    report(Code::smtp_desync_commands_in_body, Side::client, head_offset_, head_command_);
  if (!exact()) return;
  PayloadTally tally;
  if (by_data_) {
    tally = payload_->tally();
  } else {
    if (transaction_.binarymime) return;
    tally = chunk_scan_.made().finish();
  }
  const auto tell = [&](Code code, const Occurrences& what, Severity severity) {
    if (what.count == 0) return;
    Diagnostic diagnostic = make_diagnostic(code, what.first, 1);
    diagnostic.side = Side::client;
    diagnostic.count = what.count;
    diagnostic.severity = severity;
    sink_.report(std::move(diagnostic));
  };
  tell(Code::smtp_data_bare_cr, tally.bare_cr, Severity::warning);
  tell(Code::smtp_data_bare_lf, tally.bare_lf, by_data_ ? Severity::warning : Severity::info);
  tell(Code::smtp_data_nul, tally.nul, Severity::warning);
}

/// The client's transaction is over: its end of data, RSET, or a new greeting. RFC 5321 4.1.4
void SmtpSession::Machine::end_transaction() {
  report_counted(transaction_.null_chunks);
  if (transaction_.hidden) hidden_mail_over(*transaction_.hidden, SmuggledEvent::Outcome::not_accepted);
  transaction_ = {};
  refused_body_.reset();
  refused_chunk_.reset();
  refused_body_reported_ = false;
  refused_lines_ = 0;
}

/// A message in chunks is left without its last one.
void SmtpSession::Machine::report_unfinished() {
  if (!transaction_.unfinished || transaction_.bdat_refused) return;
  transaction_.unfinished = false;
  report(Code::smtp_bdat_unfinished, Side::client, transaction_.last_bdat, transaction_.last_bdat_length);
}

}  // namespace mailparse
