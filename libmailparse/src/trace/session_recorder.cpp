#include <algorithm>
#include <utility>

#include <mailparse/session/smtp_command.hpp>
#include <mailparse/trace/session_recorder.hpp>

#include "trace/session_recording.hpp"

namespace mailparse {
namespace {

Outcome outcome_of(AuthEvent::Outcome outcome) noexcept {
  switch (outcome) {
    case AuthEvent::Outcome::accepted:
      return Outcome::accepted;
    case AuthEvent::Outcome::rejected:
      return Outcome::rejected;
    case AuthEvent::Outcome::aborted:
      return Outcome::aborted;
    case AuthEvent::Outcome::unknown:
      break;
  }
  return Outcome::unknown;
}

Smuggling smuggling_of(SmuggledEvent::Outcome outcome) noexcept {
  switch (outcome) {
    case SmuggledEvent::Outcome::succeeded:
      return Smuggling::succeeded;
    case SmuggledEvent::Outcome::not_accepted:
      return Smuggling::not_accepted;
    case SmuggledEvent::Outcome::unknown:
      break;
  }
  return Smuggling::unknown;
}

}  // namespace

void SessionRecorder::Recording::auth(const AuthEvent& event) {
  if (!text_.afford(sizeof(AuthRecord) + event.mechanism.size() + event.identity.value_or("").size())) return;
  AuthRecord& auth = record_.auth.emplace_back();
  auth.mechanism = text_.keep_upper(event.mechanism);
  if (event.identity) auth.identity = text_.keep(*event.identity);
  auth.outcome = outcome_of(event.outcome);
  auth.code = event.code;
  const std::size_t index = index_of(event.n);
  const Exchange* const exchange = index == none ? nullptr : &record_.exchanges[index];
  tell({.kind = TraceEvent::Kind::auth,
        .side = Side::client,
        .place = exchange && exchange->command ? exchange->command->place : StreamPlace{},
        .exchange = exchange,
        .auth = &auth});
}

void SessionRecorder::Recording::smuggled(const SmuggledEvent& event) {
  if (!text_.afford(sizeof(TransactionRecord) + event.length)) return;
  TransactionRecord hidden;
  hidden.smuggled = smuggling_of(event.outcome);
  hidden.outcome = hidden.smuggled == Smuggling::succeeded      ? Outcome::accepted
                   : hidden.smuggled == Smuggling::not_accepted ? Outcome::aborted
                                                                : Outcome::unknown;
  for (const SmtpCommand& command : event.commands) {
    const std::string_view address = command.path ? text_.keep(command.path->address) : std::string_view{};
    if (command.verb == SmtpVerb::mail) {
      hidden.mail_from = address;
      hidden.parameters = keep_parameters(command);
    } else if (command.verb == SmtpVerb::rcpt) {
      RecipientRecord& recipient = hidden.recipients.emplace_back();
      recipient.address = address;
      recipient.parameters = keep_parameters(command);
      recipient.outcome = hidden.outcome;
    }
  }
  if (!event.message.empty()) {
    MessageCollector collector({}, nullptr, limits_);
    collector.push(event.message);
    hidden.message = collector.finish(MessageEnd::crlf_dot_crlf);
    // For a receiver that is not lax there is no such message.
    hidden.message->complete = hidden.smuggled == Smuggling::succeeded;
  }
  const std::size_t index = index_of(event.n);
  transactions_.add_smuggled(std::move(hidden), index == none ? 0 : record_.exchanges[index].n);
}

void SessionRecorder::Recording::opaque(const Chunk& chunk) {
  note_tls(chunk);
  if (std::exchange(opaque_, true)) return;
  tell({.kind = TraceEvent::Kind::opaque, .side = chunk.side, .place = place_of(chunk.stamp, chunk.offset)});
}

void SessionRecorder::Recording::mark_tls(const TlsRecord& known) {
  TlsRecord& record = tls();
  if (known.implicit) record.implicit = true;
  if (known.decrypted) record.decrypted = known.decrypted;
  if (known.trouble != TlsTrouble::none) record.trouble = known.trouble;
  if (known.client_hello) record.client_hello = known.client_hello;
  if (known.server_hello) record.server_hello = known.server_hello;
  if (known.certificate) record.certificate = known.certificate;
}

void SessionRecorder::Recording::close(Side side, StreamEnd end, const Stamp& stamp) {
  ends_[static_cast<std::size_t>(side)] = end;
  tell({.kind = TraceEvent::Kind::close, .side = side, .place = place_of(stamp, 0), .end = end});
}

void SessionRecorder::Recording::finding(Diagnostic diagnostic) {
  const Side side = diagnostic.side.value_or(Side::client);
  tell({.kind = TraceEvent::Kind::finding,
        .side = side,
        .place = {std::nullopt, diagnostic.frame, diagnostic.offset},
        .finding = &diagnostic});
  if (record_.findings.size() >= limits_.session_findings) {
    ++record_.findings_left_out;
    return;
  }
  record_.findings.push_back(std::move(diagnostic));
}

bool SessionRecorder::Recording::seen_to_end() const noexcept {
  const auto ended = [](const std::optional<StreamEnd>& end) { return end && *end != StreamEnd::cut; };
  const auto reset = [](const std::optional<StreamEnd>& end) { return end == StreamEnd::reset; };
  return std::ranges::all_of(ends_, ended) || std::ranges::any_of(ends_, reset);
}

Ending SessionRecorder::Recording::ending() const noexcept {
  if (quit_) return Ending::quit;
  if (opaque_ || (record_.tls && record_.tls->trouble != TlsTrouble::none)) return Ending::tls;
  if (std::ranges::find(ends_, StreamEnd::reset) != ends_.end()) return Ending::reset;
  if (std::ranges::find(ends_, StreamEnd::closed) != ends_.end()) return Ending::closed;
  return Ending::cut;
}

void SessionRecorder::Recording::finish(const ConversationEnd& end) {
  if (in_transit_) message_end(MessageEnd::cut, 0, end.last);
  settle_up_to(record_.exchanges.size());
  if (maildrop_) record_.maildrop = maildrop_->finish();
  record_.ending = ending();
  if (tls_trail_) tls_trail_->tell(record_.tls);
  transactions_.finish(record_.ending != Ending::cut && record_.ending != Ending::tls);
  record_.end = end;
  record_.complete = record_.start.begun && seen_to_end() && end.missing_octets == 0 && !end.evicted &&
                     !record_.elided.any() && record_.exchanges_left_out == 0;
  listener_.on_session(record_);
}

SessionRecorder::SessionRecorder(ConversationStart start, Protocol protocol, std::optional<double> confidence,
                                 const RecorderOptions& options, TraceListener& listener)
    : recording_(std::make_unique<Recording>(std::move(start), protocol, confidence, options, listener)) {}

SessionRecorder::~SessionRecorder() = default;

void SessionRecorder::on_command(const CommandEvent& command) {
  recording_->command(command);
}
void SessionRecorder::on_reply(const ReplyEvent& reply) {
  recording_->reply(reply);
}
void SessionRecorder::on_message_start(const MessageStart& start) {
  recording_->message_start(start);
}

void SessionRecorder::on_message_octets(std::string_view octets, std::uint64_t, const Stamp&) {
  recording_->message_octets(octets);
}

void SessionRecorder::on_message_gap(std::uint64_t length, const Stamp&) {
  recording_->message_gap(length);
}

void SessionRecorder::on_message_end(MessageEnd end, std::optional<std::uint64_t>, std::uint64_t offset,
                                     const Stamp& stamp) {
  recording_->message_end(end, offset, stamp);
}

void SessionRecorder::on_uid(std::string_view uid) {
  recording_->uid(uid);
}
void SessionRecorder::on_auth(const AuthEvent& auth) {
  recording_->auth(auth);
}
void SessionRecorder::on_smuggled(const SmuggledEvent& hidden) {
  recording_->smuggled(hidden);
}
void SessionRecorder::on_opaque(const Chunk& chunk) {
  recording_->opaque(chunk);
}
void SessionRecorder::on_close(Side side, StreamEnd end, const Stamp& stamp) {
  recording_->close(side, end, stamp);
}
void SessionRecorder::report(Diagnostic diagnostic) {
  recording_->finding(std::move(diagnostic));
}
void SessionRecorder::on_tls(const Chunk& chunk) {
  recording_->note_tls(chunk);
}
void SessionRecorder::mark_implicit_tls() {
  recording_->tls().implicit = true;
}
void SessionRecorder::mark_tls(const TlsRecord& known) {
  recording_->mark_tls(known);
}
void SessionRecorder::mark_tunnel(const Tunnel& tunnel) {
  recording_->mark_tunnel(tunnel);
}
void SessionRecorder::mark_names(PeerNames names) {
  recording_->mark_names(std::move(names));
}
void SessionRecorder::mark_elided(const Elided& elided) {
  recording_->mark_elided(elided);
}
void SessionRecorder::finish(const ConversationEnd& end) {
  recording_->finish(end);
}
const SessionRecord& SessionRecorder::record() const noexcept {
  return recording_->record();
}

}  // namespace mailparse
