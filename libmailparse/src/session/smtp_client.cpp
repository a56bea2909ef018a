// What the client sends: lines that are commands, SASL responses, or wait for the reply that says what they are.
// RFC 5321 4.1, RFC 2920, RFC 3207, RFC 4954.
#include <algorithm>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>

#include "session/smtp_machine.hpp"

namespace mailparse {
namespace {

constexpr std::uint64_t command_line_limit = 2048;  // 512 of RFC 5321 4.5.3.1.4 and what all extensions add
constexpr std::uint64_t auth_line_limit = 12'288;   // RFC 4954 4
constexpr std::size_t verb_limit = 64;
constexpr std::size_t unknown_verb_limit = 100;

/// Sets what a line's reader cannot know: whose line it is.
class ClientSink final : public DiagnosticSink {
 public:
  ClientSink(DiagnosticSink& sink, std::uint64_t frame) : sink_(sink), frame_(frame) {}
  void report(Diagnostic diagnostic) override {
    diagnostic.side = Side::client;
    diagnostic.frame = frame_;
    sink_.report(std::move(diagnostic));
  }

 private:
  DiagnosticSink& sink_;
  std::uint64_t frame_;
};

/// Whether the path of a MAIL or RCPT line is not closed: an angle bracket or a quote is open at the line's end.
bool leaves_path_open(const SmtpCommand& command) noexcept {
  if (!command.path || command.path->bracketed) return false;
  return command.path->text.starts_with('<') || command.path->text.starts_with('"');
}

/// Verbs of extensions that a server grants to some clients only: who uses one unasked tries whether it is open.
bool wants_an_offer(SmtpVerb verb) noexcept {
  return verb == SmtpVerb::xclient || verb == SmtpVerb::xforward;
}

bool is_hello(SmtpVerb verb) noexcept {
  return verb == SmtpVerb::ehlo || verb == SmtpVerb::helo || verb == SmtpVerb::lhlo;
}

}  // namespace

void SmtpSession::Machine::client_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  client_seen_ = true;
  std::size_t taken = 0;
  if (held_.empty()) taken = consume(octets, offset, stamp);
  if (taken == octets.size()) return;
  hold({.kind = Held::Kind::octets,
        .offset = offset + taken,
        .octets = std::string(octets.substr(taken)),
        .stamp = stamp});
}

/// Reads octets until they are used up or cannot be read without a reply; returns how many were read.
std::size_t SmtpSession::Machine::consume(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  stamp_ = stamp;
  std::size_t at = 0;
  while (at < octets.size() && !waits()) {
    const std::string_view rest = octets.substr(at);
    const std::uint64_t here = offset + at;
    switch (mode_) {
      case Mode::commands:
      case Mode::sasl:
        at += consume_line(rest, here);
        break;
      case Mode::payload:
        at += consume_payload(rest, here);
        break;
      case Mode::chunk:
        at += consume_chunk(rest, here);
        break;
      case Mode::tls_gate:
        at += consume_tls_gate(rest, here);
        break;
      case Mode::opaque:
        sink_.on_opaque({.side = Side::client, .offset = here, .octets = rest, .stamp = stamp});
        return octets.size();
      case Mode::waiting:
      case Mode::odd_end:
        break;
    }
  }
  return at;
}

std::size_t SmtpSession::Machine::consume_line(std::string_view octets, std::uint64_t offset) {
  if (lines_.pending() == 0 && lines_.offset() != offset) lines_.restart(offset);
  if (lines_.pending() == 0 && long_line_length_ == 0) line_first_ = stamp_;
  if (!client_first_) client_first_ = offset;
  std::string_view rest = octets;
  const auto next = lines_.next(rest);
  const std::size_t taken = octets.size() - rest.size();
  client_offset_ = offset + taken;
  if (next) line(*next);
  return taken;
}

