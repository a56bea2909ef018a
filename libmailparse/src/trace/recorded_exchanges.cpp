#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/session/smtp_command.hpp>

#include "trace/offers.hpp"
#include "trace/original_client.hpp"
#include "trace/session_recording.hpp"

namespace mailparse {
namespace {

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

}  // namespace

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

std::span<const ParameterRecord> SessionRecorder::Recording::keep_parameters(const SmtpCommand& command) {
  const std::span<ParameterRecord> kept = record_.arena.make<ParameterRecord>(command.parameters.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const EsmtpParameter& parameter = command.parameters[i];
    kept[i].keyword = text_.keep_upper(parameter.keyword);
    if (parameter.value) kept[i].value = text_.keep(*parameter.value);
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
  const std::span<std::string_view> text = record_.arena.make<std::string_view>(event.lines.size());
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = text_.keep_masked(event.lines[i], event.secrets, i);
  reply.text = text;
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
    if (sent && event.first.time && *event.first.time >= *sent) exchange.latency = elapsed(*sent, *event.first.time);
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
  record_.extensions.reserve(offers->size());
  for (const Offer& offer : *offers) {
    std::uint64_t octets = sizeof(ExtensionRecord) + offer.keyword.size();
    for (const std::string_view argument : offer.arguments) octets += sizeof argument + argument.size();
    if (!text_.afford(octets)) return;
    ExtensionRecord& extension = record_.extensions.emplace_back();
    extension.keyword = text_.keep_upper(offer.keyword);
    const std::span<std::string_view> arguments = record_.arena.make<std::string_view>(offer.arguments.size());
    std::ranges::transform(offer.arguments, arguments.begin(),
                           [this](std::string_view text) { return text_.keep(text); });
    extension.arguments = arguments;
    if (offers_tls(offer.keyword)) tls().offered = true;
  }
}

void SessionRecorder::Recording::settle_up_to(std::size_t end) {
  while (settled_ < end) {
    if (is_smtp()) transactions_.settle(record_.exchanges[settled_]);
    if (record_.protocol == Protocol::pop3) maildrop_.made().settle(record_.exchanges[settled_]);
    ++settled_;
    place_finished();
  }
}

}  // namespace mailparse
