#include <algorithm>

#include <fmt/format.h>

#include "common/terminal.hpp"
#include "smtp-replay/report.hpp"

namespace mailparse::tools {
namespace {

constexpr std::size_t column = 52;
constexpr std::size_t most_lines_shown = 24;
constexpr std::size_t longest_line_shown = 160;

std::string line_of(const RecordedReply& reply, std::size_t line) {
  return visible(reply_line(reply, line));
}

std::vector<std::string> lines_of(const std::vector<RecordedReply>& replies) {
  std::vector<std::string> lines;
  for (const RecordedReply& reply : replies) {
    for (std::size_t line = 0; line < std::max<std::size_t>(reply.text.size(), 1); ++line)
      lines.push_back(line_of(reply, line));
  }
  return lines;
}

std::string summary_of(const std::vector<RecordedReply>& replies) {
  if (replies.empty()) return "no reply";
  const RecordedReply& first = replies.front();
  std::string text = line_of(first, first.text.empty() ? 0 : first.text.size() - 1);
  if (first.text.size() > 1) text = fmt::format("{} ({} lines)", code_text(first), first.text.size());
  if (replies.size() > 1) text += fmt::format(" and {} more", replies.size() - 1);
  return text;
}

class Style {
 public:
  explicit Style(bool color) : color_(color) {}
  [[nodiscard]] std::string operator()(std::string_view code, std::string_view text) const {
    return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }

 private:
  bool color_;
};

std::string step_text(const PlanStep& step, const StepResult& result, const Style& style) {
  const std::string what = visible(step.shown);
  switch (result.verdict) {
    case Verdict::same:
      return fmt::format("{:>4} {}  {:<{}}  {}\n", step.n, style("32", "="), what, column - 10,
                         summary_of(result.live));
    case Verdict::not_comparable: {
      const std::string_view sent = result.sent ? "" : ", not sent";
      return style("2", fmt::format("{:>4} -  {:<{}}  not comparable{}: {}", step.n, what, column - 10, sent,
                                    visible(result.why))) +
             "\n";
    }
    case Verdict::differs:
      break;
  }
  std::string text = fmt::format("{:>4} {}  {:<{}}  {}\n", step.n, style("31", "!"), what, column - 10,
                                 style("31", fmt::format("{}: {}", to_string(result.kind), visible(result.why))));
  const auto recorded = lines_of(step.expected);
  const auto live = lines_of(result.live);
  text += fmt::format("        {:<{}} | {}\n", "recorded", column, "live");
  for (std::size_t line = 0; line < std::max(recorded.size(), live.size()); ++line) {
    const std::string left = line < recorded.size() ? recorded[line] : "";
    const std::string right = line < live.size() ? live[line] : "";
    const std::string row = fmt::format("        {:<{}} | {}", left, column, right);
    text += (left == right ? row : style("33", row)) + "\n";
  }
  return text;
}

/// What is sent, each line of it on a line of its own; the end of what is long is left to --json.
std::string octets_text(std::string_view octets) {
  std::string text;
  const std::size_t size = octets.size();
  for (std::size_t line = 0; !octets.empty(); ++line) {
    const std::size_t end = std::min(octets.find('\n'), octets.size() - 1) + 1;
    if (line == most_lines_shown) {
      text += fmt::format("\n       ... {} octets in all (--json shows them)", size);
      break;
    }
    if (line > 0) text += "\n       ";
    text += visible(octets.substr(0, std::min(end, longest_line_shown)));
    if (end > longest_line_shown) text += fmt::format(" ... (line of {} octets)", end);
    octets.remove_prefix(end);
  }
  return text;
}

}  // namespace

std::string plan_text(const Plan& plan) {
  std::string text = fmt::format("session {} of {} ({}): {} steps\n", plan.session, visible(plan.file),
                                 to_string(plan.protocol), plan.steps.size());
  for (const std::string& note : plan.notes) text += fmt::format("     note: {}\n", visible(note));
  for (const PlanStep& step : plan.steps) {
    const bool secret = step.kind == StepKind::auth;
    const std::string octets = secret ? visible(step.shown) : octets_text(step.wire);
    text += fmt::format("{:>4} {} {}\n", step.n, step.joins ? "+" : ">",
                        step.kind == StepKind::greeting ? step.shown : octets);
    for (const std::string& line : lines_of(step.expected)) text += fmt::format("     < {}\n", line);
    if (step.expected.empty()) text += "     < (the record shows no reply)\n";
  }
  return text;
}

std::string title(const Played& played) {
  std::string text = fmt::format("{} of {} against {}", played.plan.session, played.plan.file, played.target);
  if (!played.reference.empty()) text += fmt::format(" compared with {}", played.reference);
  if (!played.plan.mutation.empty()) text += fmt::format(", {}", played.plan.mutation);
  return text;
}

std::string comparison_text(const Played& played, bool color) {
  const Style style(color);
  const auto& [plan, result, target, reference] = played;
  std::string text = fmt::format("session {}", visible(title(played)));
  if (!result.address.empty()) text += fmt::format(" ({})", result.address);
  if (!result.tls_version.empty()) text += fmt::format(", {}", result.tls_version);
  text += '\n';
  for (const auto* notes : {&plan.notes, &result.notes}) {
    for (const std::string& note : *notes) text += fmt::format("     note: {}\n", visible(note));
  }
  if (!result.error.empty()) return text + style("31", fmt::format("     {}\n", visible(result.error)));
  for (std::size_t at = 0; at < result.steps.size(); ++at) text += step_text(plan.steps[at], result.steps[at], style);
  if (result.first_difference) {
    const PlanStep& step = plan.steps[*result.first_difference];
    text += style("31", fmt::format("differs, first at {} {}", step.n, visible(step.shown))) + "\n";
  } else {
    text += style("32", "same") + "\n";
  }
  std::vector<std::string> masks;
  for (const StepResult& step : result.steps) masks.insert(masks.end(), step.masks.begin(), step.masks.end());
  std::ranges::sort(masks);
  masks.erase(std::ranges::unique(masks).begin(), masks.end());
  if (!result.smuggled.empty()) text += fmt::format("the hidden mail: {}\n", result.smuggled);
  if (!masks.empty()) text += fmt::format("masked: {}\n", fmt::join(masks, ", "));
  return text;
}

}  // namespace mailparse::tools
