#include <algorithm>
#include <charconv>
#include <utility>

#include "session/imap_machine.hpp"

namespace mailparse {
namespace {

constexpr std::size_t most_continuations = 16;  // a command of so many literals has not been met

}  // namespace

void ImapSession::Machine::server_unit(const ImapUnit& unit) {
  const std::string_view text = unit.text;
  note_size(unit.text);
  tell_uid(unit);
  quoted_messages(unit);
  if (text.starts_with("* ")) return untagged(unit, text.substr(2));
  if (text == "+" || text.starts_with("+ ")) return continuation(unit);
  const std::size_t blank = std::min(text.find(' '), text.size());
  const auto condition = split_imap_condition(text.substr(std::min(blank + 1, text.size())));
  if (blank > 0 && condition) return tagged(unit, text.substr(0, blank), *condition);
  // No response: the rest of a line behind a gap or from before the capture began, or a server that breaks the syntax.
  tell_reply({}, unit, text);
}

void ImapSession::Machine::greeting(const ImapUnit& unit, const ImapCondition& condition) {
  greeted_ = true;
  capabilities(unit.text.substr(2), unit.offset + 2);
  if (condition.status == "PREAUTH" && options_.wire_exact && !options_.secured) {
    diagnose(Code::imap_preauth_cleartext, Side::server, unit.offset, unit.length);
  }
  ReplyEvent reply;
  reply.answers = 0;
  reply.status = condition.status;
  tell_reply(reply, unit, condition.text);
}

void ImapSession::Machine::untagged(const ImapUnit& unit, std::string_view text) {
  const auto condition = split_imap_condition(text);
  if (!greeted_ && condition && pending_.empty()) return greeting(unit, *condition);
  greeted_ = true;
  if (!condition) check_structure(Side::server, unit);
  capabilities(text, unit.offset + 2);
  ReplyEvent reply;
  reply.tag = "*";
  if (condition) reply.status = condition->status;
  if (!pending_.empty()) reply.answers = pending_.front().n;
  if (pending_.empty() && !lone_tags_.empty() && reply.status == "BAD") {
    reply.answers = lone_tags_.front().n;
    lone_tags_.pop_front();
  }
  tell_reply(reply, unit, condition ? condition->text : text);
}

void ImapSession::Machine::continuation(const ImapUnit& unit) {
  ReplyEvent reply;
  reply.tag = "+";
  reply.status = "+";
  const std::string_view text = unit.text.substr(std::min<std::size_t>(2, unit.text.size()));
  SecretRange challenge{0, text.size()};
  const auto sasl = std::ranges::find_if(pending_, [](const Pending& p) { return p.sasl.has_value(); });
  if (sasl != pending_.end()) {
    reply.answers = sasl->n;
    sasl->response_due = true;
    if (sasl->sasl->challenge_is_secret() && !text.empty()) reply.secrets = {&challenge, 1};
  } else if (client_.units.waiting_for_literal() && !open_n_ && continuations_.size() < most_continuations) {
    return continuations_.push_back({.text = std::string(text), .unit = unit});
  } else if (const Pending* const pending = asked_to_go_on()) {
    reply.answers = pending->n;
  } else {
    unknown_response_due_ = true;
  }
  tell_reply(reply, unit, text);
}

/// The command whose literal waits, an IDLE, or the first one.
ImapSession::Machine::Pending* ImapSession::Machine::asked_to_go_on() {
  if (pending_.empty()) return nullptr;
  if (open_n_ && pending_.back().n == *open_n_) return &pending_.back();
  const auto idle = std::ranges::find(pending_, "IDLE", &Pending::verb);
  return idle != pending_.end() ? &*idle : &pending_.front();
}

/// The command that announced the literals is told: `n`; or its side ended.
void ImapSession::Machine::release_continuations(std::optional<std::uint64_t> n) {
  for (const Continuation& one : std::exchange(continuations_, {})) {
    ReplyEvent reply;
    reply.tag = "+";
    reply.status = "+";
    reply.answers = n;
    tell_reply(reply, one.unit, one.text);
  }
}

void ImapSession::Machine::tagged(const ImapUnit& unit, std::string_view tag, const ImapCondition& condition) {
  greeted_ = true;
  // A refused literal never comes: the command that announced it is as long as it is.
  const bool refusable = options_.wire_exact ? client_.units.waits_to_send() : client_.units.waiting_for_literal();
  if (refusable && split_imap_command(client_.units.so_far().text).value_or(ImapCommandParts{}).tag == tag) {
    announced_.reset();
    client_.units.cancel_literal();
  }
  capabilities(unit.text.substr(tag.size() + 1), unit.offset + tag.size() + 1);
  const auto pending = std::ranges::find(pending_, tag, &Pending::tag);
  ReplyEvent reply;
  reply.tag = tag;
  reply.status = condition.status;
  if (pending == pending_.end()) {
    if (const auto lone = take_lone_tag(tag)) {
      reply.answers = lone->n;
      if (lone->secret) reply.tag = "***";
      return tell_reply(reply, unit, condition.text);
    }
  }
  if (pending == pending_.end()) {
    if (commands_ > 0 && !lost_) diagnose(Code::imap_tag_unknown, Side::server, unit.offset, tag.size());
    return tell_reply(reply, unit, condition.text);
  }
  reply.answers = pending->n;
  const std::vector<SecretRange> echoed = pending->echoes.find({&condition.text, 1});
  reply.secrets = echoed;
  tell_reply(reply, unit, condition.text);
  Pending done = std::move(*pending);
  pending_.erase(pending);
  complete(done, unit, condition);
}

std::optional<ImapSession::Machine::LoneTag> ImapSession::Machine::take_lone_tag(std::string_view tag) {
  const auto found = std::ranges::find(lone_tags_, tag, &LoneTag::tag);
  if (found == lone_tags_.end()) return std::nullopt;
  LoneTag lone = std::move(*found);
  lone_tags_.erase(found);
  return lone;
}

void ImapSession::Machine::complete(Pending& pending, const ImapUnit& unit, const ImapCondition& condition) {
  const bool ok = condition.status == "OK";
  if (!ok && pending.literal) {
    diagnose(Code::imap_literal_rejected, Side::client, pending.literal->announced_at,
             pending.literal->announced_length);
  }
  // A SELECT that fails leaves no mailbox selected. RFC 9051 6.3.2
  if (pending.verb == "SELECT" || pending.verb == "EXAMINE") mailbox_ = ok ? pending.mailbox : std::string{};
  if (pending.verb == "SELECT" || pending.verb == "EXAMINE") sizes_.clear();
  if (ok && (pending.verb == "CLOSE" || pending.verb == "UNSELECT")) mailbox_.clear();
  if (pending.sasl) sasl_refused_ = !ok && !pending.sasl->aborted();
  if (pending.sasl && pending.sasl->aborted()) {
    finish_auth(pending, AuthEvent::Outcome::aborted);
  } else {
    finish_auth(pending, ok ? AuthEvent::Outcome::accepted : AuthEvent::Outcome::rejected);
  }
  if (pending.verb == "COMPRESS" && ok) pending.deflate ? begin_compressed() : gate_.close();
  if (pending.verb == "STARTTLS") ok ? gate_.accepted() : gate_.refused(unit.offset, unit.length);
}

void ImapSession::Machine::finish_auth(const Pending& pending, AuthEvent::Outcome outcome) {
  if (!pending.sasl && !pending.login) return;
  AuthEvent auth;
  auth.n = pending.n;
  auth.mechanism = pending.sasl ? std::string_view(pending.sasl->mechanism()) : "LOGIN";
  if (pending.login) auth.identity = *pending.login;
  if (pending.sasl && pending.sasl->identity()) auth.identity = *pending.sasl->identity();
  auth.outcome = outcome;
  sink_.on_auth(auth);
}

void ImapSession::Machine::capabilities(std::string_view text, std::uint64_t offset) {
  const auto begin = find_imap_capabilities(text);
  if (!begin) return;
  for (std::size_t at = *begin; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" ]", at), text.size());
    gate_.watch().keyword(text.substr(at, end - at), offset + at);
    if (end < text.size() && text[end] == ']') break;
    at = end + 1;
  }
  gate_.watch().keywords_end();
}

