// Plays one plan against a live server and judges every step.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/trace/trace_listener.hpp>

#include "smtp-replay/comparison.hpp"
#include "smtp-replay/connection.hpp"
#include "smtp-replay/pace.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/sasl_client.hpp"
#include "smtp-replay/step_result.hpp"

namespace mailparse::tools {

struct PlayResult {
  ReplayStatus status = ReplayStatus::same;
  std::string error;              ///< why there was no conversation at all
  std::string address;            ///< connected to
  std::string tls_version;        ///< empty: plain
  std::vector<StepResult> steps;  ///< one for each step of the plan; empty where there was no conversation
  std::optional<std::size_t> first_difference;  ///< index into `steps`
  std::vector<std::string> notes;
  std::string smuggled;  ///< what became of a hidden mail; empty: there was none
};

/// What a difference leads to.
enum class OnMismatch : std::uint8_t {
  go_on,  ///< as far as the server goes along
  stop,   ///< QUIT
  reset,  ///< RSET, and on with the next transaction
};

struct PlayOptions {
  Target target;
  bool other_host = false;    ///< the host was allowed by name and may be another machine
  bool implicit_tls = false;  ///< TLS from the first octet
  TlsOptions tls;
  std::chrono::milliseconds timeout{10'000};  ///< for every single wait
  OnMismatch on_mismatch = OnMismatch::go_on;
  double max_latency_ratio = 0;  ///< 0: latency does not count
  Pace pace;
  bool preserve_segments = false;  ///< writes begin where the record's segments began
  std::optional<Credentials> credentials;
  CompareLevels levels;
  Masks masks;
};

/// `live` receives the record of the live conversation, if there was one.
[[nodiscard]] PlayResult play(const Plan& plan, const PlayOptions& options, TraceListener& live);

}  // namespace mailparse::tools
