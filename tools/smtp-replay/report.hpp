// What was planned and what came of it, for people, programs and test runners.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mailparse/json/json_writer.hpp>

#include "smtp-replay/plan.hpp"
#include "smtp-replay/player.hpp"

namespace mailparse::tools {

/// One session's plan and result, and the target as the user named it; of a served one "client ADDRESS".
struct Played {
  Plan plan;
  PlayResult result;
  std::string target;
  std::string reference{};  ///< the server that was compared with; empty: the record
};

/// "s-1 of FILE against TARGET", with the mutation and the server compared with.
[[nodiscard]] std::string title(const Played& played);

/// The exact octets of a plan and what is expected, a line each; control octets as escapes.
[[nodiscard]] std::string plan_text(const Plan& plan);
/// The record "plan", docs/schema/plan.json.
void write_plan(JsonWriter& writer, const Plan& plan);

/// Recorded and live replies side by side.
[[nodiscard]] std::string comparison_text(const Played& played, bool color);
/// The record "comparison", docs/schema/comparison.json.
void write_comparison(JsonWriter& writer, const Played& played);

/// All sessions as one JUnit file: a suite for each session, a case for each step.
[[nodiscard]] std::string junit_xml(const std::vector<Played>& all);
/// The Test Anything Protocol, version 13: a test for each session.
[[nodiscard]] std::string tap_text(const std::vector<Played>& all);

}  // namespace mailparse::tools
