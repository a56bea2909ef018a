#include "smtp-replay/mutations.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

namespace mailparse::tools {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view end_of_data = "\r\n.\r\n";
constexpr std::size_t long_line_octets = 5000;
/// So long the server may take to tell of a mail that it found in another one.
constexpr std::chrono::milliseconds settling{300};

/// An end of data that only a lax server takes for one. RFC 5321 2.3.8, 4.1.1.4.
struct Ending {
  std::string_view name;
  std::string_view octets;
};
constexpr std::array<Ending, 11> endings{{
    {"smuggle-lf-dot-lf", "\n.\n"},
    {"smuggle-lf-dot-crlf", "\n.\r\n"},
    {"smuggle-crlf-dot-lf", "\r\n.\n"},
    {"smuggle-lf-dot-cr", "\n.\r"},
    {"smuggle-crlf-dot-cr", "\r\n.\r"},
    {"smuggle-cr-dot-lf", "\r.\n"},
    {"smuggle-cr-dot-crlf", "\r.\r\n"},
    {"smuggle-cr-dot-cr", "\r.\r"},
    {"smuggle-nul-dot", {"\r\n\0.\r\n", 6}},
    {"smuggle-dot-nul", {"\r\n.\0\r\n", 6}},
    {"smuggle-dot-blank", "\r\n. \r\n"},
}};

constexpr std::array<Mutation, 18> all{{
    {"bare-lf", "lines of the message end in LF"},
    {"bare-cr", "lines of the message end in CR"},
    {"bare-lf-commands", "command lines end in LF"},
    {"split-octets", "every octet is a write of its own"},
    {"early-pipelining", "nothing waits: all commands up to DATA go out before the greeting's reply to EHLO"},
    {"long-line", "the message has a line of 5,000 octets"},
    {"long-command", "a NOOP of 5,000 octets goes first"},
    {"smuggle-lf-dot-lf", "a second mail behind LF . LF"},
    {"smuggle-lf-dot-crlf", "a second mail behind LF . CRLF"},
    {"smuggle-crlf-dot-lf", "a second mail behind CRLF . LF"},
    {"smuggle-lf-dot-cr", "a second mail behind LF . CR"},
    {"smuggle-crlf-dot-cr", "a second mail behind CRLF . CR"},
    {"smuggle-cr-dot-lf", "a second mail behind CR . LF"},
    {"smuggle-cr-dot-crlf", "a second mail behind CR . CRLF"},
    {"smuggle-cr-dot-cr", "a second mail behind CR . CR"},
    {"smuggle-nul-dot", "a second mail behind CRLF NUL . CRLF"},
    {"smuggle-dot-nul", "a second mail behind CRLF . NUL CRLF"},
    {"smuggle-dot-blank", "a second mail behind CRLF . SP CRLF"},
}};

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = std::min(text.find(from, at), text.size());
    result += text.substr(at, found - at);
    if (found == text.size()) break;
    result += to;
    at = found + from.size();
  }
  return result;
}

PlanStep* find_kind(Plan& plan, StepKind kind) {
  const auto found = std::ranges::find(plan.steps, kind, &PlanStep::kind);
  return found == plan.steps.end() ? nullptr : &*found;
}

void renumber(Plan& plan) {
  for (std::size_t at = 0; at < plan.steps.size(); ++at) plan.steps[at].n = at + 1;
}

/// The lines of the first message end in `end`; its end of data stays as it should be.
bool end_lines_in(Plan& plan, std::string_view end) {
  PlanStep* const message = find_kind(plan, StepKind::message);
  if (message == nullptr || !message->wire.ends_with(end_of_data)) return false;
  const std::string_view lines(message->wire.data(), message->wire.size() - end_of_data.size());
  message->wire = replaced(lines, crlf, end) + std::string(end_of_data);
  message->borders.clear();
  return true;
}

bool end_commands_in_lf(Plan& plan) {
  for (PlanStep& step : plan.steps) {
    if (step.kind == StepKind::command || step.kind == StepKind::data) step.wire = replaced(step.wire, crlf, "\n");
    step.borders.clear();
  }
  return true;
}

