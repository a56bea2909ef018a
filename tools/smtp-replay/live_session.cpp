#include "smtp-replay/live_session.hpp"

#include <utility>

namespace mailparse::tools {
namespace {

ConversationStart start_of(std::optional<Endpoint> server) {
  ConversationStart start;
  start.id = 1;
  start.format = "live";
  start.server = std::move(server);
  start.first.time = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
  return start;
}

/// `lines` with each secret as "***"; from the back, so that offsets stay right.
std::vector<std::string> masked(const ReplyEvent& reply) {
  std::vector<std::string> lines(reply.lines.begin(), reply.lines.end());
  for (auto secret = reply.secrets.rbegin(); secret != reply.secrets.rend(); ++secret) {
    if (secret->line >= lines.size() || secret->offset > lines[secret->line].size()) continue;
    lines[secret->line].replace(secret->offset, secret->length, "***");
  }
  return lines;
}

}  // namespace

LiveSession::LiveSession(Protocol protocol, std::optional<Endpoint> server, TraceListener& listener)
    : recorder_(start_of(std::move(server)), protocol, std::nullopt, {}, listener),
      session_(*this, {.lmtp = protocol == Protocol::lmtp}) {}

Stamp LiveSession::now() const {
  return {std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()), 0, 0};
}

void LiveSession::feed(Side side, std::string_view octets) {
  std::uint64_t& offset = side == Side::client ? client_octets_ : server_octets_;
  session_.on_chunk({side, offset, octets, now()});
  offset += octets.size();
}

void LiveSession::on_reply(const ReplyEvent& reply) {
  recorder_.on_reply(reply);
  LiveReply live;
  live.reply = {reply.code.value_or(0), reply.enhanced, masked(reply)};
  if (!reply.lines.empty()) live.challenge = reply.lines.back();
  live.asked_for = reply.answers.has_value();
  live.at = *now().time;
  replies_.push_back(std::move(live));
}

std::optional<LiveReply> LiveSession::take_reply() {
  if (replies_.empty()) return std::nullopt;
  LiveReply reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

void LiveSession::closed(Side side) {
  session_.on_end(side, StreamEnd::closed, now());
}

void LiveSession::finish() {
  session_.finish();
  recorder_.finish({.last = now(), .client_octets = client_octets_, .server_octets = server_octets_});
}

}  // namespace mailparse::tools
