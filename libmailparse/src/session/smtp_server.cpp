// What the server sends: replies, each paired with the command that it answers. RFC 5321 4.2, RFC 2033 4.2.
#include <algorithm>
#include <ranges>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>

#include "session/smtp_machine.hpp"

namespace mailparse {
namespace {

constexpr bool may_greet(std::uint16_t code) noexcept {
  return code == 220 || code >= 400;
}

constexpr std::size_t server_held_limit = 64 * 1024;

/// Whether a server could mean such a reply for that command: only codes that belong to one command tell.
bool may_answer(SmtpVerb verb, std::uint16_t code) noexcept {
  switch (code) {
    case 221:
      return verb == SmtpVerb::quit;
    case 235:
      return verb == SmtpVerb::auth || verb == SmtpVerb::x_exps;
    case 334:
      return verb == SmtpVerb::auth || verb == SmtpVerb::x_exps;
    case 354:
      return verb == SmtpVerb::data;
    default:
      return true;
  }
}

/// Whether a server that nobody asked says that it waits no longer. RFC 5321 3.8 has 421 for it; Exchange says
/// "451 4.7.0 Timeout waiting for client input".
bool gives_up(const SmtpReply& reply) {
  if (reply.code == 421) return true;
  if (reply.code / 100 != 4 || reply.lines.empty()) return false;
  const std::string_view text = reply.lines.front();
  return ifind(text, "timeout") != text.npos || ifind(text, "timed out") != text.npos;
}

/// A keyword that a middlebox has overwritten: as long as STARTTLS, nearly all X.
bool is_blotted(std::string_view keyword) noexcept {
  return keyword.size() == 8 && std::ranges::count(keyword, 'X') >= 6;
}

}  // namespace

void SmtpSession::Machine::server_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  server_seen_ = true;
  if (replies_.offset() != offset && !server_held_ && held_replies_.empty() && mode_ != Mode::tls_gate) {
    replies_.restart(offset);
  }
  std::size_t taken = 0;
  while (taken < octets.size()) {
    const std::string_view rest = octets.substr(taken);
    if (mode_ == Mode::odd_end || !held_replies_.empty()) return hold_replies(rest, offset + taken, stamp);
    spoken_before_ = held_gone_ + held_.size();
    taken += consume_reply(rest, offset + taken, stamp);
  }
}

/// Reads octets up to the end of a reply; returns how many.
std::size_t SmtpSession::Machine::consume_reply(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  if (mode_ == Mode::tls_gate && !server_held_ && octets.front() == tls_handshake) enter_opaque();
  if (mode_ == Mode::opaque) {
    sink_.on_opaque({.side = Side::server, .offset = offset, .octets = octets, .stamp = stamp});
    return octets.size();
  }
  if (mode_ == Mode::tls_gate) {
    hold_server_text(octets, offset, stamp);
    return octets.size();
  }
  std::string_view rest = octets;
  if (const SmtpReply* next = replies_.next(rest, stamp)) {
    const std::uint64_t end = next->offset + next->length;
    if (!held_replies_.empty()) evidence_->reply_read();
    reply(*next);
    // Behind a line that was cut at its limit: a CR that had come and was waiting for its LF.
    if (mode_ == Mode::tls_gate && end < offset) hold_server_text("\r", end, stamp);
  }
  return octets.size() - rest.size();
}

/// What the server says before the client's first octet has told TLS from text.
void SmtpSession::Machine::hold_server_text(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  if (!server_held_) server_held_.emplace(ServerText{.offset = offset, .stamp = stamp});
  server_held_->octets += octets;
  if (server_held_->octets.size() > server_held_limit) give_up_server_text();
}

