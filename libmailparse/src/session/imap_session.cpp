#include <algorithm>
#include <array>
#include <deque>
#include <utility>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/session/imap_session.hpp>

#include "session/imap_reader.hpp"
#include "session/imap_text.hpp"
#include "session/sasl.hpp"
#include "session/tls_gate.hpp"

namespace mailparse {
namespace {

/// A command whose tagged response was not seen yet.
struct Pending {
  std::uint64_t n = 0;
  std::string tag;
  std::string verb;
  std::string mailbox;                 ///< SELECT, EXAMINE
  std::optional<ImapLiteral> literal;  ///< the first one it announced
  std::optional<SaslExchange> sasl;    ///< AUTHENTICATE
  bool response_due = false;           ///< AUTHENTICATE: the server asked for a response, or will
  std::optional<std::string> login;    ///< LOGIN: the user name
};

/// "OK", "NO" ... at the front of a response, with what follows.
struct Condition {
  std::string_view status;
  std::string_view text;
};

std::optional<Condition> split_condition(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 5> states{"OK", "NO", "BAD", "BYE", "PREAUTH"};
  for (const std::string_view state : states) {
    if (!istarts_with(text, state)) continue;
    if (text.size() > state.size() && text[state.size()] != ' ') continue;
    return Condition{state, text.substr(std::min(text.size(), state.size() + 1))};
  }
  return std::nullopt;
}

/// The list behind CAPABILITY in an untagged response or in a response code, and where it starts.
std::optional<std::size_t> find_capabilities(std::string_view text) noexcept {
  if (istarts_with(text, "CAPABILITY ")) return 11;
  const auto condition = split_condition(text);
  if (!condition || !istarts_with(condition->text, "[CAPABILITY ")) return std::nullopt;
  return static_cast<std::size_t>(condition->text.data() - text.data()) + 12;
}

}  // namespace

class ImapSession::Machine final : public PlainReader {
 public:
  Machine(DialogueSink& sink, const ImapSessionOptions& options)
      : sink_(sink),
        options_(options),
        gate_(*this, sink, options.limits, options.wire_exact, options.secured),
        client_(*this, Side::client, options.limits),
        server_(*this, Side::server, options.limits) {
    greeted_ = options.greeted || !options.begun;
  }

  void on_chunk(const Chunk& chunk) { gate_.on_chunk(chunk); }
  void on_gap(const Gap& gap);
  void on_elided(const Elided& elided);
  void on_end(Side side, StreamEnd end, const Stamp& stamp);
  DialogueSink& sink() { return sink_; }

 private:
  /// One reader, whose units and literals come back to the machine with their side.
  class Reader final : public ImapUnitSink {
   public:
    Reader(Machine& machine, Side side, const Limits& limits) : units(*this, limits), machine_(machine), side_(side) {}
    bool on_literal(const ImapLiteral& literal, const ImapUnit& so_far) override {
      return side_ == Side::client ? machine_.client_literal(literal, so_far)
                                   : machine_.server_literal(literal, so_far);
    }
    void on_literal_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override {
      machine_.message_octets(octets, offset, stamp);
    }
    void on_literal_gap(std::uint64_t length, const Stamp& stamp) override { machine_.message_gap(length, stamp); }
    void on_literal_end(const ImapLiteral& literal, bool wanted, ImapLiteralEnd end, std::uint64_t missing,
                        std::uint64_t offset, const Stamp& stamp) override {
      machine_.literal_end(side_, literal, wanted, end, missing, offset, stamp);
    }
    void on_literal_too_large(const ImapLiteral& literal) override { machine_.literal_too_large(side_, literal); }
    void on_unit(const ImapUnit& unit) override {
      side_ == Side::client ? machine_.client_unit(unit) : machine_.server_unit(unit);
    }

    ImapReader units;

   private:
    Machine& machine_;
    Side side_;
  };

  void read_client(Chunk& chunk) override { client_.units.read_unit(chunk); }
  void read_server(Chunk& chunk) override;

  bool client_literal(const ImapLiteral& literal, const ImapUnit& so_far);
  bool server_literal(const ImapLiteral& literal, const ImapUnit& so_far);
  void start_message(const Stamp& stamp);
  void message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp);
  void message_gap(std::uint64_t length, const Stamp& stamp);
  void literal_end(Side side, const ImapLiteral& literal, bool wanted, ImapLiteralEnd end, std::uint64_t missing,
                   std::uint64_t offset, const Stamp& stamp);
  void literal_too_large(Side side, const ImapLiteral& literal);
  void client_unit(const ImapUnit& unit);
  void server_unit(const ImapUnit& unit);