void SmtpSession::Machine::client_gap(std::uint64_t offset, std::uint64_t length, const Stamp& stamp) {
  stamp_ = stamp;
  client_seen_ = true;
  suspect_.reset();
  chunk_end_.reset();
  if (mode_ == Mode::payload) {
    body_missing_ = true;
    if (watch_) watch_->gap();
    payload_->skip(length);
    client_offset_ = offset + length;
    sink_.on_message_gap(length, stamp);
    return;
  }
  if (mode_ == Mode::chunk) {
    const std::uint64_t missing = std::min(length, chunk_left_);
    chunk_has_gap_ = true;
    body_missing_ = true;
    chunk_left_ -= missing;
    if (missing > 0) sink_.on_message_gap(missing, stamp);
    client_offset_ = offset + missing;
    chunk_scan_.made().skip_to(client_offset_);
    if (chunk_left_ > 0) return;
    end_chunk(client_offset_);
    chunk_end_.reset();
    if (missing == length) return;
  }
  if (mode_ == Mode::tls_gate) give_up_gate_text();
  loose_ = true;
  resync_ = true;
  long_line_length_ = 0;
  client_offset_ = offset + length;
  lines_.restart(client_offset_);
}

/// The transcript leaves out the rest of a chunk, or so many octets of it.
void SmtpSession::Machine::elide_chunk(const Elided& elided) {
  const std::uint64_t missing = std::min(elided.octets.value_or(chunk_left_), chunk_left_);
  body_elided_ = true;
  chunk_left_ -= missing;
  client_offset_ = elided.offset;
  if (missing > 0) sink_.on_message_gap(missing, elided.stamp);
  chunk_scan_.made().skip_to(client_offset_);
  if (chunk_left_ == 0) end_chunk(client_offset_);
}

void SmtpSession::Machine::client_elided(const Elided& elided) {
  stamp_ = elided.stamp;
  client_seen_ = true;
  if (elided.what == Elision::secret) {
    secret_elided_ = true;
    return;
  }
  if (elided.what == Elision::body && mode_ == Mode::chunk) return elide_chunk(elided);
  if (elided.what != Elision::body || mode_ != Mode::payload) return;
  body_elided_ = true;
  if (watch_) watch_->gap();
  payload_->skip(elided.offset > payload_->offset() ? elided.offset - payload_->offset() : 0);
  client_offset_ = elided.offset;
  sink_.on_message_gap(elided.octets.value_or(0), elided.stamp);
}

void SmtpSession::Machine::client_end(StreamEnd end, const Stamp& stamp) {
  stamp_ = stamp;
  if (mode_ == Mode::commands && end == StreamEnd::closed) {
    // A last line without its end, which servers read all the same when the connection closes behind it.
    if (const auto rest = lines_.finish(); rest && long_line_length_ == 0) {
      if (rest->text.size() == 4 && find_smtp_verb(rest->text) == SmtpVerb::quit) {
        whole_line(rest->text, rest->offset, rest->text.size(), LineEnd::none);
      }
    }
  }
  const bool left = end == StreamEnd::closed || end == StreamEnd::reset;
  if (mode_ == Mode::chunk && left && !chunk_has_gap_) {
    report(Code::smtp_bdat_short, Side::client, chunk_offset_, chunk_size_ - chunk_left_);
  } else if (mode_ != Mode::chunk && left) {
    report_unfinished();
  }
  if (message_open_) end_message(MessageEnd::cut, std::nullopt, client_offset_);
  if (left) transaction_.unfinished = false;
  sink_.on_close(Side::client, end, stamp);
}

/// Joins the pieces of a line longer than the limit: its first piece is its text, its length is told whole.
void SmtpSession::Machine::line(const TextLine& line) {
  if (line.end == LineEnd::none) {
    if (long_line_length_ == 0) {
      long_line_ = std::string(line.text);
      long_line_offset_ = line.offset;
    }
    long_line_length_ += line.text.size();
    return;
  }
  if (long_line_length_ > 0) {
    const std::uint64_t length = long_line_length_ + line.text.size() + line_end_octets(line.end);
    const std::string text = std::exchange(long_line_, {});
    long_line_length_ = 0;
    return whole_line(text, long_line_offset_, length, line.end);
  }
  whole_line(line.text, line.offset, line.text.size() + line_end_octets(line.end), line.end);
}

