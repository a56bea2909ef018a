#include "smtp-replay/serve_run.hpp"

#include <fmt/format.h>

#include "common/interrupt.hpp"
#include "smtp-replay/live_record.hpp"

namespace mailparse::tools {
namespace {

using Clock = std::chrono::steady_clock;

/// So that a signal does not wait for a client.
constexpr std::chrono::milliseconds patience{200};

}  // namespace

ReplayStatus serve_sessions(const std::vector<RecordedSession>& sessions, const ReplayOptions& options,
                            const Messages& messages, const std::function<void(Played, const LiveRecord&)>& tell) {
  Listener listener;
  if (const auto ready = listener.listen(*options.listen); !ready) {
    messages.error(visible(ready.error().text));
    return ready.error().kind == NetworkError::Kind::forbidden ? ReplayStatus::refused : ReplayStatus::no_connection;
  }
  messages.warning(fmt::format("listening on {}", listener.address()));
  ReplayStatus status = ReplayStatus::same;
  const auto end = Clock::now() + options.load.duration;
  const std::uint64_t rounds = options.load.repeat * sessions.size();
  for (std::uint64_t round = 0; round < rounds && !interrupted();) {
    if (options.load.duration.count() > 0 && Clock::now() >= end) {
      messages.error(fmt::format("{} of {} sessions had no client in time", rounds - round, rounds));
      return graver(status, ReplayStatus::broken_off);
    }
    auto client = listener.accept(patience, options.play.timeout);
    if (!client) continue;
    const std::string name = fmt::format("client {}", client->address());
    LiveRecord live(listener.address());
    Served served = serve_client(sessions[round % sessions.size()], options.serve, *client, live);
    status = graver(status, served.result.status);
    tell({std::move(served.plan), std::move(served.result), name}, live);
    ++round;
  }
  return status;
}

}  // namespace mailparse::tools
