#include "msg-inspect/options.hpp"

#include <string_view>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "common/choice.hpp"
#include "common/explain.hpp"
#include "common/sandbox.hpp"

namespace mailparse::tools {
namespace {

constexpr auto description = "Shows what a mail message is made of, the way it took, and what is wrong with it.";

constexpr auto example =
    R"(Inputs are messages, mbox files, Maildir and MH folders and whole trees, gzip and zstd files too; "-" or none is
standard input. Fragments of one message (message/partial) among them are joined. On a terminal the summary is shown; a pipe gets JSON, one object a line.

Examples:
  msg-inspect suspicious.eml
  msg-inspect --view text --defang suspicious.eml
  msg-inspect --json Maildir/ | jq -r '[.date.utc, .subject, (.attachments|length)] | @tsv'
  msg-inspect --json --jobs 8 archive.mbox | jq -r '.urls[]?.url' | sort | uniq -c | sort -rn
  msg-inspect --part 2.1 report.eml > annex.pdf
  msg-inspect --extract out/ --fail-on error archive.mbox.zst
  msg-inspect --json --ca-file /etc/ssl/certs/ca-certificates.crt signed.eml
  msg-inspect --index archive.idx archive.mbox > /dev/null
  msg-inspect --index archive.idx --message m-0123456789abcdef

Exit status: 0 done, 1 a finding of the severity of --fail-on or above, 2 usage, input or output error.)";

constexpr auto views = std::to_array<Choice<View>>({{"summary", View::summary},
                                                    {"tree", View::tree},
                                                    {"headers", View::headers},
                                                    {"hops", View::hops},
                                                    {"parts", View::parts},
                                                    {"findings", View::findings},
                                                    {"text", View::text},
                                                    {"urls", View::urls}});
constexpr auto formats = std::to_array<Choice<View>>(
    {{"native", View::json}, {"eml_parser", View::eml_parser}, {"mailparser", View::mailparser}});
constexpr auto severities = std::to_array<Choice<Severity>>({{"info", Severity::info},
                                                             {"warning", Severity::warning},
                                                             {"error", Severity::error},
                                                             {"critical", Severity::critical}});

}  // namespace

std::variant<InspectOptions, ExitStatus> parse_options(int argc, char** argv) {
  InspectOptions options;
  std::string view, format = "native", fail_on, color = "auto";
  std::string explained;
  bool json = false;
  CLI::App app{description, "msg-inspect"};
  app.footer(example);
  app.set_version_flag("--version", [] { return "msg-inspect " MAILPARSE_VERSION "\n" + sandbox_support(); });
  auto* const view_flag =
      app.add_option("--view", view, "Show summary, tree, headers, hops, parts, findings, text or urls [summary]")
          ->check(one_of(views))
          ->type_name("VIEW");
  app.add_flag("--json", json, "Write a JSON object a line for each message")->excludes(view_flag);
  auto* const format_flag = app.add_option("--format", format, "Shape of the JSON: native, eml_parser or mailparser")
                                ->check(one_of(formats))
                                ->excludes(view_flag)
                                ->type_name("SHAPE");
  app.add_flag("--defang", options.defang, "Write URLs, addresses and hosts so that nothing links to them");
  auto* const part = app.add_option("--part", options.part, "Print the part of this path, decoded")->type_name("PATH");
  app.add_flag("--raw", options.raw, "With --part: as it stands in the message")->needs(part);
  app.add_option("--extract", options.extract, "Write attachments into this folder, with a manifest")->type_name("DIR");
  app.add_option("--index", options.index, "Write an index of all messages; with --message: find it by this index")
      ->type_name("FILE");
  app.add_option("--message", options.message, "Only the message of this number, from 0, or this id")
      ->type_name("N|ID");
  app.add_flag("--second-opinion", options.second_opinion, "Compare the structure with what mimetic reads");
  options.dns.add_to(app);
  app.add_option("--ca-file", options.ca_file, "Verify S/MIME signatures; trust the PEM certificates in this file")
      ->type_name("FILE");
  app.add_option("--fail-on", fail_on, "Exit with 1 on a finding of this severity or above")
      ->check(one_of(severities))
      ->type_name("SEVERITY");
  app.add_option("--jobs", options.jobs, "Threads to use; the output is the same whatever the number")
      ->check(CLI::Range(1, 256));
  app.add_option("--explain", explained, "Say what a finding's code means, or all codes of a family, and end")
      ->type_name("CODE");
  app.add_option("--color", color, "Colour the output: auto, always or never [auto]")
      ->check(one_of(color_choices))
      ->type_name("WHEN");
  options.resources.add_to(app, "mime-parts=100");
  app.add_option("INPUT", options.inputs, "Files and folders");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::done : ExitStatus::trouble;
  }
  if (!explained.empty()) return tell_explanation(explained, "msg-inspect");
  if (const auto status = options.resources.apply("msg-inspect")) return *status;
  if (!view.empty()) options.view = value_of(views, view);
  // What goes to a pipe is for programs.
  const bool piped = view.empty() && isatty(STDOUT_FILENO) == 0 && options.part.empty() && options.extract.empty();
  if (json || piped || format_flag->count() > 0) options.view = value_of(formats, format);
  if (!fail_on.empty()) options.fail_on = value_of(severities, fail_on);
  options.color = value_of(color_choices, color);
  const bool index_names_input = !options.index.empty() && !options.message.empty();
  if (options.inputs.empty() && !index_names_input) options.inputs.emplace_back("-");
  return options;
}

}  // namespace mailparse::tools