void SmtpSession::Machine::whole_line(std::string_view text, std::uint64_t offset, std::uint64_t length, LineEnd end) {
  if (mode_ == Mode::sasl) return sasl_line(text, offset, length);
  if (client_first_ == offset && proxy_line(text, offset, length)) {
    client_first_.reset();
    return;
  }
  if (early_reply_) report_early_reply();
  command_line(text, offset, length, end);
}

/// The line by which a proxy tells whom it speaks for; no server answers it. PROXY protocol 2.1
bool SmtpSession::Machine::proxy_line(std::string_view text, std::uint64_t offset, std::uint64_t length) {
  if (!text.starts_with("PROXY ")) return false;
  CommandEvent event;
  event.n = next_n_++;
  event.verb = "PROXY";
  event.text = text;
  event.offset = offset;
  event.length = length;
  event.first = line_first_;
  event.last = stamp_;
  sink_.on_command(event);
  return true;
}

/// Whether a line that may be the rest of anything is a command: words of ordinary text are not enough.
bool SmtpSession::Machine::plausible(const SmtpCommand& command) {
  switch (command.verb) {
    case SmtpVerb::mail:
    case SmtpVerb::rcpt:
      return command.path && (command.path->bracketed || command.well_formed);
    case SmtpVerb::ehlo:
    case SmtpVerb::helo:
    case SmtpVerb::lhlo:
      return command.well_formed || command.argument.empty();
    case SmtpVerb::auth:
    case SmtpVerb::bdat:
    case SmtpVerb::data:
    case SmtpVerb::quit:
    case SmtpVerb::rset:
    case SmtpVerb::starttls:
      return command.well_formed;
    case SmtpVerb::noop:
      return command.argument.empty();
    default:
      return false;
  }
}

void SmtpSession::Machine::command_line(std::string_view text, std::uint64_t offset, std::uint64_t length,
                                        LineEnd end) {
  DiagnosticList found;
  const auto parsed = parse_smtp_command(text, offset, found);
  const SmtpCommand* command = parsed ? &*parsed : nullptr;
  if (resync_) {
    // A log may hide the mechanism of an AUTH with the secret.
    const bool hides_rest = command && is_auth(command->verb) && secret_elided_;
    if (!command || !(plausible(*command) || hides_rest)) {
      // The rest of a message whose begin is missing ends like any other; its final reply is on its way.
      if (text == "." && end == LineEnd::crlf) end_of_data(MessageEnd::cut, offset, offset + length, true);
      // Nor is it shown where the server repeats it: it may be a password.
      unread_response_ = {};
      if (is_base64_word(text)) unread_response_.keep_response(text);
      return;
    }
    resync_ = false;
  }
  const SmtpVerb verb = command ? command->verb : SmtpVerb::unknown;
  // Behind a refused AUTH the client may send its responses all the same: what is no command may be a password.
  const bool secret = auth_refused_ && verb == SmtpVerb::unknown && is_base64_word(text);
  if (verb != SmtpVerb::unknown) auth_refused_ = false;
  ClientSink client_sink(sink_, stamp_.frame);
  for (Diagnostic& diagnostic : found.take()) client_sink.report(std::move(diagnostic));

  Pending pending{.kind = Pending::Kind::command, .verb = verb, .n = next_n_++, .offset = offset, .length = length};
  SecretRange range;
  CommandEvent event;
  std::string upper;  // of an unknown verb
  if (secret) {
    range.length = text.size();
    event.secrets = {&range, 1};
    pending.echoes.keep_response(text);
    sasl_response(text, pending.echoes);
  } else if (command && is_auth(verb) && command->initial_response) {
    const std::string_view response = *command->initial_response;
    range = {.offset = static_cast<std::uint64_t>(response.data() - text.data()), .length = response.size()};
    event.secrets = {&range, 1};
    pending.echoes.keep(response);
  }
  if (command && !secret) {
    if (verb != SmtpVerb::unknown) {
      event.verb = to_string(verb);
    } else if (command->verb_text.size() <= verb_limit) {
      upper = command->verb_text;
      std::ranges::transform(upper, upper.begin(), to_upper);
      event.verb = upper;
    }
    event.smtp = command;
  }
  event.n = pending.n;
  event.text = text;
  event.offset = offset;
  event.length = length;
  event.first = line_first_;
  event.last = stamp_;
  event.hidden = is_hidden(offset);
  sink_.on_command(event);

  if (!secret) judge_line(command, text, offset, length, end);
  if (!event.hidden) judge_pipelining(command, offset, length);
  if (command && command->path) judge_path(*command, text, offset);
  if (pending_.empty() && overflow_ == 0) conclude_watch();
  pending.body_line = refused_body_ && verb == SmtpVerb::unknown;
  suspect_ = Suspect{.n = pending.n,
                     .line_end = offset + length - line_end_octets(end),
                     .open_path = command && leaves_path_open(*command),
                     .bare_lf = end == LineEnd::lf};
  if (!command) {
    push(std::move(pending));
    return;
  }
  apply(*command, std::move(pending));
}

