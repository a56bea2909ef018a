// What smtp-replay was asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/terminal.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/player.hpp"
#include "smtp-replay/server_player.hpp"
#include "smtp-replay/session_choice.hpp"

namespace mailparse::tools {

enum class ReplayOutput : std::uint8_t {
  text,  ///< side by side, for people
  json,  ///< records
  tap,   ///< Test Anything Protocol
};

struct ReplayOptions {
  std::vector<std::string> inputs;
  SessionChoice sessions;
  PlanOptions plan;
  PlayOptions play;
  std::string target;  ///< as given; empty: nothing is sent
  bool allow_data = false;
  std::optional<Target> listen;  ///< play the server here
  ServeOptions serve;
  std::uint64_t repeat = 1;
  std::chrono::milliseconds duration{};  ///< 0: no end
  ReplayOutput output = ReplayOutput::text;
  std::string junit;  ///< a file; empty: none
  ColorChoice color = ColorChoice::automatic;
};

/// The options, or how to end when there is nothing to run: help was asked for, or the usage is wrong. Both were told.
[[nodiscard]] std::variant<ReplayOptions, ReplayStatus> parse_replay_options(int argc, char** argv);

}  // namespace mailparse::tools