bool split_octets(Plan& plan) {
  for (PlanStep& step : plan.steps) {
    step.borders.resize(step.wire.size());
    std::iota(step.borders.begin(), step.borders.end(), std::uint64_t{0});
  }
  return true;
}

/// RFC 2920 3.1 wants EHLO answered first.
bool pipeline_early(Plan& plan) {
  for (std::size_t at = 1; at < plan.steps.size(); ++at) {
    const StepKind kind = plan.steps[at].kind;
    if (kind != StepKind::command && kind != StepKind::data) break;
    plan.steps[at].joins = plan.steps[at].joins_always = true;
    if (kind == StepKind::data) break;
  }
  return true;
}

bool add_long_line(Plan& plan) {
  PlanStep* const message = find_kind(plan, StepKind::message);
  if (message == nullptr || !message->wire.ends_with(end_of_data)) return false;
  message->wire.insert(message->wire.size() - end_of_data.size() + crlf.size(),
                       std::string(long_line_octets, 'x') + std::string(crlf));
  return true;
}

bool add_long_command(Plan& plan) {
  const auto mail = std::ranges::find(plan.steps, "MAIL", &PlanStep::verb);
  if (mail == plan.steps.end()) return false;
  PlanStep noop;
  noop.verb = "NOOP";
  noop.wire = "NOOP " + std::string(long_line_octets, 'x') + std::string(crlf);
  noop.shown = fmt::format("NOOP (and {} octets)", long_line_octets);
  mail->joins = false;
  plan.steps.insert(mail, std::move(noop));
  return true;
}

/// A second mail, to the same recipient, behind `ending` in the first message.
bool smuggle(Plan& plan, std::string_view ending) {
  PlanStep* const message = find_kind(plan, StepKind::message);
  if (message == nullptr || !message->wire.ends_with(end_of_data)) return false;
  const auto taken = std::ranges::find_if(plan.steps, [](const PlanStep& step) { return step.recipient.has_value(); });
  if (taken == plan.steps.end()) return false;
  std::string wire = message->wire.substr(0, message->wire.size() - end_of_data.size());
  wire += ending;
  wire += fmt::format("MAIL FROM:<smuggled@example.test>\r\nRCPT TO:<{}>\r\nDATA\r\n", *taken->recipient);
  wire += "Subject: smuggled by smtp-replay\r\n\r\nThis message was hidden in another one.";
  wire += end_of_data;
  message->wire = std::move(wire);
  message->borders.clear();
  message->settle = settling;
  return true;
}

bool apply(Plan& plan, std::string_view name) {
  if (name == "bare-lf") return end_lines_in(plan, "\n");
  if (name == "bare-cr") return end_lines_in(plan, "\r");
  if (name == "bare-lf-commands") return end_commands_in_lf(plan);
  if (name == "split-octets") return split_octets(plan);
  if (name == "early-pipelining") return pipeline_early(plan);
  if (name == "long-line") return add_long_line(plan);
  if (name == "long-command") return add_long_command(plan);
  const auto ending = std::ranges::find(endings, name, &Ending::name);
  return ending != endings.end() && smuggle(plan, ending->octets);
}

}  // namespace

std::span<const Mutation> mutations() noexcept {
  return all;
}

std::vector<std::string_view> find_mutations(std::string_view name) {
  std::vector<std::string_view> found;
  for (const Mutation& mutation : all) {
    const bool smuggles = name == "smuggle" && mutation.name.starts_with("smuggle-");
    if (name == "all" || smuggles || name == mutation.name) found.push_back(mutation.name);
  }
  return found;
}

std::optional<Plan> mutate(const Plan& plan, std::string_view mutation) {
  if (plan.protocol != Protocol::smtp && plan.protocol != Protocol::lmtp) return std::nullopt;
  Plan changed = plan;
  if (!apply(changed, mutation)) return std::nullopt;
  changed.mutation = mutation;
  renumber(changed);
  return changed;
}

}  // namespace mailparse::tools
