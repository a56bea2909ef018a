#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/session/smtp_command.hpp>
#include <mailparse/trace/community_id.hpp>
#include <mailparse/trace/session_recorder.hpp>

#include "trace/maildrop.hpp"
#include "trace/message_collector.hpp"
#include "trace/offers.hpp"
#include "trace/original_client.hpp"
#include "trace/partial_fetches.hpp"
#include "trace/record_text.hpp"
#include "trace/tls_trail.hpp"
#include "trace/transaction_builder.hpp"

namespace mailparse {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

StreamPlace place_of(const Stamp& stamp, std::uint64_t offset) noexcept {
  return {stamp.time, stamp.frame, offset};
}

bool is_smtp(Protocol protocol) noexcept {
  return protocol == Protocol::smtp || protocol == Protocol::lmtp;
}

bool is_hello(std::string_view verb) noexcept {
  return verb == "EHLO" || verb == "HELO" || verb == "LHLO";
}

bool is_start_tls(std::string_view verb) noexcept {
  return verb == "STARTTLS" || verb == "STLS" || verb == "X-ANONYMOUSTLS";
}

/// IMAP's untagged and continuation responses are never the reply to a command. RFC 9051 2.2.2.
bool is_untagged(const ReplyEvent& event) noexcept {
  return event.tag == "*" || event.tag == "+";
}

bool is_quit(std::string_view verb) noexcept {
  return verb == "QUIT" || verb == "LOGOUT";
}

/// Whether a further reply to this command is one of those that LMTP and PRDR send for each recipient.
bool answers_data(std::string_view verb) noexcept {
  return verb == "." || verb == "BDAT" || verb == "BURL";
}

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

class SessionRecorder::Recording {
 public:
  Recording(ConversationStart start, Protocol protocol, std::optional<double> confidence,
            const RecorderOptions& options, TraceListener& listener)
      : listener_(listener),
        limits_(options.limits),
        text_(record_.arena, options.limits.session_octets, options.show_secrets),
        transactions_(record_.transactions,
                      {.begun = start.begun, .lmtp = protocol == Protocol::lmtp, .limit = limits_.session_exchanges}) {
    record_.id.append("s-").append(std::to_string(start.id));
    record_.protocol = protocol;
    record_.protocol_confidence = confidence;
    record_.start = std::move(start);
    if (record_.start.client && record_.start.server) {
      record_.community_id = community_id(*record_.start.client, *record_.start.server).value_or("");
    }
    tell({.kind = TraceEvent::Kind::open, .place = place_of(record_.start.first, 0)});
  }

  void command(const CommandEvent& event);
  void reply(const ReplyEvent& event);
  void message_start(const MessageStart& start);
  void message_end(MessageEnd end, std::uint64_t offset, const Stamp& stamp);
  void uid(std::string_view uid);
  void auth(const AuthEvent& event);
  void smuggled(const SmuggledEvent& event);
  void opaque(const Chunk& chunk);
  void mark_tls(const TlsRecord& known);
  void close(Side side, StreamEnd end, const Stamp& stamp);
  void finding(Diagnostic diagnostic);
  void finish(const ConversationEnd& end);

  void message_octets(std::string_view octets);
  void message_gap(std::uint64_t length);
  TlsRecord& tls() { return record_.tls ? *record_.tls : record_.tls.emplace(); }
  void note_tls(const Chunk& chunk) { tls_trail_.push(chunk); }
  void mark_names(PeerNames names) noexcept { record_.names = std::move(names); }
  void mark_elided(const Elided& elided) noexcept;
  void mark_tunnel(const Tunnel& tunnel) {
    record_.tunnel = tunnel;
    if (tunnel.client) record_.original_client = OriginalClient{*tunnel.client, to_string(tunnel.kind)};
  }
  const SessionRecord& record() const noexcept { return record_; }