  void command(const ImapUnit& unit);
  bool sasl_response(const ImapUnit& unit);
  void begin_authenticate(Pending& pending, const ImapUnit& unit, ImapWords words, std::vector<SecretRange>& secrets);
  void begin_login(Pending& pending, const ImapUnit& unit, ImapWords words, std::vector<SecretRange>& secrets);
  void tell_command(std::uint64_t n, std::string_view verb, std::string_view tag, const ImapUnit& unit,
                    std::span<const SecretRange> secrets);

  void tagged(const ImapUnit& unit, std::string_view tag, const Condition& condition);
  void untagged(const ImapUnit& unit, std::string_view text);
  void continuation(const ImapUnit& unit);
  void greeting(const ImapUnit& unit, const Condition& condition);
  void capabilities(std::string_view text, std::uint64_t offset);
  void complete(Pending& pending, const ImapUnit& unit, const Condition& condition);
  void finish_auth(const Pending& pending, AuthEvent::Outcome outcome);
  void tell_reply(ReplyEvent reply, const ImapUnit& unit, std::string_view line);
  void check_structure(Side side, const ImapUnit& unit);
  void diagnose(Code code, Side side, std::uint64_t offset, std::uint64_t length);

  DialogueSink& sink_;
  ImapSessionOptions options_;
  TlsGate gate_;
  Reader client_;
  Reader server_;
  std::deque<Pending> pending_;
  std::uint64_t next_n_ = 1;
  std::optional<std::uint64_t> open_n_;    ///< the command of a unit that was told before its end, at a message literal
  std::optional<MessageStart> announced_;  ///< a message whose first octet was not seen yet
  bool in_message_ = false;
  std::string message_mailbox_;  ///< what the announced message's views point to
  std::string message_id_;
  std::string message_verb_;
  std::string mailbox_;
  bool greeted_ = false;
  bool lost_ = false;  ///< octets are missing on a side: tags prove nothing any more
  std::uint64_t commands_ = 0;
  bool closed_[2] = {false, false};
};

void ImapSession::Machine::on_gap(const Gap& gap) {
  lost_ = true;
  gate_.interrupt();
  if (!gate_.opaque()) (gap.side == Side::client ? client_.units : server_.units).gap(gap);
}

void ImapSession::Machine::on_elided(const Elided& elided) {
  if (elided.what != Elision::body) return;
  (elided.side == Side::client ? client_.units : server_.units).elide_literal(elided.stamp);
}

void ImapSession::Machine::read_server(Chunk& chunk) {
  // Logs leave literals out without a mark: the parenthesis that closes the response stands in their place.
  if (!options_.wire_exact && server_.units.waiting_for_literal() &&
      (chunk.octets == ")\r\n" || chunk.octets == ")\n")) {
    server_.units.elide_literal(chunk.stamp);
  }
  server_.units.read_unit(chunk);
}

void ImapSession::Machine::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  closed_[static_cast<std::size_t>(side)] = true;
  const bool over = closed_[0] && closed_[1];
  // A client may close its side while the reply to STARTTLS is on the way.
  if (over || side == Side::server) gate_.interrupt();
  if (!gate_.opaque()) (side == Side::client ? client_.units : server_.units).finish(stamp);
  if (over) {
    for (const Pending& pending : pending_) finish_auth(pending, AuthEvent::Outcome::unknown);
    pending_.clear();
  }
  sink_.on_close(side, end, stamp);
}

// --- literals and messages ----------------------------------------------------------------------------------------

bool ImapSession::Machine::client_literal(const ImapLiteral& literal, const ImapUnit& so_far) {
  const auto parts = split_imap_command(so_far.text);
  if (!parts || parts->verb != "APPEND") return false;
  if (!open_n_) {
    open_n_ = next_n_;
    command(so_far);
    if (!pending_.empty()) pending_.back().literal = literal;
  }
  // One message at a time can be told; while the server sends one, an APPEND is a command without its octets.
  if (announced_ || in_message_) return false;
  const auto mailbox = ImapWords(so_far.text, parts->arguments).next();
  message_mailbox_ = mailbox ? mailbox->value : std::string();
  message_id_.clear();
  message_verb_ = parts->verb;
  announced_ = MessageStart{.n = *open_n_, .side = Side::client, .offset = literal.offset};
  return true;
}