void SmtpSession::Machine::judge_line(const SmtpCommand* command, std::string_view text, std::uint64_t offset,
                                      std::uint64_t length, LineEnd end) {
  const SmtpVerb verb = command ? command->verb : SmtpVerb::unknown;
  if (length > (is_auth(verb) ? auth_line_limit : command_line_limit)) {
    report(Code::smtp_command_too_long, Side::client, offset, length);
  }
  const bool hidden = is_hidden(offset);
  if (end == LineEnd::lf && exact() && !hidden)
    count(bare_lf_lines_, Code::smtp_command_bare_lf, offset + length - 1, 1);
  if (chunk_end_) {
    if (verb == SmtpVerb::unknown && *chunk_end_ == offset)
      report(Code::smtp_bdat_desync, Side::client, offset, length);
    chunk_end_.reset();
  }
  if (verb == SmtpVerb::unknown && !refused_body_) {
    // What begins with no word is no command either: "Subject: x". A lone dot is a misplaced end of data.
    const bool no_word = !command && exact() && !text.empty() && text.front() != '.';
    if (command) count_unknown(command->verb_text, offset, length);
    if (no_word) count_unknown(text.substr(0, text.find(' ')), offset, length);
  } else if (hello_answered_ && wants_an_offer(verb)) {
    count_unknown(to_string(verb), offset, length);
  }
  // The line before may have carried this one in: its path was open, or its LF alone ended it.
  const bool unanswered = suspect_ && !pending_.empty() && pending_.back().n == suspect_->n;
  if (!unanswered || verb == SmtpVerb::unknown || !exact() || hidden) return;
  const bool injected_by_lf = suspect_->bare_lf && end == LineEnd::crlf;
  if (injected_by_lf) bare_lf_injects_ = true;
  if (!suspect_->open_path && !injected_by_lf) return;
  report(Code::smtp_injection_suspected, Side::client, suspect_->line_end, offset + text.size() - suspect_->line_end);
}

void SmtpSession::Machine::count_unknown(std::string_view verb, std::uint64_t offset, std::uint64_t length) {
  const auto same = [&](std::string_view name) { return iequals(name, verb); };
  for (std::string_view rest = offered_; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (same(rest.substr(0, end))) return;
    rest.remove_prefix(end + 1);
  }
  auto known = std::ranges::find_if(unknown_verbs_, same, &UnknownVerb::name);
  if (known == unknown_verbs_.end()) {
    if (unknown_verbs_.size() >= unknown_verb_limit) return;
    unknown_verbs_.push_back({.name = std::string(verb.substr(0, verb_limit)), .counted = {}});
    known = unknown_verbs_.end() - 1;
  }
  count(known->counted, Code::smtp_command_unknown, offset, length);
}