 private:
  /// A message that is over and waits for the replies that show whose it is.
  struct FinishedMessage {
    std::size_t moved_by = none;  ///< index of the exchange
    Side side = Side::client;
    std::string_view verb;
    std::string_view mailbox;
    std::string_view id;
    MessageFacts facts;
    std::unique_ptr<MessageTap> tap;
    std::uint64_t pieces = 0;   ///< put together from that many; 0: it came as it is
    std::uint64_t replies = 0;  ///< that were told before it ended
  };

  void tell(const TraceEvent& event) { listener_.on_event(record_, event); }
  [[nodiscard]] std::size_t index_of(std::uint64_t command) const noexcept;
  std::size_t append_exchange(std::uint64_t octets);
  std::size_t unasked_exchange(const ReplyEvent& event, std::uint64_t octets);
  [[nodiscard]] std::vector<ParameterRecord> keep_parameters(const SmtpCommand& command);
  [[nodiscard]] std::string_view keep_text(const CommandEvent& event, bool elided);
  [[nodiscard]] ReplyRecord keep_reply(const ReplyEvent& event);
  void first_reply(std::size_t index, ReplyRecord reply, const ReplyEvent& event);
  void note_command(const CommandEvent& event);
  void note_outcome(const Exchange& exchange);
  void note_original_client(std::string_view line, bool replaces);
  void take_offers(std::string_view verb, const ReplyEvent& event);
  void settle_up_to(std::size_t end);
  void place_finished();
  void place(FinishedMessage& finished);
  [[nodiscard]] Ending ending() const noexcept;
  [[nodiscard]] bool seen_to_end() const noexcept;

  TraceListener& listener_;
  Limits limits_;
  SessionRecord record_;
  RecordText text_;
  TransactionBuilder transactions_;
  Maildrop maildrop_;

