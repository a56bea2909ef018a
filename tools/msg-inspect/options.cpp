#include "msg-inspect/options.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "common/limit_options.hpp"
#include "common/sandbox.hpp"

namespace mailparse::tools {
namespace {

constexpr auto description = "Shows what a mail message is made of, the way it took, and what is wrong with it.";

constexpr auto example =
    R"(Inputs are messages, mbox files, Maildir and MH folders and whole trees, gzip and zstd files too; "-" or none is
standard input.

Examples:
  msg-inspect suspicious.eml
  msg-inspect --json Maildir/ | jq -r '[.date.utc, .subject, (.attachments|length)] | @tsv'
  msg-inspect --part 2.1 report.eml > annex.pdf
  msg-inspect --extract out/ --fail-on error archive.mbox.zst

Exit status: 0 done, 1 a finding of the severity of --fail-on or above, 2 usage, input or output error.)";

template <typename Value>
struct Choice {
  std::string_view name;
  Value value;
};

constexpr auto views = std::to_array<Choice<View>>({{"summary", View::summary},
                                                    {"tree", View::tree},
                                                    {"headers", View::headers},
                                                    {"hops", View::hops},
                                                    {"parts", View::parts},
                                                    {"findings", View::findings},
                                                    {"text", View::text}});
constexpr auto severities = std::to_array<Choice<Severity>>({{"info", Severity::info},
                                                             {"warning", Severity::warning},
                                                             {"error", Severity::error},
                                                             {"critical", Severity::critical}});
constexpr auto colors = std::to_array<Choice<ColorChoice>>(
    {{"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}});

template <typename Value, std::size_t size>
CLI::Validator one_of(const std::array<Choice<Value>, size>& choices) {
  std::vector<std::string> names;
  for (const auto& choice : choices) names.emplace_back(choice.name);
  return CLI::IsMember(names).description("");
}

/// `name` was checked to be one of `choices`.
template <typename Value, std::size_t size>
Value value_of(const std::array<Choice<Value>, size>& choices, std::string_view name) {
  return std::ranges::find(choices, name, &Choice<Value>::name)->value;
}

}  // namespace

std::variant<InspectOptions, ExitStatus> parse_options(int argc, char** argv) {
  InspectOptions options;
  std::string view, fail_on, color = "auto";
  bool json = false;
  CLI::App app{description, "msg-inspect"};
  app.footer(example);
  app.set_version_flag("--version", [] { return "msg-inspect " MAILPARSE_VERSION "\n" + sandbox_support(); });
  auto* const view_flag =
      app.add_option("--view", view, "summary, tree, headers, hops, parts, findings or text")->check(one_of(views));
  app.add_flag("--json", json, "a JSON object a line for each message")->excludes(view_flag);
  auto* const part = app.add_option("--part", options.part, "print the part of this path, decoded");
  app.add_flag("--raw", options.raw, "with --part: as it stands in the message")->needs(part);
  app.add_option("--extract", options.extract, "write attachments into this folder, with a manifest");
  app.add_option("--fail-on", fail_on, "exit with 1 on a finding of this severity or above")->check(one_of(severities));
  app.add_option("--color", color, "auto, always or never")->check(one_of(colors));
  std::vector<std::string> limits;
  app.add_option("--limit", limits, "bound what is kept, such as mime-parts=100; \"list\" shows all bounds")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_flag("!--no-sandbox", options.sandbox, "keep all rights of the process while reading; for debugging");
  app.add_option("INPUT", options.inputs, "files and folders");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::done : ExitStatus::trouble;
  }
  if (const auto status = apply_limits(limits, options.limits, "msg-inspect")) return *status;
  if (!view.empty()) options.view = value_of(views, view);
  // What goes to a pipe is for programs.
  if (json || (view.empty() && isatty(STDOUT_FILENO) == 0 && options.part.empty() && options.extract.empty()))
    options.view = View::json;
  if (!fail_on.empty()) options.fail_on = value_of(severities, fail_on);
  options.color = value_of(colors, color);
  if (options.inputs.empty()) options.inputs.emplace_back("-");
  return options;
}

}  // namespace mailparse::tools