void SmtpSession::Machine::server_gap(std::uint64_t offset, std::uint64_t length) {
  server_seen_ = true;
  decide_odd_end();
  if (watch_) watch_->replies_missing();
  give_up_server_text();
  if (const SmtpReply* last = replies_.finish(false, offset + length)) reply(*last);
  replies_.resync();
  loose_ = true;
  for (Pending& pending : pending_) pending.doubtful = true;
  overflow_ = 0;
}

/// The transcript says that a reply came and does not show it.
void SmtpSession::Machine::server_elided() {
  server_seen_ = true;
  decide_odd_end();
  reply_unseen();
}

void SmtpSession::Machine::reply_unseen() {
  if (pending_.empty()) return;
  Pending pending = std::move(pending_.front());
  pending_.pop_front();
  if (mode_ != Mode::waiting || !pending_.empty()) return;
  pending_.push_front(std::move(pending));
  resolve_without_reply();
  pending_.pop_front();
  drain();
}

void SmtpSession::Machine::server_end(StreamEnd end) {
  decide_odd_end();
  const bool left = end == StreamEnd::closed || end == StreamEnd::reset;
  if (mode_ == Mode::opaque) return;
  if (mode_ == Mode::tls_gate) {
    replies_.restart(replies_.offset());
  } else if (const SmtpReply* last = replies_.finish(left, replies_.offset())) {
    reply(*last);
  }
  if (left && !pending_.empty() && pending_.front().kind == Pending::Kind::end_of_data) {
    pending_.front().wanted = std::max<std::uint64_t>(1, accepted_recipients_);
    report_missing_recipients(pending_.front());
  }
}

/// A server greets with 220, or refuses; another 2yz answers the command that waits behind a greeting which the source
/// does not have. RFC 5321 4.3.1.
void SmtpSession::Machine::drop_missing_greeting(const SmtpReply& reply) {
  if (pending_.size() < 2 || pending_.front().kind != Pending::Kind::greeting || may_greet(reply.code)) return;
  pending_.pop_front();
}

void SmtpSession::Machine::reply(const SmtpReply& reply) {
  drop_doubtful(reply);
  drop_missing_recipients(reply);
  if (mode_ == Mode::payload && (pending_.empty() || !may_answer(pending_.front().verb, reply.code)) &&
      reply_in_payload(reply))
    return;
  if (overflow_ > 0) {
    --overflow_;
    return emit(reply, overflow_n_++, false);
  }
  drop_missing_greeting(reply);
  if (pending_.empty()) return reply_to_nobody(reply);

  Pending& pending = pending_.front();
  // 2yz never answers DATA: it belongs to a command that is missing, or to nobody.
  if (exact() && pending.verb == SmtpVerb::data && is_positive(reply.code)) return unmatched(reply);
  const bool further = pending.replies++ > 0;
  if (!further && (pending.kind == Pending::Kind::end_of_data || pending.last_chunk)) {
    if (lmtp_) {
      pending.wanted = std::max<std::uint64_t>(1, accepted_recipients_);
    } else if (reply.code == 353) {
      pending.wanted = accepted_recipients_ + 2;  // PRDR: this one, one a recipient, and the last word
    }
  }
  if (watch_) watch_->reply(reply.code, pending.verb == SmtpVerb::data);
  const bool done = pending.replies >= pending.wanted || reply.code == 421;
  if (!done) {
    emit(reply, pending.n, further, pending.echoes);
    return;
  }
  Pending over = std::move(pending);
  pending_.pop_front();
  emit(reply, over.n, further, over.echoes);
  answered(over, reply);
}

/// Commands that were pending when octets of the server went missing may have been answered there. Those behind a
/// command sent later were: clients wait, or send in groups that are answered in order.
void SmtpSession::Machine::drop_doubtful(const SmtpReply& reply) {
  if (pending_.empty() || !pending_.front().doubtful) return;
  const bool later = std::ranges::any_of(pending_, [](const Pending& pending) { return !pending.doubtful; });
  while (!pending_.empty() && pending_.front().doubtful &&
         (later || (pending_.size() > 1 && !may_answer(pending_.front().verb, reply.code)))) {
    pending_.pop_front();
  }
  if (!pending_.empty()) pending_.front().doubtful = false;
}

