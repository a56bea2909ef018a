#include "smtp-replay/live_session.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <mailparse/session/imap_session.hpp>
#include <mailparse/session/pop3_session.hpp>
#include <mailparse/session/smtp_session.hpp>

namespace mailparse::tools {
namespace {

constexpr std::string_view mask = "***";
constexpr std::size_t most_untagged = 100'000;

ConversationStart start_of(LiveEnds ends) {
  ConversationStart start;
  start.id = ends.number;
  start.format = "live";
  start.client = std::move(ends.client);
  start.server = std::move(ends.server);
  start.first.time = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
  return start;
}

/// `lines` with each secret as "***"; from the back, so that offsets stay right.
void mask_secrets(std::span<const SecretRange> secrets, std::span<std::string> lines) {
  for (auto secret = secrets.rbegin(); secret != secrets.rend(); ++secret) {
    if (secret->line >= lines.size() || secret->offset > lines[secret->line].size()) continue;
    lines[secret->line].replace(secret->offset, secret->length, mask);
  }
}

}  // namespace

std::uint64_t number_of(std::string_view id) noexcept {
  std::uint64_t number = 0;
  if (!id.starts_with("s-")) return 1;
  const auto [end, error] = std::from_chars(id.data() + 2, id.data() + id.size(), number);
  return error == std::errc{} && end == id.data() + id.size() && number > 0 ? number : 1;
}

LiveSession::LiveSession(Protocol protocol, LiveEnds ends, TraceListener& listener)
    : recorder_(start_of(ends), protocol, std::nullopt, {}, listener) {
  if (protocol == Protocol::pop3) {
    Pop3SessionOptions options;
    options.secured = ends.secured;
    session_ = std::make_unique<Pop3Session>(*this, options);
    return;
  }
  if (protocol == Protocol::imap) {
    ImapSessionOptions options;
    options.secured = ends.secured;
    session_ = std::make_unique<ImapSession>(*this, options);
    return;
  }
  SmtpSessionOptions options;
  options.lmtp = protocol == Protocol::lmtp;
  auto smtp = std::make_unique<SmtpSession>(*this, options);
  smtp_ = smtp.get();
  session_ = std::move(smtp);
}

LiveSession::~LiveSession() = default;

Stamp LiveSession::now() {
  return {std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()), 0, 0};
}

void LiveSession::feed(Side side, std::string_view octets) {
  std::uint64_t& offset = side == Side::client ? client_octets_ : server_octets_;
  const std::uint64_t at = offset;
  offset += octets.size();
  session_->on_chunk({side, at, octets, now()});
}

void LiveSession::settle() {
  if (smtp_ != nullptr) smtp_->settle();
}

void LiveSession::on_command(const CommandEvent& command) {
  recorder_.on_command(command);
  std::string shown(command.text);
  mask_secrets(command.secrets, std::span(&shown, 1));
  commands_.push_back(
      {std::string(command.verb), std::string(command.text), std::move(shown), command.offset + command.length});
}

void LiveSession::on_reply(const ReplyEvent& reply) {
  recorder_.on_reply(reply);
  LiveReply live;
  live.reply = {reply.code.value_or(0), reply.enhanced, {}, std::string(reply.status)};
  live.reply.text.assign(reply.lines.begin(), reply.lines.end());
  mask_secrets(reply.secrets, live.reply.text);
  if (reply.tag == "*" && reply.answers != 0) {
    if (untagged_.size() < most_untagged) untagged_.push_back(untagged_line(live.reply));
    return;
  }
  if (!reply.tag.empty() && reply.tag != "+" && reply.tag != "*") {
    if (live.reply.text.empty()) live.reply.text.emplace_back();
    std::ranges::move(untagged_, std::back_inserter(live.reply.text));
    untagged_.clear();
  }
  if (!reply.lines.empty()) live.challenge = reply.lines.back();
  live.asked_for = reply.answers.has_value();
  live.at = reply.last.time ? *reply.last.time : *now().time;  // told later, where the session waited for more
  replies_.push_back(std::move(live));
}

void LiveSession::on_message_start(const MessageStart& start) {
  recorder_.on_message_start(start);
  messages_.emplace_back();
  in_message_ = true;
}

void LiveSession::on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  recorder_.on_message_octets(octets, offset, stamp);
  if (messages_.empty() || kept_octets_ + octets.size() > most_message_octets) return;
  kept_octets_ += octets.size();
  messages_.back() += octets;
}

void LiveSession::on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset,
                                 const Stamp& stamp) {
  recorder_.on_message_end(end, n, offset, stamp);
  in_message_ = false;
}

std::optional<LiveReply> LiveSession::take_reply() {
  if (replies_.empty()) return std::nullopt;
  LiveReply reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

std::optional<LiveCommand> LiveSession::take_command() {
  if (commands_.empty()) return std::nullopt;
  LiveCommand command = std::move(commands_.front());
  commands_.pop_front();
  return command;
}

void LiveSession::closed(Side side) {
  end(side, StreamEnd::closed);
}

void LiveSession::end(Side side, StreamEnd how) {
  if (std::exchange(ended_[static_cast<std::size_t>(side)], true)) return;
  session_->on_end(side, how, now());
}

void LiveSession::finish() {
  // The session decides what still waits once both sides have ended.
  end(Side::client, StreamEnd::closed);
  end(Side::server, StreamEnd::cut);
  recorder_.finish({.last = now(), .client_octets = client_octets_, .server_octets = server_octets_});
}

}  // namespace mailparse::tools
