#include <algorithm>

#include <fmt/format.h>

#include "common/terminal.hpp"
#include "smtp-replay/report.hpp"

namespace mailparse::tools {
namespace {

/// Text of an XML attribute. Control octets and what is no UTF-8 were made visible first: XML 1.0 has no place for
/// them.
std::string xml(std::string_view text) {
  std::string escaped;
  for (const char octet : visible(text)) {
    switch (octet) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += octet;
        break;
    }
  }
  return escaped;
}

std::string suite(const Played& played) {
  const auto& [plan, result, target, reference] = played;
  const auto count = [&](Verdict verdict) { return std::ranges::count(result.steps, verdict, &StepResult::verdict); };
  const std::string name = xml(title(played));
  if (!result.error.empty()) {
    return fmt::format(
        "  <testsuite name=\"{0}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
        "    <testcase classname=\"{0}\" name=\"connect\"><error message=\"{1}\"/></testcase>\n  </testsuite>\n",
        name, xml(result.error));
  }
  std::string text = fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n",
                                 name, result.steps.size(), count(Verdict::differs), count(Verdict::not_comparable));
  for (std::size_t at = 0; at < result.steps.size(); ++at) {
    const StepResult& step = result.steps[at];
    text +=
        fmt::format("    <testcase classname=\"{}\" name=\"{} {}\"", name, plan.steps[at].n, xml(plan.steps[at].shown));
    if (step.latency) text += fmt::format(" time=\"{:.6f}\"", std::chrono::duration<double>(*step.latency).count());
    if (step.verdict == Verdict::same) {
      text += "/>\n";
    } else if (step.verdict == Verdict::differs) {
      text += fmt::format("><failure type=\"{}\" message=\"{}\"/></testcase>\n", to_string(step.kind), xml(step.why));
    } else {
      text += fmt::format("><skipped message=\"{}\"/></testcase>\n", xml(step.why));
    }
  }
  return text + "  </testsuite>\n";
}

}  // namespace

std::string junit_xml(const std::vector<Played>& all) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"smtp-replay\">\n";
  for (const Played& played : all) text += suite(played);
  return text + "</testsuites>\n";
}

std::string tap_text(const std::vector<Played>& all) {
  std::string text = fmt::format("TAP version 13\n1..{}\n", all.size());
  std::size_t number = 0;
  for (const Played& played : all) {
    const auto& [plan, result, target, reference] = played;
    const bool same = result.status == ReplayStatus::same;
    std::string name = visible(title(played));
    std::ranges::replace(name, '#', '_');  // what follows a '#' is a directive
    text += fmt::format("{} {} - {}\n", same ? "ok" : "not ok", ++number, name);
    if (!result.error.empty()) text += fmt::format("# {}\n", visible(result.error));
    for (std::size_t at = 0; at < result.steps.size(); ++at) {
      const StepResult& step = result.steps[at];
      if (step.verdict != Verdict::differs) continue;
      text += fmt::format("# {} {}: {}: {}\n", plan.steps[at].n, visible(plan.steps[at].shown), to_string(step.kind),
                          visible(step.why));
    }
  }
  return text;
}

}  // namespace mailparse::tools