/// 221 answers QUIT and nothing else: an LMTP server that sends it has no more to say on its recipients.
void SmtpSession::Machine::drop_missing_recipients(const SmtpReply& reply) {
  if (pending_.size() < 2 || pending_.front().replies == 0 || reply.code != 221) return;
  if (pending_[1].verb != SmtpVerb::quit) return;
  report_missing_recipients(pending_.front());
  pending_.pop_front();
}

void SmtpSession::Machine::report_missing_recipients(const Pending& pending) {
  if (!lmtp_) return;
  Diagnostic diagnostic = make_diagnostic(Code::lmtp_reply_missing, pending.offset, pending.length);
  diagnostic.side = Side::client;
  diagnostic.count = pending.wanted - pending.replies;
  sink_.report(std::move(diagnostic));
}

/// A reply while message octets come, before their end. Returns whether that is all there is to it.
bool SmtpSession::Machine::reply_in_payload(const SmtpReply& reply) {
  if (is_final(reply.code) && pending_.empty()) {
    const auto odd = payload_->stops_with_odd_end();
    const bool end_unseen = body_missing_ || body_elided_ || !exact();
    if (odd) {
      take_odd_end(*odd);
      return false;  // the reply answers the "." just queued
    }
    if (end_unseen && (is_positive(reply.code) || body_elided_ || !exact())) {
      end_of_data(body_elided_ ? MessageEnd::elided : MessageEnd::cut, client_offset_, client_offset_, false);
      return false;
    }
  }
  if (watch_) {
    watch_->reply(reply.code, false);
    emit(reply, std::nullopt, false);
    return true;
  }
  if (is_negative(reply.code)) {
    // The server gives up on a message before its end: too large, a time-out, a shutdown.
    emit(reply, message_n_, true);
    return true;
  }
  if (pending_.empty()) {
    unmatched(reply);
    return true;
  }
  return false;
}

void SmtpSession::Machine::reply_to_nobody(const SmtpReply& reply) {
  if (auth_open_ && mode_ == Mode::sasl && secret_elided_) {
    // The transcript left the response out; what it shows of its begin is secret too.
    CommandEvent event;
    event.n = next_n_++;
    event.verb = "+";
    event.offset = long_line_length_ > 0 ? long_line_offset_ : client_offset_ - lines_.pending();
    event.first = stamp_;
    event.last = stamp_;
    event.observed = false;
    sink_.on_command(event);
    secret_elided_ = false;
    long_line_length_ = 0;
    lines_.restart(client_offset_);
    const Pending pending{.kind = Pending::Kind::sasl, .verb = SmtpVerb::auth, .n = event.n};
    emit(reply, event.n, false);
    return answered(pending, reply);
  }
  if (auth_open_ && mode_ == Mode::sasl) {
    // The server ends the exchange without waiting for a response.
    emit(reply, auth_n_, true);
    return answered({.kind = Pending::Kind::sasl, .verb = SmtpVerb::auth, .n = auth_n_}, reply);
  }
  unmatched(reply);
}

void SmtpSession::Machine::unmatched(const SmtpReply& reply) {
  emit(reply, std::nullopt, false);
  if (watch_) return watch_->reply(reply.code, false);
  if (gives_up(reply) || loose_) return;
  if (!client_seen_) {
    // Whether a client will be heard at all is not known yet.
    if (greeting_seen_ && !early_reply_) early_reply_ = Place{reply.offset, reply.length};
    return;
  }
  // Lines of a refused chunk that the server takes for commands.
  if (refused_chunk_ && !refused_body_ && (reply.code == 500 || reply.code == 502)) refused_body_ = refused_chunk_;
  if (refused_body_ && !std::exchange(refused_body_reported_, true)) {
    return report(Code::smtp_desync_body_as_commands, Side::client, *refused_body_, 0);
  }
  if (refused_body_) return;
  report(Code::smtp_reply_unmatched, Side::server, reply.offset, reply.length);
}

