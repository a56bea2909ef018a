// What waits: octets of the client that only a reply makes payload, responses or commands. Behind DATA, AUTH and
// STARTTLS it is the next reply. Behind an odd end of data it is all the replies that come while the octets are held;
// so both sides are held then, and read in their order once the replies tell what the server took the octets for.
#include <ranges>

#include "session/smtp_machine.hpp"

namespace mailparse {
namespace {

/// So much of what follows an odd end is looked at for a command.
constexpr std::size_t command_head = 64;

/// So much of it is compared with the replies.
constexpr std::size_t answered_head = 4096;

constexpr std::uint64_t strict_dot_line = 3;  // "." CRLF

bool same(const Stamp& a, const Stamp& b) noexcept {
  return a.frame == b.frame && a.file == b.file && a.time == b.time;
}

}  // namespace

/// What the client sends next is read once the reply is known.
void SmtpSession::Machine::wait(Pending pending) {
  push(std::move(pending));
  mode_ = Mode::waiting;
}

void SmtpSession::Machine::hold(Held piece) {
  if (mode_ == Mode::odd_end && evidence_->strict_so_far(replies_to_data())) read_on_as_content();
  OddEndEvidence& evidence = evidence_.made();
  if (held_.empty()) evidence.begin(mode_ == Mode::odd_end ? payload_->line_break() : LineBreak::start);
  if (piece.kind == Held::Kind::octets) {
    evidence.client(piece.octets, piece.offset);
  } else {
    evidence.gap();
  }
  const bool replies_between = !held_replies_.empty() && held_replies_.back().after == held_gone_ + held_.size();
  const bool joins = piece.kind == Held::Kind::octets && !replies_between && !held_.empty() &&
                     held_.back().kind == Held::Kind::octets &&
                     held_.back().offset + held_.back().octets.size() == piece.offset &&
                     same(held_.back().stamp, piece.stamp);
  held_octets_ += piece.octets.size();
  if (joins) {
    held_.back().octets += piece.octets;
  } else {
    held_octets_ += sizeof(Held);  // so that many small pieces cannot outgrow the limit
    held_.push_back(std::move(piece));
  }
  drain();
  while (must_assume()) {
    resolve_without_reply();
    drain();
  }
}

/// The server's octets while those behind an odd end wait.
void SmtpSession::Machine::hold_replies(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  OddEndEvidence& evidence = evidence_.made();
  if (held_replies_.empty()) evidence.begin_replies(replies_);
  evidence.server(octets, stamp);
  const std::uint64_t after = held_gone_ + held_.size();
  const bool joins =
      !held_replies_.empty() && held_replies_.back().after == after && same(held_replies_.back().stamp, stamp);
  held_octets_ += octets.size();
  if (joins) {
    held_replies_.back().octets += octets;
  } else {
    held_octets_ += sizeof(HeldReplies);
    held_replies_.push_back({.offset = offset, .octets = std::string(octets), .stamp = stamp, .after = after});
  }
  drain();
}

/// Whether to stop waiting: too much is held; the server has been silent and will not speak now; or the reply may be
/// among octets that are missing, and the client goes on as if answered.
bool SmtpSession::Machine::must_assume() const {
  if (mode_ != Mode::waiting || held_.empty()) return false;
  if (held_octets_ > reorder_octets_) return true;
  const bool silent = assumed_ && !server_seen_;
  const bool lost = pending_.back().doubtful && exact();
  if (!silent && !lost) return false;
  // Whether a line is a SASL response is seen once it is whole.
  return !is_auth(pending_.back().verb) || held_.back().octets.contains('\n');
}

/// Reads what was held, in its order, as far as that goes without another reply.
void SmtpSession::Machine::drain() {
  if (std::exchange(draining_, true)) return;
  while (mode_ == Mode::odd_end ? resolve_odd_end(false) : drain_client() || drain_replies()) {
  }
  draining_ = false;
  if (held_.empty() && held_replies_.empty()) held_octets_ = 0;
}

/// Reads of the first piece of the client what can be read. Returns whether there was anything to do.
bool SmtpSession::Machine::drain_client() {
  const bool server_first = !held_replies_.empty() && held_replies_.front().after <= held_gone_;
  if (held_.empty() || waits() || server_first) return false;
  Held& piece = held_.front();
  switch (piece.kind) {
    case Held::Kind::octets: {
      const std::string_view rest = std::string_view(piece.octets).substr(piece.taken);
      const std::size_t taken = consume(rest, piece.offset + piece.taken, piece.stamp);
      piece.taken += taken;
      held_octets_ -= taken;
      if (piece.taken < piece.octets.size()) return true;
      break;
    }
    case Held::Kind::gap:
      client_gap(piece.offset, piece.length, piece.stamp);
      break;
    case Held::Kind::elided:
      client_elided(piece.elided);
      break;
    case Held::Kind::end:
      client_end(piece.end, piece.stamp);
      break;
  }
  held_octets_ -= sizeof(Held);
  held_.pop_front();
  ++held_gone_;
  return true;
}

/// Reads one reply, or the begin of one. Returns whether there was anything to do.
bool SmtpSession::Machine::drain_replies() {
  if (held_replies_.empty()) return false;
  HeldReplies& piece = held_replies_.front();
  spoken_before_ = piece.after;
  const std::string_view rest = std::string_view(piece.octets).substr(piece.taken);
  const std::size_t taken = consume_reply(rest, piece.offset + piece.taken, piece.stamp);
  piece.taken += taken;
  held_octets_ -= taken;
  if (piece.taken < piece.octets.size()) return true;
  held_octets_ -= sizeof(HeldReplies);
  held_replies_.pop_front();
  return true;
}

/// Pieces of the client that came before the reply being read.
std::size_t SmtpSession::Machine::held_before_reply() const noexcept {
  return spoken_before_ > held_gone_ ? static_cast<std::size_t>(spoken_before_ - held_gone_) : 0;
}

/// Goes on without the reply: it is missing, or what waits for it is too much.
void SmtpSession::Machine::resolve_without_reply() {
  assumed_ = true;
  mode_ = Mode::commands;
  Pending& last = pending_.back();
  last.assumed = true;
  const bool more = !held_.empty() && held_.front().kind != Held::Kind::end;
  if (!more) return;
  const Held& next = held_.front();
  const std::uint64_t here = next.kind == Held::Kind::octets ? next.offset + next.taken : client_offset_;
  const std::string_view octets = std::string_view(next.octets).substr(next.taken);
  if (last.verb == SmtpVerb::data) {
    report(Code::smtp_data_assumed, Side::client, last.offset, last.length);
    begin_data(last.n, here);
  } else if (is_auth(last.verb) && auth_open_) {
    // A response is one word of base64 that is no command.
    const std::string_view word = octets.substr(0, octets.find_first_of("\r\n"));
    if (word == "*" || (is_base64_word(word) && find_smtp_verb(word) == SmtpVerb::unknown)) {
      mode_ = Mode::sasl;
    } else {
      auth_over(AuthEvent::Outcome::unknown, std::nullopt);
    }
  } else if (octets.starts_with(tls_handshake)) {
    mode_ = Mode::tls_gate;
  }
}

/// Whether a server that speaks may have taken the odd end before `offset`.
bool SmtpSession::Machine::may_be_taken(std::uint64_t offset) const noexcept {
  return server_seen_ && !ended_[static_cast<std::size_t>(Side::server)] && pending_.empty() && overflow_ == 0 &&
         offset >= content_until_;
}

std::uint64_t SmtpSession::Machine::replies_to_data() const {
  if (lmtp_) return std::max<std::uint64_t>(1, accepted_recipients_);
  return evidence_->first_code() == 353 ? accepted_recipients_ + 2 : 1;
}

/// What stands behind the odd end, if the replies tell; `now`: nothing more will tell. Returns whether it is decided.
bool SmtpSession::Machine::resolve_odd_end(bool now) {
  using Reading = OddEndEvidence::Reading;
  evidence_->client_read_to(payload_->offset());
  Reading reading = evidence_->reading(replies_to_data());
  if (reading == Reading::undecided) {
    if (!now && held_octets_ <= reorder_octets_) return false;
    reading = Reading::content;
  }
  // A refusal in mid-message is a server that gives up on it, unless the client behaves as if it were over.
  const bool refusal =
      reading == Reading::commands && !evidence_->strict_end() && is_negative(*evidence_->first_code());
  if (reading == Reading::content || (refusal && !goes_on_with_a_command())) {
    read_on_as_content();
    return true;
  }
  const Answers answers = evidence_->strict_end() ? answers_to_held() : Answers::fit;
  if (answers == Answers::outstanding && !now && held_octets_ <= reorder_octets_) return false;
  if (answers == Answers::conflict) {
    mode_ = Mode::payload;  // a later odd end may be the one that the server took
  } else {
    take_odd_end(*payload_->stops_with_odd_end());
  }
  return true;
}

void SmtpSession::Machine::read_on_as_content() {
  mode_ = Mode::payload;
  content_until_ = evidence_->strict_end().value_or(content_until_);
}

/// No more replies come that could tell.
void SmtpSession::Machine::decide_odd_end() {
  while (mode_ == Mode::odd_end) {
    resolve_odd_end(true);
    drain();
  }
}

/// Whether what follows the odd end is nothing yet, an empty line or a command.
bool SmtpSession::Machine::goes_on_with_a_command() const {
  std::string head;
  for (const Held& piece : held_) {
    if (piece.kind != Held::Kind::octets || head.size() >= command_head) break;
    head += std::string_view(piece.octets).substr(piece.taken, command_head - head.size());
  }
  const std::string_view word = std::string_view(head).substr(0, head.find_first_of(" \t\r\n"));
  return word.empty() || find_smtp_verb(word) != SmtpVerb::unknown;
}

/// Whether the replies can be answers to the octets held, line by line to the hidden DATA: a server does not agree to a
/// line that is no command.
SmtpSession::Machine::Answers SmtpSession::Machine::answers_to_held() const {
  std::string head;
  for (const Held& piece : held_) {
    if (piece.kind != Held::Kind::octets || head.size() >= answered_head) break;
    head += std::string_view(piece.octets).substr(piece.taken, answered_head - head.size());
  }
  std::uint64_t place = replies_to_data();
  std::string_view rest = head;
  for (std::size_t end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;  // servers differ on whether an empty line has a reply
    const SmtpVerb verb =
        line.contains('\r') ? SmtpVerb::unknown : find_smtp_verb(line.substr(0, line.find_first_of(" \t")));
    if (verb == SmtpVerb::data) return Answers::fit;
    const auto code = evidence_->code(place++);
    if (!code) return Answers::outstanding;
    const bool agreed = !is_negative(*code) && code != 221;  // a server may say goodbye to anything
    if (verb == SmtpVerb::unknown && agreed) return Answers::conflict;
  }
  return Answers::fit;
}

/// The server took it: the message ends there, and what the client sent behind it is commands.
void SmtpSession::Machine::take_odd_end(const OddEnd& odd) {
  payload_->end_at_odd_end();
  watch_.reset();
  taken_end_.reset();
  if (!held_.empty() && held_.front().kind == Held::Kind::octets) {
    const auto last = std::ranges::find(held_ | std::views::reverse, Held::Kind::octets, &Held::kind);
    const auto strict = evidence_->strict_end();
    const std::uint64_t until = strict ? *strict - strict_dot_line : last->offset + last->octets.size();
    taken_end_ = TakenOddEnd{.offset = odd.offset, .next = odd.next, .until = until};
  }
  end_of_data(odd.kind, odd.dot, odd.next, true);
}

/// Whether a strict server would have read the octet at `offset` as content.
bool SmtpSession::Machine::is_hidden(std::uint64_t offset) const noexcept {
  return taken_end_ && offset < taken_end_->until;
}

/// A mail that stood behind an odd end was taken, or not.
void SmtpSession::Machine::hidden_mail_over(const TakenOddEnd& behind, SmuggledEvent::Outcome outcome) {
  Diagnostic diagnostic = smuggling_finding(outcome, {.offset = behind.offset, .length = behind.next - behind.offset},
                                            {.offset = behind.next, .length = behind.until - behind.next});
  sink_.report(std::move(diagnostic));
}

/// The session is over before the replies that would tell.
void SmtpSession::Machine::conclude_hidden_mails() {
  for (const Pending& pending : pending_) {
    if (pending.hidden_mail) hidden_mail_over(*pending.hidden_mail, SmuggledEvent::Outcome::unknown);
  }
  if (transaction_.hidden) hidden_mail_over(*transaction_.hidden, SmuggledEvent::Outcome::not_accepted);
}

}  // namespace mailparse