bool ImapSession::Machine::server_literal(const ImapLiteral& literal, const ImapUnit& so_far) {
  if (announced_ || in_message_) return false;
  const auto item = find_fetch_item(so_far.text);
  if (!item) return false;
  const auto fetch = std::ranges::find_if(pending_, [](const Pending& p) { return p.verb.ends_with("FETCH"); });
  const bool seen = fetch != pending_.end();
  message_mailbox_ = mailbox_;
  message_id_ = item->id;
  message_verb_ = seen ? fetch->verb : "FETCH";
  announced_ =
      MessageStart{.n = seen ? fetch->n : 0, .side = Side::server, .offset = literal.offset, .partial = !item->whole};
  return true;
}

void ImapSession::Machine::start_message(const Stamp& stamp) {
  if (!announced_) return;
  announced_->verb = message_verb_;
  announced_->mailbox = message_mailbox_;
  announced_->id = message_id_;
  announced_->first = stamp;
  sink_.on_message_start(*announced_);
  announced_.reset();
  in_message_ = true;
}

void ImapSession::Machine::message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  start_message(stamp);
  sink_.on_message_octets(octets, offset, stamp);
}

void ImapSession::Machine::message_gap(std::uint64_t length, const Stamp& stamp) {
  start_message(stamp);
  sink_.on_message_gap(length, stamp);
}

void ImapSession::Machine::literal_end(Side side, const ImapLiteral& literal, bool wanted, ImapLiteralEnd end,
                                       std::uint64_t missing, std::uint64_t offset, const Stamp& stamp) {
  if (end == ImapLiteralEnd::cut) diagnose(Code::imap_literal_truncated, side, literal.offset, literal.size - missing);
  if (!wanted) return;
  if (end == ImapLiteralEnd::cut && missing == literal.size) return announced_.reset();  // nothing of it came
  start_message(stamp);
  in_message_ = false;
  constexpr std::array<MessageEnd, 3> ends{MessageEnd::literal, MessageEnd::cut, MessageEnd::elided};
  sink_.on_message_end(ends[static_cast<std::size_t>(end)], std::nullopt, offset, stamp);
}

void ImapSession::Machine::literal_too_large(Side side, const ImapLiteral& literal) {
  const std::uint64_t behind_digits = literal.synchronising ? 1 : 2;  // "}" or "+}"
  diagnose(Code::imap_literal_range, side, literal.announced_at + 1, literal.announced_length - 1 - behind_digits);
}

// --- commands -----------------------------------------------------------------------------------------------------

void ImapSession::Machine::client_unit(const ImapUnit& unit) {
  if (std::exchange(open_n_, std::nullopt)) return;  // told when its message began
  if (sasl_response(unit)) return;
  command(unit);
}

bool ImapSession::Machine::sasl_response(const ImapUnit& unit) {
  if (pending_.empty() || !pending_.back().sasl) return false;
  Pending& pending = pending_.back();
  // A client may send its next command behind an initial response without waiting. Where the server's side is missing
  // nobody asks for responses, but base64 has no blank.
  if (!std::exchange(pending.response_due, false) && split_imap_command(unit.text)) return false;
  pending.sasl->client_response(unit.text);
  const SecretRange all{0, unit.text.size()};
  const std::span<const SecretRange> secrets(&all, unit.text == "*" ? 0 : 1);
  tell_command(next_n_++, "+", {}, unit, secrets);
  if (pending.sasl->reveals_password()) gate_.watch().credentials_in_clear(unit.offset, unit.length);
  return true;
}

void ImapSession::Machine::command(const ImapUnit& unit) {
  check_structure(Side::client, unit);
  const std::uint64_t n = next_n_++;
  const auto parts = split_imap_command(unit.text);
  if (!parts) {
    const std::string_view verb = iequals(unit.text, "DONE") ? "DONE" : "";
    return tell_command(n, verb, {}, unit, {});
  }
  ++commands_;
  Pending pending{.n = n, .tag = std::string(parts->tag), .verb = parts->verb};
  std::vector<SecretRange> secrets;
  ImapWords words(unit.text, parts->arguments);
  if (parts->verb == "AUTHENTICATE") {
    begin_authenticate(pending, unit, words, secrets);
  } else if (parts->verb == "LOGIN") {
    begin_login(pending, unit, words, secrets);
  } else if (parts->verb == "SELECT" || parts->verb == "EXAMINE") {
    if (const auto mailbox = words.next()) pending.mailbox = mailbox->value;
  }
  tell_command(n, parts->verb, parts->tag, unit, secrets);
  if (parts->verb == "STARTTLS") gate_.asked();
  if (pending_.size() < options_.limits.pending_commands) pending_.push_back(std::move(pending));
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
  sink_.on_command(event);
}