void SmtpSession::Machine::report_early_reply() {
  if (exact()) report(Code::smtp_reply_unmatched, Side::server, early_reply_->offset, early_reply_->length);
  early_reply_.reset();
}

void SmtpSession::Machine::emit(const SmtpReply& reply, std::optional<std::uint64_t> answers, bool further,
                                const Echoes& echoes) {
  ReplyEvent event;
  event.answers = answers;
  event.further = further;
  // The last line's code counts, unless only the first one's can be that of a greeting.
  event.code = answers == 0 && !may_greet(reply.code) && may_greet(reply.first_code) ? reply.first_code : reply.code;
  event.enhanced = reply.enhanced;
  event.lines = reply.lines;
  event.offset = reply.offset;
  event.length = reply.length;
  event.first = reply.first;
  event.last = reply.last;
  std::vector<SecretRange> secrets;
  if (reply.code == 334 && auth_ && auth_->challenge_is_secret()) {
    for (std::size_t i = 0; i < reply.lines.size(); ++i) {
      if (!reply.lines[i].empty()) secrets.push_back({.offset = 0, .length = reply.lines[i].size(), .line = i});
    }
  } else {
    secrets = echoes.find(reply.lines);
    if (secrets.empty()) secrets = unread_response_.find(reply.lines);
  }
  // A challenge to an AUTH that was not seen: the line that answers it is no command.
  if (reply.code == 334 && !auth_open_) auth_refused_ = true;
  event.secrets = secrets;
  sink_.on_reply(event);
}

/// What the last reply to a command changes.
void SmtpSession::Machine::answered(const Pending& pending, const SmtpReply& reply) {
  if (pending.kind == Pending::Kind::greeting) {
    greeting_seen_ = true;
    if (client_first_ && exact()) report(Code::smtp_pipelining_before_greeting, Side::client, *client_first_, 1);
    return;
  }
  if (pending.hidden_mail && (pending.kind == Pending::Kind::end_of_data || pending.last_chunk)) {
    hidden_mail_over(*pending.hidden_mail, is_positive(reply.code) ? SmuggledEvent::Outcome::succeeded
                                                                   : SmuggledEvent::Outcome::not_accepted);
  }
  if (pending.kind == Pending::Kind::end_of_data) return;
  if (pending.body_line && is_negative(reply.code) && refused_body_) body_line_refused(pending.offset);
  if (pending.followed_at && exact()) {
    if (pending.first_hello) report(Code::smtp_pipelining_before_ehlo_reply, Side::client, *pending.followed_at, 1);
    if (pending.last_chunk) report(Code::smtp_bdat_pipelined_after_last, Side::client, *pending.followed_at, 1);
  }
  switch (pending.verb) {
    case SmtpVerb::ehlo:
    case SmtpVerb::lhlo:
    case SmtpVerb::helo:
      return hello_answered(pending, reply);
    case SmtpVerb::mail:
      if (is_positive(reply.code)) accepted_recipients_ = 0;
      return;
    case SmtpVerb::rcpt:
      if (is_positive(reply.code)) ++accepted_recipients_;
      return;
    case SmtpVerb::data:
      return data_answered(pending, is_intermediate(reply.code) || (!exact() && is_positive(reply.code)));
    case SmtpVerb::bdat:
      return bdat_answered(pending, reply);
    case SmtpVerb::auth:
    case SmtpVerb::x_exps:
      return auth_answered(reply);
    case SmtpVerb::starttls:
    case SmtpVerb::x_anonymoustls:
      return starttls_answered(reply);
    default:
      return;
  }
}

