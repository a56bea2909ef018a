// --serve: the recorded server for live clients, one connection after the other.
#pragma once

#include <functional>
#include <vector>

#include "common/terminal.hpp"
#include "smtp-replay/live_record.hpp"
#include "smtp-replay/options.hpp"
#include "smtp-replay/recorded_session.hpp"
#include "smtp-replay/report.hpp"

namespace mailparse::tools {

/// Serves every session once, `options.load.repeat` times over; until then, until `options.load.duration` is over, or
/// until a signal comes. `tell` gets each conversation and its record. The address is told in `messages` once clients
/// may connect.
[[nodiscard]] ReplayStatus serve_sessions(const std::vector<RecordedSession>& sessions, const ReplayOptions& options,
                                          const Messages& messages,
                                          const std::function<void(Played, const LiveRecord&)>& tell);

}  // namespace mailparse::tools
