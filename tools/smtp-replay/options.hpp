// What smtp-replay was asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/resource_options.hpp"
#include "common/terminal.hpp"
#include "smtp-replay/load_run.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/player.hpp"
#include "smtp-replay/server_player.hpp"
#include "smtp-replay/session_choice.hpp"

namespace mailparse::tools {

enum class ReplayOutput : std::uint8_t {
  text,        ///< side by side, for people
  json,        ///< records
  tap,         ///< Test Anything Protocol
  transcript,  ///< the live conversations as "C:" and "S:" lines
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
  LoadOptions load;                         ///< its repeat and duration hold for --serve too
  bool load_asked = false;                  ///< a summary of many replays in place of each one's report
  std::vector<std::string_view> mutations;  ///< each is played besides
  std::optional<Target> compare_with;       ///< a second server, compared with the first
  std::string compare_with_text;            ///< as given
  std::string update;                       ///< file for the live sessions; empty: none
  ReplayOutput output = ReplayOutput::text;
  std::string junit;  ///< a file; empty: none
  ResourceOptions resources;
  ColorChoice color = ColorChoice::automatic;
};

/// The options, or how to end when there is nothing to run: help was asked for, or the usage is wrong. Both were told.
[[nodiscard]] std::variant<ReplayOptions, ReplayStatus> parse_replay_options(int argc, char** argv);

}  // namespace mailparse::tools