void SmtpSession::Machine::hello_answered(const Pending& pending, const SmtpReply& reply) {
  if (!is_positive(reply.code)) return;
  hello_answered_ = true;
  pipelining_offered_ = false;
  offered_.clear();
  if (pending.verb == SmtpVerb::helo) return;
  std::optional<std::size_t> blotted;
  bool starttls = false;
  const auto keywords = parse_ehlo_keywords(reply.lines);
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    const EhloKeyword& keyword = keywords[i];
    pipelining_offered_ = pipelining_offered_ || keyword.extension == SmtpExtension::pipelining;
    starttls = starttls || keyword.extension == SmtpExtension::starttls;
    if (is_blotted(keyword.keyword) && !blotted) blotted = i;
    offered_.append(keyword.keyword) += '\n';
  }
  starttls_offered_ = starttls_offered_ || starttls;
  if (blotted && !starttls && !std::exchange(stripped_reported_, true)) {
    report(Code::starttls_stripped, Side::server, reply.offset, reply.length);
  }
}

/// One line that is no command may be a slip of whoever types; sent before the refusal of DATA, or with another one, it
/// is a message.
void SmtpSession::Machine::body_line_refused(std::uint64_t offset) {
  const bool slip = ++refused_lines_ == 1 && offset >= unasked_end_;
  if (slip || std::exchange(refused_body_reported_, true)) return;
  report(Code::smtp_desync_body_as_commands, Side::client, *refused_body_, 0);
}

void SmtpSession::Machine::data_answered(const Pending& pending, bool accepted) {
  if (pending.assumed) return;  // its payload is being read
  if (mode_ != Mode::waiting) return;
  if (accepted) {
    const bool early = held_before_reply() > 0 && held_.front().kind == Held::Kind::octets;
    if (early && exact() && !is_hidden(held_.front().offset))
      report(Code::smtp_pipelining_after_data, Side::client, held_.front().offset, 1);
    client_offset_ = held_.empty() ? client_offset_ : held_.front().offset + held_.front().taken;
    begin_data(pending.n, client_offset_);
  } else {
    mode_ = Mode::commands;
    lines_.restart(client_offset_);
    transaction_.data_used = true;
    refused_body_ = client_offset_;
    for (const Held& piece : held_ | std::views::take(held_before_reply())) {
      unasked_end_ = std::max(unasked_end_, piece.offset + piece.octets.size());
    }
  }
  drain();
}

void SmtpSession::Machine::bdat_answered(const Pending& pending, const SmtpReply& reply) {
  if (!is_negative(reply.code)) return;
  transaction_.bdat_refused = true;
  // A server that does not know BDAT takes its octets for commands.
  refused_chunk_ = pending.offset + pending.length;
  if ((reply.code == 500 || reply.code == 502) && !refused_body_) refused_body_ = refused_chunk_;
}

void SmtpSession::Machine::auth_answered(const SmtpReply& reply) {
  const bool waiting = mode_ == Mode::waiting;
  if (reply.code == 334 && auth_open_) {
    if (waiting) mode_ = Mode::sasl;
  } else {
    if (waiting || mode_ == Mode::sasl) mode_ = Mode::commands;
    auth_refused_ = !is_positive(reply.code);
    using Outcome = AuthEvent::Outcome;
    if (auth_open_)
      auth_over(is_positive(reply.code) ? Outcome::accepted
                : auth_->aborted()      ? Outcome::aborted
                                        : Outcome::rejected,
                reply.code);
  }
  if (waiting) drain();
}

void SmtpSession::Machine::auth_over(AuthEvent::Outcome outcome, std::optional<std::uint16_t> code) {
  auth_open_ = false;
  AuthEvent event;
  event.n = auth_n_;
  event.mechanism = auth_->mechanism();
  if (auth_->identity()) event.identity = *auth_->identity();
  event.outcome = outcome;
  event.code = code;
  sink_.on_auth(event);
}

}  // namespace mailparse