// --- responses ----------------------------------------------------------------------------------------------------

void ImapSession::Machine::server_unit(const ImapUnit& unit) {
  const std::string_view text = unit.text;
  if (text.starts_with("* ")) return untagged(unit, text.substr(2));
  if (text == "+" || text.starts_with("+ ")) return continuation(unit);
  const std::size_t blank = std::min(text.find(' '), text.size());
  const auto condition = split_condition(text.substr(std::min(blank + 1, text.size())));
  if (blank > 0 && condition) return tagged(unit, text.substr(0, blank), *condition);
  // No response: the rest of a line behind a gap or from before the capture began, or a server that breaks the syntax.
  tell_reply({}, unit, text);
}

void ImapSession::Machine::greeting(const ImapUnit& unit, const Condition& condition) {
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
  const auto condition = split_condition(text);
  if (!greeted_ && condition && pending_.empty()) return greeting(unit, *condition);
  greeted_ = true;
  if (!condition) check_structure(Side::server, unit);
  capabilities(text, unit.offset + 2);
  ReplyEvent reply;
  reply.tag = "*";
  if (condition) reply.status = condition->status;
  if (!pending_.empty()) reply.answers = pending_.front().n;
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
  } else if (!pending_.empty()) {
    reply.answers = pending_.front().n;
  }
  tell_reply(reply, unit, text);
}

void ImapSession::Machine::tagged(const ImapUnit& unit, std::string_view tag, const Condition& condition) {
  greeted_ = true;
  // A refused literal never comes: the command that announced it is as long as it is.
  if (client_.units.waiting_for_literal() && client_.units.so_far().text.starts_with(tag)) {
    announced_.reset();
    client_.units.cancel_literal();
  }
  capabilities(unit.text.substr(tag.size() + 1), unit.offset + tag.size() + 1);
  const auto pending = std::ranges::find(pending_, tag, &Pending::tag);
  ReplyEvent reply;
  reply.tag = tag;
  reply.status = condition.status;
  if (pending == pending_.end()) {
    if (commands_ > 0 && !lost_) diagnose(Code::imap_tag_unknown, Side::server, unit.offset, tag.size());
    return tell_reply(reply, unit, condition.text);
  }
  reply.answers = pending->n;
  tell_reply(reply, unit, condition.text);
  Pending done = std::move(*pending);
  pending_.erase(pending);
  complete(done, unit, condition);
}

void ImapSession::Machine::complete(Pending& pending, const ImapUnit& unit, const Condition& condition) {
  const bool ok = condition.status == "OK";
  if (!ok && pending.literal) {
    diagnose(Code::imap_literal_rejected, Side::client, pending.literal->announced_at,
             pending.literal->announced_length);
  }
  if (ok && !pending.mailbox.empty()) mailbox_ = pending.mailbox;
  if (pending.sasl && pending.sasl->aborted()) {
    finish_auth(pending, AuthEvent::Outcome::aborted);
  } else {
    finish_auth(pending, ok ? AuthEvent::Outcome::accepted : AuthEvent::Outcome::rejected);
  }
  if (pending.verb == "COMPRESS" && ok) gate_.close();
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
  const auto begin = find_capabilities(text);
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

// --- the session --------------------------------------------------------------------------------------------------

ImapSession::ImapSession(DialogueSink& sink, const ImapSessionOptions& options)
    : machine_(std::make_unique<Machine>(sink, options)) {}
ImapSession::~ImapSession() = default;

void ImapSession::on_chunk(const Chunk& chunk) {
  machine_->on_chunk(chunk);
}
void ImapSession::on_gap(const Gap& gap) {
  machine_->on_gap(gap);
}
void ImapSession::on_elided(const Elided& elided) {
  machine_->on_elided(elided);
}
void ImapSession::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  machine_->on_end(side, end, stamp);
}
void ImapSession::report(Diagnostic diagnostic) {
  machine_->sink().report(std::move(diagnostic));
}

}  // namespace mailparse
