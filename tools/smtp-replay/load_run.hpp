// Many replays at once: how many a second, how long each verb takes, what fails.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <mailparse/json/json_writer.hpp>

#include "smtp-replay/plan.hpp"
#include "smtp-replay/player.hpp"

namespace mailparse::tools {

struct LoadOptions {
  std::uint64_t connections = 1;         ///< at the same time
  std::uint64_t repeat = 1;              ///< all plans so many times
  std::chrono::milliseconds duration{};  ///< no replay begins later; 0: no end
  double rate = 0;                       ///< replays that begin in a second; 0: as many as there can be
};

/// Latencies of one verb, in seconds.
struct LatencySummary {
  std::uint64_t count = 0;
  double least = 0, median = 0, p90 = 0, p95 = 0, p99 = 0, most = 0;
};

struct LoadResult {
  std::uint64_t sessions = 0;  ///< that were played
  std::uint64_t same = 0;
  double seconds = 0;
  std::map<std::string, LatencySummary> latencies;  ///< by verb; "session" from connect to the end
  std::map<std::string, std::uint64_t>
      differences;  ///< sessions by the kind of their first difference, or "no-connection"
  ReplayStatus status = ReplayStatus::same;
};

/// Sorts `seconds`.
[[nodiscard]] LatencySummary summarize(std::vector<double>& seconds);

/// Plays `plans` in turn, each connection in a thread of its own; ends early at a signal.
[[nodiscard]] LoadResult run_load(const std::vector<Plan>& plans, const PlayOptions& play_options,
                                  const LoadOptions& options);

[[nodiscard]] std::string load_text(const LoadResult& result, const std::string& target);
/// The record "load", docs/schema/load.json.
void write_load(JsonWriter& writer, const LoadResult& result, const std::string& target, const LoadOptions& options);

}  // namespace mailparse::tools
