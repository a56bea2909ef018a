#include <algorithm>

#include <mailparse/json/names.hpp>
#include <mailparse/json/schema_version.hpp>

#include "smtp-replay/report.hpp"

namespace mailparse::tools {
namespace {

namespace names = mailparse::names;

double seconds(std::chrono::nanoseconds span) noexcept {
  return std::chrono::duration<double>(span).count();
}

std::string_view outcome_of(const PlayResult& result) noexcept {
  switch (result.status) {
    case ReplayStatus::same:
      return "same";
    case ReplayStatus::differs:
      return "differs";
    case ReplayStatus::no_connection:
      return "no-connection";
    case ReplayStatus::refused:
      return "refused";
    default:
      return "broken-off";
  }
}

void write_replies(JsonWriter& writer, std::string_view name, const std::vector<RecordedReply>& replies) {
  writer.begin_array(name);
  for (const RecordedReply& reply : replies) {
    writer.begin_object();
    if (reply.status.empty()) {
      writer.uint(names::code, reply.code);
    } else {
      writer.string(names::status, reply.status);
    }
    writer.strings(names::text, reply.text);
    writer.end_object();
  }
  writer.end_array();
}

void write_head(JsonWriter& writer, std::string_view record, const Plan& plan) {
  writer.string(names::record, record);
  writer.uint(names::schema, schema_version);
  writer.string(names::session, plan.session);
  writer.string(names::file, plan.file);
  writer.string(names::protocol, to_string(plan.protocol));
  if (!plan.mutation.empty()) writer.string("mutation", plan.mutation);
}

void write_step_head(JsonWriter& writer, const PlanStep& step) {
  writer.uint(names::n, step.n);
  writer.string(names::verb, step.verb);
  writer.string(names::text, step.shown);
  if (step.recipient) writer.string("recipient", *step.recipient);
  if (step.joins) writer.boolean("joins", true);
}

void write_result(JsonWriter& writer, const PlanStep& step, const StepResult& result) {
  writer.begin_object();
  write_step_head(writer, step);
  writer.string("verdict", to_string(result.verdict));
  if (result.kind != DifferenceKind::none) writer.string(names::kind, to_string(result.kind));
  if (!result.why.empty()) writer.string("why", result.why);
  if (!result.said.empty()) writer.string("said", result.said);
  writer.boolean("sent", result.sent);
  writer.string("level", to_string(result.level));
  write_replies(writer, "expected", step.expected);
  write_replies(writer, "live", result.live);
  writer.strings_if("masks", result.masks);
  if (result.latency) writer.number(names::latency_s, seconds(*result.latency));
  if (step.recorded_latency) writer.number("recorded_latency_s", seconds(*step.recorded_latency));
  writer.end_object();
}

}  // namespace

void write_plan(JsonWriter& writer, const Plan& plan) {
  writer.begin_object();
  write_head(writer, "plan", plan);
  writer.begin_array("steps");
  for (const PlanStep& step : plan.steps) {
    writer.begin_object();
    write_step_head(writer, step);
    if (step.kind != StepKind::auth) writer.string("octets", step.wire);
    write_replies(writer, "expected", step.expected);
    if (step.recorded_latency) writer.number("recorded_latency_s", seconds(*step.recorded_latency));
    writer.end_object();
  }
  writer.end_array();
  writer.strings_if("notes", plan.notes);
  writer.end_object();
  writer.end_line();
}

void write_comparison(JsonWriter& writer, const Played& played) {
  const auto& [plan, result, target, reference] = played;
  writer.begin_object();
  write_head(writer, "comparison", plan);
  writer.string("target", target);
  if (!reference.empty()) writer.string("compared_with", reference);
  writer.string_if(names::smuggled, result.smuggled);
  writer.string_if(names::address, result.address);
  writer.string_if(names::tls, result.tls_version);
  writer.string(names::outcome, outcome_of(result));
  if (!result.error.empty()) writer.string("error", result.error);
  if (result.first_difference) writer.uint("first_difference", plan.steps[*result.first_difference].n);
  writer.begin_array("steps");
  for (std::size_t at = 0; at < result.steps.size(); ++at) write_result(writer, plan.steps[at], result.steps[at]);
  writer.end_array();
  std::vector<std::string> notes = plan.notes;
  notes.insert(notes.end(), result.notes.begin(), result.notes.end());
  writer.strings_if("notes", notes);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse::tools