void ImapSession::Machine::tell_reply(ReplyEvent reply, const ImapUnit& unit, std::string_view line) {
  reply.lines = {&line, 1};
  reply.offset = unit.offset;
  reply.length = unit.length;
  reply.first = unit.first;
  reply.last = unit.last;
  sink_.on_reply(reply);
}

void ImapSession::Machine::check_structure(Side side, const ImapUnit& unit) {
  const ImapFlaws flaws = find_imap_flaws(unit.text, options_.limits.comment_depth);
  if (flaws.too_deep) diagnose(Code::imap_nesting, side, unit.offset + *flaws.too_deep, 1);
  if (flaws.open_quote && unit.ended && !unit.truncated) {
    diagnose(Code::imap_quoted_unterminated, side, unit.offset + *flaws.open_quote,
             unit.text.size() - *flaws.open_quote);
  }
}

void ImapSession::Machine::diagnose(Code code, Side side, std::uint64_t offset, std::uint64_t length) {
  Diagnostic diagnostic = make_diagnostic(code, offset, length);
  diagnostic.side = side;
  sink_.report(std::move(diagnostic));
}

/// Sizes of messages are known by the number that names them until that may name another one.
void ImapSession::Machine::note_size(std::string_view text) {
  constexpr std::size_t most_sizes = 4096;
  if (text.find(" EXPUNGE") != std::string_view::npos || text.starts_with("* VANISHED")) return sizes_.clear();
  const auto digits = text.contains("RFC822.SIZE ") ? find_imap_number(text, "RFC822.SIZE") : std::string_view{};
  std::uint64_t size = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), size).ec != std::errc{} || digits.empty()) return;
  auto id = find_imap_number(text, "UID");
  if (id.empty()) id = text.substr(2, text.find(' ', 2) - 2);
  if (sizes_.size() < most_sizes) sizes_.insert_or_assign(std::string(id), size);
}

