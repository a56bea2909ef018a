#include <mailparse/session/smtp_session.hpp>

#include "session/smtp_machine.hpp"

namespace mailparse {

SmtpSession::SmtpSession(DialogueSink& sink, const SmtpSessionOptions& options)
    : machine_(std::make_unique<Machine>(sink, options)) {}
SmtpSession::~SmtpSession() = default;

void SmtpSession::on_chunk(const Chunk& chunk) {
  machine_->chunk(chunk);
}
void SmtpSession::on_gap(const Gap& gap) {
  machine_->gap(gap);
}
void SmtpSession::on_elided(const Elided& elided) {
  machine_->elided(elided);
}
void SmtpSession::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  machine_->end(side, end, stamp);
}
void SmtpSession::settle() {
  machine_->settle();
}
void SmtpSession::finish() {
  machine_->finish();
}
void SmtpSession::report(Diagnostic diagnostic) {
  machine_->report(std::move(diagnostic));
}

SmtpSession::Machine::Machine(DialogueSink& sink, const SmtpSessionOptions& options)
    : sink_(sink),
      lmtp_(options.lmtp),
      wire_exact_(options.wire_exact),
      unstuffed_(options.unstuffed),
      line_octets_(options.limits.line_octets),
      reorder_octets_(options.limits.reorder_octets),
      pending_commands_(options.limits.pending_commands),
      lines_(options.limits.line_octets),
      replies_(sink, options.limits) {
  tls_active_ = options.secured;
  if (options.begun) {
    if (!options.greeted) pending_.push_back({.kind = Pending::Kind::greeting});
  } else {
    resync_ = true;
    loose_ = true;
    replies_.resync();
  }
}

void SmtpSession::Machine::chunk(const Chunk& chunk) {
  if (chunk.octets.empty() || finished_) return;
  if (mode_ == Mode::opaque) return sink_.on_opaque(chunk);
  if (chunk.side == Side::client) {
    client_octets(chunk.octets, chunk.offset, chunk.stamp);
  } else {
    server_octets(chunk.octets, chunk.offset, chunk.stamp);
  }
}

void SmtpSession::Machine::gap(const Gap& gap) {
  if (mode_ == Mode::opaque || finished_) return;
  if (gap.side == Side::server) return server_gap(gap.offset, gap.length);
  decide_odd_end();
  if (waits() || !held_.empty()) {
    return hold({.kind = Held::Kind::gap, .offset = gap.offset, .length = gap.length, .stamp = gap.stamp});
  }
  client_gap(gap.offset, gap.length, gap.stamp);
}

void SmtpSession::Machine::elided(const Elided& elided) {
  if (mode_ == Mode::opaque || finished_) return;
  if (elided.side == Side::server) {
    if (elided.what == Elision::reply) server_elided();
    return;
  }
  decide_odd_end();
  if (waits() || !held_.empty()) {
    return hold({.kind = Held::Kind::elided, .offset = elided.offset, .stamp = elided.stamp, .elided = elided});
  }
  client_elided(elided);
}

void SmtpSession::Machine::end(Side side, StreamEnd end, const Stamp& stamp) {
  bool& ended = ended_[static_cast<std::size_t>(side)];
  if (ended || finished_) return;
  ended = true;
  if (side == Side::server) {
    server_end(end);
    sink_.on_close(side, end, stamp);
  } else if (waits() || !held_.empty()) {
    hold({.kind = Held::Kind::end, .offset = client_offset_, .stamp = stamp, .end = end});
  } else {
    client_end(end, stamp);
  }
  if (ended_[0] && ended_[1]) finish();
}

void SmtpSession::Machine::finish() {
  if (finished_) return;
  decide_odd_end();
  while (mode_ == Mode::waiting || !held_.empty()) {
    if (mode_ == Mode::waiting) resolve_without_reply();
    drain();
    decide_odd_end();
  }
  if (mode_ == Mode::tls_gate && server_held_) {
    // Nothing came of TLS: what the server said is a reply like any other.
    const Seldom<ServerText> text = std::exchange(server_held_, {});
    mode_ = Mode::commands;
    server_octets(text->octets, text->offset, text->stamp);
  }
  finished_ = true;
  if (message_open_) end_message(MessageEnd::cut, std::nullopt, client_offset_);
  conclude_watch();
  conclude_hidden_mails();
  if (auth_open_) auth_over(AuthEvent::Outcome::unknown, std::nullopt);
  report_counted(transaction_.null_chunks);
  if (bare_lf_injects_ && bare_lf_lines_) bare_lf_lines_->severity = Severity::error;
  report_counted(bare_lf_lines_);
  for (UnknownVerb& verb : unknown_verbs_) report_counted(verb.counted);
  report_counted(not_offered_);
  replies_.report_counts();
}

void SmtpSession::Machine::report(Code code, Side side, std::uint64_t offset, std::uint64_t length,
                                  std::string detail) {
  Diagnostic diagnostic = make_diagnostic(code, offset, length);
  diagnostic.side = side;
  diagnostic.frame = side == Side::client ? stamp_.frame : 0;
  diagnostic.detail = std::move(detail);
  sink_.report(std::move(diagnostic));
}

void SmtpSession::Machine::count(Seldom<Diagnostic>& counted, Code code, std::uint64_t offset, std::uint64_t length) {
  if (counted) {
    ++counted->count;
    return;
  }
  counted = make_diagnostic(code, offset, length);
  counted->side = Side::client;
  counted->frame = stamp_.frame;
}

void SmtpSession::Machine::report_counted(Seldom<Diagnostic>& counted) {
  if (!counted) return;
  sink_.report(std::move(*counted));
  counted.reset();
}

}  // namespace mailparse
