#include <utility>

#include <mailparse/base/octets.hpp>

#include "session/imap_machine.hpp"

namespace mailparse {
namespace {

constexpr std::size_t longest_tag = 1024;  // a response of a SASL exchange may stand in its place
constexpr std::size_t most_lone_tags = 16;

}  // namespace

void ImapSession::Machine::client_unit(const ImapUnit& unit) {
  if (std::exchange(rest_of_secret_, false)) {
    const SecretRange all{0, unit.text.size()};
    return tell_command(next_n_++, {}, {}, unit, {&all, 1});
  }
  const bool told = std::exchange(open_n_, std::nullopt).has_value();  // when its message began
  if (!told && !sasl_response(unit)) command(unit);
  unit_literal_.reset();
}

bool ImapSession::Machine::sasl_response(const ImapUnit& unit) {
  if (pending_.empty() || !pending_.back().sasl) return false;
  Pending& pending = pending_.back();
  // A client may send its next command behind an initial response without waiting. Where the server's side is missing
  // nobody asks for responses, but base64 has no blank.
  if (!std::exchange(pending.response_due, false) && split_imap_command(unit.text)) return false;
  const bool revealed = pending.sasl->reveals_password();
  pending.sasl->client_response(unit.text);
  pending.echoes.keep(unit.text);
  pending.echoes.keep(pending.sasl->password());
  const SecretRange all{0, unit.text.size()};
  const std::span<const SecretRange> secrets(&all, unit.text == "*" ? 0 : 1);
  tell_command(next_n_++, "+", {}, unit, secrets);
  if (!revealed && pending.sasl->reveals_password()) gate_.watch().credentials_in_clear(unit.offset, unit.length);
  return true;
}

void ImapSession::Machine::command(const ImapUnit& unit) {
  check_structure(Side::client, unit);
  const std::uint64_t n = next_n_++;
  const auto parts = split_imap_command(unit.text);
  if (!parts) return no_command(n, unit);
  sasl_refused_ = false;
  unknown_response_due_ = false;
  ++commands_;
  Pending pending{.n = n, .tag = std::string(parts->tag), .verb = parts->verb, .literal = unit_literal_};
  std::vector<SecretRange> secrets;
  ImapWords words(unit.text, parts->arguments);
  if (parts->verb == "AUTHENTICATE") {
    begin_authenticate(pending, unit, words, secrets);
  } else if (parts->verb == "LOGIN") {
    begin_login(pending, unit, words, secrets);
  } else if (parts->verb == "SELECT" || parts->verb == "EXAMINE") {
    if (const auto mailbox = words.next()) pending.mailbox = mailbox->value;
  } else if (parts->verb == "COMPRESS") {
    const auto algorithm = words.next();
    pending.deflate = algorithm && iequals(algorithm->value, "DEFLATE");
  } else if (parts->verb.ends_with("FETCH")) {
    pending.ranges = find_imap_ranges(unit.text);
  }
  tell_command(n, parts->verb, parts->tag, unit, secrets);
  if (parts->verb == "STARTTLS") gate_.asked();
  if (pending_.size() < options_.limits.pending_commands) pending_.push_back(std::move(pending));
}

/// DONE, a line of a tag alone, or none of what a client may say.
void ImapSession::Machine::no_command(std::uint64_t n, const ImapUnit& unit) {
  const SecretRange all{0, unit.text.size()};
  if (iequals(unit.text, "DONE")) return tell_command(n, "DONE", {}, unit, {});
  // So may the first line of a side whose beginning was not seen.
  const bool in_midst = !options_.begun && commands_ == 0 && decode_base64_token(unit.text);
  const bool response = std::exchange(unknown_response_due_, false);
  if ((sasl_refused_ || in_midst || response) && !unit.text.empty() && unit.text != "*") {
    keep_lone_tag(n, unit.text, true);
    return tell_command(n, "+", {}, unit, {&all, 1});
  }
  keep_lone_tag(n, unit.text, false);
  tell_command(n, {}, {}, unit, {});
}

void ImapSession::Machine::keep_lone_tag(std::uint64_t n, std::string_view line, bool secret) {
  if (lone_tags_.size() >= most_lone_tags) lone_tags_.pop_front();
  lone_tags_.push_back({.n = n, .tag = std::string(line.substr(0, longest_tag)), .secret = secret});
}

void ImapSession::Machine::begin_authenticate(Pending& pending, const ImapUnit& unit, ImapWords words,
                                              std::vector<SecretRange>& secrets) {
  const auto mechanism = words.next();
  if (!mechanism) return;
  pending.sasl.emplace(mechanism->value);
  const auto initial = words.next();
  pending.response_due = !initial;
  if (!initial) return;
  pending.sasl->client_response(initial->value);
  pending.echoes.keep(initial->value);
  pending.echoes.keep(pending.sasl->password());
  secrets.push_back({initial->begin, unit.text.size() - initial->begin});
  if (pending.sasl->reveals_password()) gate_.watch().credentials_in_clear(unit.offset, unit.length);
}

void ImapSession::Machine::begin_login(Pending& pending, const ImapUnit& unit, ImapWords words,
                                       std::vector<SecretRange>& secrets) {
  const auto user = words.next();
  if (!user) return;
  pending.login = user->value;
  const auto password = words.next();
  if (!password) return;
  pending.echoes.keep(password->value);
  // Whatever follows the user name is secret, well-formed or not.
  secrets.push_back({password->begin, unit.text.size() - password->begin});
  gate_.watch().credentials_in_clear(unit.offset, unit.length);
}

void ImapSession::Machine::tell_command(std::uint64_t n, std::string_view verb, std::string_view tag,
                                        const ImapUnit& unit, std::span<const SecretRange> secrets) {
  CommandEvent event;
  event.n = n;
  event.verb = verb;
  event.tag = tag;
  event.text = unit.text;
  event.secrets = secrets;
  event.offset = unit.offset;
  event.length = unit.length;
  event.first = unit.first;
  event.last = unit.last;
  told_secret_ = !secrets.empty();
  sink_.on_command(event);
  release_continuations(n);
}

bool ImapSession::Machine::client_literal(const ImapLiteral& literal, const ImapUnit& so_far) {
  if (!unit_literal_) unit_literal_ = literal;
  const auto parts = split_imap_command(so_far.text);
  const bool replaces = parts && parts->verb.ends_with("REPLACE");  // RFC 8508: a message number stands first
  if (!parts || (parts->verb != "APPEND" && !replaces)) return false;
  ImapWords words(so_far.text, parts->arguments);
  if (replaces) static_cast<void>(words.next());
  const auto mailbox = words.next();
  if (!mailbox || mailbox->end == so_far.text.size()) return false;  // the mailbox's name is a literal
  if (!open_n_) {
    open_n_ = next_n_;
    command(so_far);
  }
  // One message at a time can be told; while the server sends one, an APPEND is a command without its octets.
  if (announced_ || in_message_) return false;
  message_mailbox_ = mailbox->value;
  message_id_.clear();
  message_verb_ = parts->verb;
  announced_ = MessageStart{.n = *open_n_, .side = Side::client, .offset = literal.offset};
  announced_->partial = is_imap_catenate(so_far.text.substr(mailbox->end));
  return true;
}

}  // namespace mailparse
