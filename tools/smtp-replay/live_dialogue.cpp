#include "smtp-replay/live_dialogue.hpp"

#include <utility>

namespace mailparse::tools {
namespace {

/// A server that took one end of data for another has said so by then.
constexpr std::chrono::milliseconds settling{300};

}  // namespace

LiveDialogue::LiveDialogue(Protocol protocol, std::uint64_t number, std::chrono::milliseconds timeout, TlsOptions tls,
                           TraceListener& listener)
    : protocol_(protocol), number_(number), listener_(listener), connection_(timeout, std::move(tls)) {}

std::expected<void, NetworkError> LiveDialogue::open(const Target& target, bool implicit_tls) {
  auto connected = connection_.connect(target);
  if (connected && implicit_tls) connected = connection_.start_tls();
  if (!connected) return connected;
  LiveEnds ends;
  ends.number = number_;
  if (target.unix_path.empty()) ends.server = Endpoint{connection_.address(), target.port};
  ends.secured = implicit_tls;
  session_.emplace(protocol_, std::move(ends), listener_);
  return {};
}

void LiveDialogue::finish() {
  session_->finish();
}

void LiveDialogue::send(std::string_view octets, std::span<const std::uint64_t> borders) {
  if (!alive_) return;
  session_->feed(Side::client, octets);
  std::expected<void, NetworkError> written;
  for (std::size_t at = 0, next = 0; at < octets.size() && written; at = next) {
    while (!borders.empty() && borders.front() <= at) borders = borders.subspan(1);
    next = borders.empty() ? octets.size() : std::min<std::size_t>(borders.front(), octets.size());
    written = connection_.write(octets.substr(at, next - at));
  }
  // A server that closes while we write has often said why: that is still to be read.
  if (written || written.error().kind != NetworkError::Kind::timeout) return;
  alive_ = false;
  timed_out_ = true;
  end_reason_ = written.error().text;
}

bool LiveDialogue::receive() {
  return alive_ && take(connection_.read());
}

bool LiveDialogue::take(std::expected<std::string_view, NetworkError> octets) {
  if (octets) {
    session_->feed(Side::server, *octets);
    return true;
  }
  alive_ = false;
  timed_out_ = octets.error().kind == NetworkError::Kind::timeout;
  end_reason_ = octets.error().text;
  if (!timed_out_) session_->closed(Side::server);
  return false;
}

std::optional<LiveReply> LiveDialogue::waiting_reply() {
  if (ahead_) return std::exchange(ahead_, std::nullopt);
  return session_->take_reply();
}

std::optional<LiveReply> LiveDialogue::next_reply() {
  for (;;) {
    if (auto reply = waiting_reply()) return reply;
    if (!receive()) return waiting_reply();
    if (auto reply = waiting_reply()) return reply;
    settle();
  }
}

std::optional<LiveReply> LiveDialogue::arrived_reply() {
  if (auto reply = waiting_reply()) return reply;
  if (connection_.readable()) receive();
  return waiting_reply();
}

/// Octets came and are no reply yet: more of it comes, or the session waits for what follows it.
void LiveDialogue::settle() {
  auto octets = connection_.read(settling);
  if (!octets && octets.error().kind == NetworkError::Kind::timeout) return session_->settle();
  take(std::move(octets));
}

bool LiveDialogue::octets_wait() {
  if (!ahead_) ahead_ = session_->take_reply();
  return ahead_.has_value() || (alive_ && connection_.readable());
}

std::string LiveDialogue::start_tls() {
  if (octets_wait()) return "octets in clear came behind the reply to STARTTLS";
  const auto shaken = connection_.start_tls();
  return shaken ? std::string() : shaken.error().text;
}

std::string_view LiveDialogue::last_message() const noexcept {
  return session_->messages().empty() ? std::string_view{} : std::string_view(session_->messages().back());
}

void LiveDialogue::read_message() {
  while (session_->in_message() && receive()) {
  }
}

}  // namespace mailparse::tools