  std::vector<std::size_t> commands_;        ///< index of the exchange of each command, by its number less one
  std::size_t unasked_ = none;               ///< exchange of untagged responses to a command that was not seen
  std::size_t settled_ = 0;                  ///< exchanges given to the transaction builder
  std::optional<MessageCollector> message_;  ///< the one in transit
  FinishedMessage in_transit_;               ///< what is known of it
  std::vector<FinishedMessage> finished_;
  PartialFetches partial_fetches_{limits_};
  TlsTrail tls_trail_;
  std::array<std::optional<StreamEnd>, 2> ends_;
  bool hello_accepted_ = false;
  bool quit_ = false;
  bool opaque_ = false;
  std::uint64_t replies_ = 0;                  ///< told so far
  std::size_t retrievals_before_ = 0;          ///< when the first message behind the last reply began
  std::optional<std::uint64_t> begun_behind_;  ///< replies that had been told then
  std::optional<std::uint64_t> secret_at_;     ///< where the source left the rest of a client's line out
};

void SessionRecorder::Recording::mark_elided(const Elided& elided) noexcept {
  switch (elided.what) {
    case Elision::body:
      ++record_.elided.messages;
      break;
    case Elision::secret:
      ++record_.elided.secrets;
      if (elided.side == Side::client) secret_at_ = elided.offset;
      break;
    case Elision::reply:
      ++record_.elided.replies;
      break;
  }
}

/// The text of a command, with the mask in the place of what the source left out of it.
std::string_view SessionRecorder::Recording::keep_text(const CommandEvent& event, bool elided) {
  if (!elided) return text_.keep_masked(event.text, event.secrets);
  const std::size_t shown = std::min<std::size_t>(*secret_at_ - event.offset, event.text.size());
  std::string text(event.text.substr(0, shown));
  text += secret_mask;
  return text_.keep(text);
}

std::size_t SessionRecorder::Recording::index_of(std::uint64_t command) const noexcept {
  return command == 0 || command > commands_.size() ? none : commands_[command - 1];
}

/// A new exchange at the end that will keep about `octets` octets of text, or `none` where the limits forbid it.
std::size_t SessionRecorder::Recording::append_exchange(std::uint64_t octets) {
  if (record_.exchanges_left_out > 0 || record_.exchanges.size() >= limits_.session_exchanges ||
      !text_.afford(sizeof(Exchange) + octets)) {
    ++record_.exchanges_left_out;
    return none;
  }
  record_.exchanges.emplace_back();
  record_.exchanges.back().n = record_.exchanges.size();
  return record_.exchanges.size() - 1;
}

void SessionRecorder::Recording::command(const CommandEvent& event) {
  if (is_quit(event.verb)) quit_ = true;
  const std::size_t index = append_exchange(event.text.size() * 2);
  if (index == none) return;
  if (event.n > commands_.size()) commands_.resize(event.n, none);
  if (event.n > 0) commands_[event.n - 1] = index;

  CommandRecord& command = record_.exchanges[index].command.emplace();
  command.verb = text_.keep(event.verb);
  command.tag = text_.keep(event.tag);
  command.elided =
      secret_at_ && *secret_at_ >= event.offset && *secret_at_ <= event.offset + event.text.size() && event.verb != ".";
  command.text = keep_text(event, command.elided);
  if (command.elided) secret_at_.reset();
  command.place = place_of(event.first, event.offset);
  command.sent = event.last.time;
  command.observed = event.observed;
  command.hidden = event.hidden;
  if (event.smtp != nullptr) {
    if (event.smtp->path) command.path = text_.keep(event.smtp->path->address);
    command.parameters = keep_parameters(*event.smtp);
  }
  note_command(event);
  tell({.kind = TraceEvent::Kind::command,
        .side = Side::client,
        .place = command.place,
        .exchange = &record_.exchanges[index]});
}

std::vector<ParameterRecord> SessionRecorder::Recording::keep_parameters(const SmtpCommand& command) {
  std::vector<ParameterRecord> kept;
  kept.reserve(command.parameters.size());
  for (const EsmtpParameter& parameter : command.parameters) {
    ParameterRecord& record = kept.emplace_back();
    record.keyword = text_.keep_upper(parameter.keyword);
    if (parameter.value) record.value = text_.keep(*parameter.value);
  }
  return kept;
}

/// What a command means for the session before anything is replied to it.
void SessionRecorder::Recording::note_command(const CommandEvent& event) {
  if (is_start_tls(event.verb)) tls().requested = true;
  if (is_hello(event.verb) && !hello_accepted_) {
    record_.hello =
        HelloRecord{text_.keep(event.verb), text_.keep(event.smtp ? event.smtp->argument : std::string_view{})};
  }
}

ReplyRecord SessionRecorder::Recording::keep_reply(const ReplyEvent& event) {
  ReplyRecord reply;
  reply.code = event.code;
  reply.status = text_.keep(event.status);
  reply.tag = text_.keep(event.tag);
  reply.enhanced = event.enhanced;
  reply.text.reserve(event.lines.size());
  for (const std::string_view line : event.lines) {
    reply.text.push_back(text_.keep_masked(line, event.secrets, reply.text.size()));
  }
  reply.place = place_of(event.first, event.offset);
  return reply;
}

void SessionRecorder::Recording::reply(const ReplyEvent& event) {
  ++replies_;
  std::uint64_t octets = sizeof(ReplyRecord);
  for (const std::string_view line : event.lines) octets += line.size() + sizeof line;

  if (event.answers == 0 && !event.further && !record_.greeting && text_.afford(octets)) {
    record_.greeting = keep_reply(event);
    take_offers({}, event);
    return tell({.kind = TraceEvent::Kind::reply,
                 .side = Side::server,
                 .place = record_.greeting->place,
                 .reply = &*record_.greeting});
  }
  const bool asked_for = event.answers && *event.answers != 0;
  const std::size_t index = asked_for ? index_of(*event.answers) : unasked_exchange(event, octets);
  if (index == none) return;
  if (asked_for && !text_.afford(octets)) {
    ++record_.exchanges_left_out;
    return;
  }
  Exchange& exchange = record_.exchanges[index];
  take_offers(exchange.command ? exchange.command->verb : std::string_view{}, event);
  if (!exchange.reply && !is_untagged(event)) return first_reply(index, keep_reply(event), event);

  const ReplyRecord& further = exchange.more_replies.emplace_back(keep_reply(event));
  tell({.kind = TraceEvent::Kind::reply,
        .side = Side::server,
        .place = further.place,
        .exchange = &exchange,
        .reply = &further});
  if (exchange.command && answers_data(exchange.command->verb) && index < settled_)
    transactions_.settle_further(further);
}

/// Where the client's side is missing, IMAP's untagged responses and the tagged one behind them are one exchange.
std::size_t SessionRecorder::Recording::unasked_exchange(const ReplyEvent& event, std::uint64_t octets) {
  if (unasked_ != none && !event.tag.empty()) return is_untagged(event) ? unasked_ : std::exchange(unasked_, none);
  const std::size_t index = append_exchange(octets);
  if (is_untagged(event)) unasked_ = index;
  return index;
}

void SessionRecorder::Recording::first_reply(std::size_t index, ReplyRecord reply, const ReplyEvent& event) {
  Exchange& exchange = record_.exchanges[index];
  exchange.reply = std::move(reply);
  if (exchange.command && event.answers) {
    const std::optional<Timestamp> sent = exchange.command->sent;
    if (sent && event.first.time && *event.first.time >= *sent) exchange.latency = *event.first.time - *sent;
    note_outcome(exchange);
  }
  tell({.kind = TraceEvent::Kind::reply,
        .side = Side::server,
        .place = exchange.reply->place,
        .exchange = &exchange,
        .reply = &*exchange.reply});
  if (exchange.command) settle_up_to(index + 1);
}

/// What the reply to a command means for the session.
void SessionRecorder::Recording::note_outcome(const Exchange& exchange) {
  const std::string_view verb = exchange.command->verb;
  if (!exchange.reply->positive()) return;
  if (is_start_tls(verb)) {
    tls().accepted = true;
    tls().agreed = exchange.n;
  }
  if (verb == "XCLIENT" || verb == "XFORWARD") note_original_client(exchange.command->text, verb == "XCLIENT");
  if (!is_hello(verb)) return;
  hello_accepted_ = true;
  const std::string_view line = exchange.command->text;
  record_.hello = HelloRecord{verb, trim_blanks(line.substr(std::min(line.size(), line.find_first_of(" \t"))))};
}

void SessionRecorder::Recording::note_original_client(std::string_view line, bool replaces) {
  if (const auto client = read_client_attributes(line))
    record_.original_client = OriginalClient{*client, replaces ? "xclient" : "xforward"};
}

/// The last list counts: what a server offers changes with TLS and with the login.
void SessionRecorder::Recording::take_offers(std::string_view verb, const ReplyEvent& event) {
  const auto offers = read_offers(record_.protocol, verb, event);
  if (!offers) return;
  record_.extensions.clear();
  for (const Offer& offer : *offers) {
    std::uint64_t octets = sizeof(ExtensionRecord) + offer.keyword.size();
    for (const std::string_view argument : offer.arguments) octets += sizeof argument + argument.size();
    if (!text_.afford(octets)) return;
    ExtensionRecord& extension = record_.extensions.emplace_back();
    extension.keyword = text_.keep_upper(offer.keyword);
    for (const std::string_view argument : offer.arguments) extension.arguments.push_back(text_.keep(argument));
    if (offers_tls(offer.keyword)) tls().offered = true;
  }
}

void SessionRecorder::Recording::settle_up_to(std::size_t end) {
  while (settled_ < end) {
    if (is_smtp(record_.protocol)) transactions_.settle(record_.exchanges[settled_]);
    if (record_.protocol == Protocol::pop3) maildrop_.settle(record_.exchanges[settled_]);
    ++settled_;
    place_finished();
  }
}

void SessionRecorder::Recording::message_start(const MessageStart& start) {
  if (std::exchange(begun_behind_, replies_) != replies_) retrievals_before_ = record_.retrievals.size();
  message_.emplace(start, listener_.tap_message(record_, start), limits_);
  if (start.origin) partial_fetches_.start(start, record_, listener_);
  in_transit_ = {};
  in_transit_.moved_by = index_of(start.n);
  in_transit_.side = start.side;
  in_transit_.verb = text_.keep(start.verb);
  in_transit_.mailbox = text_.keep(start.mailbox);
  in_transit_.id = text_.keep(start.id);
  const Exchange* const exchange = in_transit_.moved_by == none ? nullptr : &record_.exchanges[in_transit_.moved_by];
  tell({.kind = TraceEvent::Kind::message_start,
        .side = start.side,
        .place = place_of(start.first, start.offset),
        .exchange = exchange});
}

void SessionRecorder::Recording::message_octets(std::string_view octets) {
  if (!message_) return;
  message_->push(octets);
  partial_fetches_.push(octets);
}

void SessionRecorder::Recording::message_gap(std::uint64_t length) {
  if (!message_) return;
  message_->gap(length);
  partial_fetches_.gap();
}

void SessionRecorder::Recording::message_end(MessageEnd end, std::uint64_t offset, const Stamp& stamp) {
  if (!message_) return;
  in_transit_.facts = message_->finish(end);
  in_transit_.tap = message_->take_tap();
  in_transit_.replies = replies_;
  message_.reset();
  tell({.kind = TraceEvent::Kind::message_end,
        .side = in_transit_.side,
        .place = place_of(stamp, offset),
        .message = &in_transit_.facts});
  finished_.push_back(std::exchange(in_transit_, {}));
  if (auto joined = partial_fetches_.end(end)) {
    FinishedMessage whole;
    const FinishedMessage& last = finished_.back();
    whole.moved_by = last.moved_by;
    whole.side = last.side;
    whole.verb = last.verb;
    whole.mailbox = last.mailbox;
    whole.id = last.id;
    whole.facts = std::move(joined->facts);
    whole.tap = std::move(joined->tap);
    whole.pieces = joined->pieces;
    whole.replies = last.replies;
    finished_.push_back(std::move(whole));
  }
  place_finished();
}

/// Messages find their transaction in the order in which they were sent, each when the command that moved it is
/// settled.
void SessionRecorder::Recording::place_finished() {
  std::size_t placed = 0;
  while (placed < finished_.size() && (finished_[placed].moved_by == none || finished_[placed].moved_by < settled_)) {
    place(finished_[placed++]);
  }
  finished_.erase(finished_.begin(), finished_.begin() + static_cast<std::ptrdiff_t>(placed));
}

void SessionRecorder::Recording::place(FinishedMessage& finished) {
  const bool beyond_limits = finished.moved_by == none && record_.exchanges_left_out > 0;
  std::uint64_t transaction = 0;
  std::uint64_t retrieval = 0;
  if (beyond_limits) {
    // Counted with the exchange that moved it.
  } else if (is_smtp(record_.protocol)) {
    const std::uint64_t n = finished.moved_by == none ? 0 : record_.exchanges[finished.moved_by].n;
    if (TransactionRecord* const owner = transactions_.owner_of_message(n)) {
      owner->message = finished.facts;
      transaction = owner->n;
    }
  } else if (text_.afford(sizeof(RetrievalRecord))) {
    RetrievalRecord& record = record_.retrievals.emplace_back();
    record.command = finished.verb;
    record.mailbox = finished.mailbox;
    record.id = finished.id;
    record.message = finished.facts;
    record.pieces = finished.pieces;
    retrieval = record_.retrievals.size();
  }
  if (finished.tap) finished.tap->finish(record_, finished.facts, transaction, retrieval);
}

void SessionRecorder::Recording::uid(std::string_view uid) {
  if (!text_.afford(uid.size())) return;
  const std::string_view kept = text_.keep(uid);
  for (std::size_t i = retrievals_before_; i < record_.retrievals.size(); ++i) record_.retrievals[i].id = kept;
  for (auto finished = finished_.rbegin(); finished != finished_.rend() && finished->replies == replies_; ++finished) {
    if (finished->side == Side::server) finished->id = kept;
  }
}

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
  tls_trail_.push(chunk);
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
  if (message_) message_end(MessageEnd::cut, 0, end.last);
  settle_up_to(record_.exchanges.size());
  record_.maildrop = maildrop_.finish();
  record_.ending = ending();
  tls_trail_.tell(record_.tls);
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
