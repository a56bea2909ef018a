// smtp-replay on what it did not record itself: the reader of session records takes any JSON, and every session that it
// makes of one is planned, or refused with a reason.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "require.hpp"
#include "smtp-replay/json_records.hpp"
#include "smtp-replay/plan.hpp"

namespace {

using namespace mailparse;

/// No record smuggles a second command into a line that is sent.
void check(const tools::Plan& plan) {
  for (const tools::PlanStep& step : plan.steps) {
    fuzz::require(step.shown.find_first_of("\r\n") == std::string::npos);
    if (step.kind == tools::StepKind::message || step.kind == tools::StepKind::chunk || step.wire.empty()) continue;
    fuzz::require(step.wire.find_first_of("\r\n") == step.wire.size() - 2 && step.wire.ends_with("\r\n"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto sessions = tools::read_json_records(text, "input", {});
  fuzz::require(sessions.has_value() || !sessions.error().empty());
  if (!sessions) return 0;
  for (const tools::RecordedSession& session : *sessions) {
    const auto plan = tools::make_plan(session, {});
    fuzz::require(plan.has_value() || !plan.error().reasons.empty());
    if (plan) check(*plan);
  }
  return 0;
}