void SmtpSession::Machine::judge_pipelining(const SmtpCommand* command, std::uint64_t offset, std::uint64_t length) {
  if (!exact() || pending_.empty()) return;
  Pending& before = pending_.back();
  if (before.kind == Pending::Kind::greeting || before.doubtful) return;
  const SmtpVerb verb = command ? command->verb : SmtpVerb::unknown;
  if (hello_answered_ && !pipelining_offered_ && !before.assumed && offset >= unasked_end_) {
    count(not_offered_, Code::smtp_pipelining_not_offered, offset, length);
  }
  if (before.followed_at) return;
  if (before.first_hello) before.followed_at = offset;
  if (before.last_chunk && (verb == SmtpVerb::mail || is_hello(verb) || is_auth(verb) || verb == SmtpVerb::unknown)) {
    before.followed_at = offset;
  }
}

void SmtpSession::Machine::judge_path(const SmtpCommand& command, std::string_view text, std::uint64_t offset) {
  const bool sender = command.verb != SmtpVerb::rcpt;
  if (!sender && !transaction_.mail_seen) return;
  const bool utf8 = sender ? command.find(EsmtpKeyword::smtputf8) != nullptr : transaction_.smtputf8;
  if (utf8) return;
  const std::string_view path = command.path->text;
  const std::size_t high = find_eight_bit(path);
  if (high == path.size()) return;
  const auto place = static_cast<std::uint64_t>(path.data() - text.data()) + high;
  report(Code::smtp_path_8bit_without_smtputf8, Side::client, offset + place, 1);
}

/// Queues a command. Beyond the limit the oldest one is forgotten but for its number, which its reply still answers.
void SmtpSession::Machine::push(Pending pending) {
  if (pending_.size() >= pending_commands_) {
    if (overflow_++ == 0) overflow_n_ = pending_.front().n;
    pending_.pop_front();
    if (server_seen_ && !std::exchange(pending_limit_reported_, true)) {
      report(Code::smtp_pending_limit, Side::client, pending.offset, pending.length);
    }
  }
  pending_.push_back(std::move(pending));
}

/// What a command does before its reply is known.
void SmtpSession::Machine::apply(const SmtpCommand& command, Pending pending) {
  const bool leaves_message = message_open_ && !by_data_;
  switch (command.verb) {
    case SmtpVerb::helo:
    case SmtpVerb::ehlo:
    case SmtpVerb::lhlo:
      pending.first_hello = !hello_sent_;
      hello_sent_ = true;
      [[fallthrough]];
    case SmtpVerb::mail:
    case SmtpVerb::send:
    case SmtpVerb::soml:
    case SmtpVerb::saml:
    case SmtpVerb::quit:
      report_unfinished();
      [[fallthrough]];
    case SmtpVerb::rset:
      if (leaves_message) end_message(MessageEnd::cut, std::nullopt, pending.offset);
      if (command.verb != SmtpVerb::quit) end_transaction();
      if (command.verb == SmtpVerb::mail || command.verb == SmtpVerb::send || command.verb == SmtpVerb::soml ||
          command.verb == SmtpVerb::saml) {
        transaction_.mail_seen = true;
        if (command.verb == SmtpVerb::mail && command.path && is_hidden(pending.offset))
          transaction_.hidden = taken_end_;
        transaction_.smtputf8 = command.find(EsmtpKeyword::smtputf8) != nullptr;
        transaction_.prdr = command.find(EsmtpKeyword::prdr) != nullptr;
        const EsmtpParameter* body = command.find(EsmtpKeyword::body);
        transaction_.binarymime = body && body->value && iequals(*body->value, "BINARYMIME");
      }
      break;
    case SmtpVerb::data:
      if (message_open_ && !by_data_ && body_missing_) {
        report_unfinished();  // what is missing may be what ended the transaction
      } else if (transaction_.bdat_used && !transaction_.bdat_refused && !std::exchange(transaction_.mixed, true)) {
        report(Code::smtp_bdat_mixed_with_data, Side::client, pending.offset, pending.length);
      }
      return wait(std::move(pending));
    case SmtpVerb::bdat: {
      if (!command.chunk) {
        chunk_end_ = client_offset_;
        break;
      }
      if (transaction_.data_used && !std::exchange(transaction_.mixed, true)) {
        report(Code::smtp_bdat_mixed_with_data, Side::client, pending.offset, pending.length);
      }
      pending.last_chunk = command.chunk->last;
      if (pending.last_chunk) pending.hidden_mail = std::exchange(transaction_.hidden, {});
      const Pending copy = pending;
      push(std::move(pending));
      return begin_chunk(command, copy);
    }
    case SmtpVerb::burl:
      pending.last_chunk =
          command.argument.size() > 4 && iequals(command.argument.substr(command.argument.size() - 4), "LAST");
      if (pending.last_chunk) {
        if (leaves_message) end_message(MessageEnd::cut, std::nullopt, pending.offset);
        end_transaction();
      }
      break;
    case SmtpVerb::auth:
    case SmtpVerb::x_exps:
      begin_auth(command, pending);
      return wait(std::move(pending));
    case SmtpVerb::starttls:
    case SmtpVerb::x_anonymoustls:
      tls_asked_ = true;
      return wait(std::move(pending));
    default:
      break;
  }
  push(std::move(pending));
}