bool ImapSession::Machine::server_literal(const ImapLiteral& literal, const ImapUnit& so_far) {
  if (announced_ || in_message_) return false;
  const auto item = find_fetch_item(so_far.text);
  if (!item) return false;
  // Once a response: a look at all of it for each of its literals would cost the square of their number.
  if (item->origin && !unit_has_message_) note_size(so_far.text);
  announce(*item, literal.offset);
  unit_has_message_ = true;
  return true;
}

void ImapSession::Machine::announce(const ImapFetchItem& item, std::uint64_t offset) {
  const Pending* const fetch = find_fetch(item.origin);
  message_mailbox_ = mailbox_;
  message_id_ = item.id;
  message_verb_ = fetch ? fetch->verb : "FETCH";
  announced_ = MessageStart{.n = fetch ? fetch->n : 0, .side = Side::server, .offset = offset, .partial = !item.whole};
  announced_->origin = item.origin;
  if (fetch && item.origin) announced_->asked = asked_for(*fetch, *item.origin);
  if (const auto size = sizes_.find(item.id); item.origin && size != sizes_.end()) announced_->total = size->second;
}

/// UID may stand behind the literals of a response.
void ImapSession::Machine::tell_uid(const ImapUnit& unit) {
  if (!std::exchange(unit_has_message_, false)) return;
  const std::string_view uid = find_imap_number(unit.text, "UID");
  if (!uid.empty() && uid != message_id_) sink_.on_uid(uid);
}

/// Short bodies may come as quoted strings. RFC 9051 9: nstring
void ImapSession::Machine::quoted_messages(const ImapUnit& unit) {
  if (unit.truncated || announced_ || in_message_) return;
  for (const ImapQuotedItem& quoted : find_quoted_items(unit.text)) {
    // No further behind the unit's begin than its own length, whatever its braces say.
    const std::uint64_t absent = std::min(quoted.absent, unit.length - std::min(unit.length, unit.text.size()));
    const std::uint64_t before = unit.offset + absent;
    const std::uint64_t offset = before + quoted.begin;
    announce(quoted.item, offset);
    start_message(unit.last);
    for (std::size_t at = quoted.begin; at < quoted.end;) {
      if (unit.text[at] == '\\' && at + 1 < quoted.end) ++at;
      const std::size_t next = std::min(unit.text.find('\\', at + 1), quoted.end);
      sink_.on_message_octets(unit.text.substr(at, next - at), before + at, unit.last);
      at = next;
    }
    in_message_ = false;
    sink_.on_message_end(MessageEnd::quoted, std::nullopt, before + quoted.end, unit.last);
  }
}

/// The FETCH that is answered: the first one that asked for octets from `origin` on, or the first one at all.
const ImapSession::Machine::Pending* ImapSession::Machine::find_fetch(std::optional<std::uint64_t> origin) const {
  const Pending* first = nullptr;
  for (const Pending& pending : pending_) {
    if (!pending.verb.ends_with("FETCH")) continue;
    if (!first) first = &pending;
    if (!origin || asked_for(pending, *origin) > 0) return &pending;
  }
  return first;
}

std::uint64_t ImapSession::Machine::asked_for(const Pending& fetch, std::uint64_t origin) noexcept {
  const auto range = std::ranges::find(fetch.ranges, origin, &ImapRange::origin);
  return range == fetch.ranges.end() ? 0 : range->length;
}

}  // namespace mailparse