void SmtpSession::Machine::begin_auth(const SmtpCommand& command, Pending& pending) {
  if (auth_open_) auth_over(AuthEvent::Outcome::unknown, std::nullopt);
  auth_.emplace(command.mechanism);
  auth_open_ = true;
  auth_n_ = pending.n;
  auth_offset_ = pending.offset;
  auth_length_ = pending.length;
  cleartext_reported_ = false;
  secret_elided_ = false;
  if (command.initial_response) sasl_response(*command.initial_response, pending.echoes);
}

/// Looks at a response for what it gives away, which the reply to it must not show either, and forgets it.
void SmtpSession::Machine::sasl_response(std::string_view response, Echoes& echoes) {
  if (!auth_) return;
  auth_->client_response(response);
  echoes.keep(auth_->password());
  if (!auth_->reveals_password() || tls_active_ || std::exchange(cleartext_reported_, true)) return;
  Diagnostic diagnostic = make_diagnostic(Code::auth_cleartext, auth_offset_, auth_length_);
  diagnostic.side = Side::client;
  if (starttls_offered_ || tls_asked_) diagnostic.severity = Severity::error;
  sink_.report(std::move(diagnostic));
  if (!tls_asked_ || !tls_refused_at_ || std::exchange(downgrade_reported_, true)) return;
  report(Code::starttls_downgrade, Side::server, *tls_refused_at_, tls_refused_length_);
}

void SmtpSession::Machine::sasl_line(std::string_view text, std::uint64_t offset, std::uint64_t length) {
  if (length > auth_line_limit) report(Code::smtp_command_too_long, Side::client, offset, length);
  Pending pending{
      .kind = Pending::Kind::sasl, .verb = SmtpVerb::auth, .n = next_n_++, .offset = offset, .length = length};
  SecretRange range{.offset = 0, .length = text.size(), .line = 0};
  CommandEvent event;
  event.n = pending.n;
  event.verb = "+";
  event.text = text;
  if (text != "*" && !text.empty()) {
    event.secrets = {&range, 1};
    pending.echoes.keep(text);
  }
  event.offset = offset;
  event.length = length;
  event.first = line_first_;
  event.last = stamp_;
  secret_elided_ = false;
  sink_.on_command(event);
  sasl_response(text, pending.echoes);
  wait(std::move(pending));
}

}  // namespace mailparse
