#include "trace-to-json/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <mailparse/source/transcript.hpp>

#include "common/choice.hpp"
#include "common/explain.hpp"
#include "common/sandbox.hpp"

namespace mailparse::tools {
namespace {

constexpr auto description =
    "Reads mail conversations out of captures and logs and writes them as JSON, one object a line.";

constexpr auto example =
    R"(Inputs are pcap and pcapng files and text transcripts, gzip and zstd ones too; "-" or none is standard input.
Several captures are read in the order of their first packets, rotated pieces of one capture as one.

Examples:
  trace-to-json mail.pcap | jq -r '.transactions[] | [.mail_from, .outcome] | @tsv'
  tcpdump -i eth0 -U -w - port 25 | trace-to-json --emit events
  trace-to-json --emit transcript --dialect swaks mail.pcap
  trace-to-json --extract mails/ --summary day-*.pcap.zst > day.jsonl

Exit status: 0 done, 2 usage, input or output error.)";

constexpr auto emits = std::to_array<Choice<Emit>>({{"sessions", Emit::sessions},
                                                    {"events", Emit::events},
                                                    {"messages", Emit::messages},
                                                    {"zeek", Emit::zeek},
                                                    {"eve", Emit::eve},
                                                    {"ecs", Emit::ecs},
                                                    {"csv", Emit::csv},
                                                    {"transcript", Emit::transcript}});
constexpr auto forms = std::to_array<Choice<TranscriptForm>>(
    {{"swaks", TranscriptForm::swaks}, {"plain", TranscriptForm::plain}, {"c-s", TranscriptForm::c_s}});
constexpr auto protocols = std::to_array<Choice<std::optional<Protocol>>>({{"auto", std::nullopt},
                                                                           {"smtp", Protocol::smtp},
                                                                           {"lmtp", Protocol::lmtp},
                                                                           {"pop3", Protocol::pop3},
                                                                           {"imap", Protocol::imap}});

/// `--dialect list`: each with its example, indented.
std::string dialect_list() {
  std::string text;
  for (const DialectInfo& dialect : list_dialects()) {
    text += fmt::format("{}: {}\n", dialect.name, dialect.title);
    for (std::string_view rest = dialect.example; !rest.empty();) {
      const auto line = rest.substr(0, rest.find('\n'));
      text += fmt::format("    {}\n", line);
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
    text += '\n';
  }
  return text;
}

/// "K/N": part K, from 1, of N.
std::optional<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::uint32_t {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? value : 0;
  };
  const Shard shard{number(text.substr(0, slash)), number(text.substr(slash + 1))};
  if (shard.part == 0 || shard.part > shard.parts) return std::nullopt;
  return shard;
}

/// The names of two dialects that are also forms of --emit transcript.
std::string_view dialect_of_form(std::string_view name) {
  if (name == "plain") return "unmarked";
  return name == "c-s" ? "speaker" : name;
}

/// With --emit transcript the dialect is that of the output, and inputs are told by content.
std::optional<std::string> choose_dialect(TraceOptions& options) {
  if (options.emit != Emit::transcript) {
    options.dialect = dialect_of_form(options.dialect);
    return std::nullopt;
  }
  const auto name = std::exchange(options.dialect, "auto");
  if (name == "auto") return std::nullopt;
  const auto form = std::ranges::find(forms, name, &Choice<TranscriptForm>::name);
  if (form == forms.end()) return "--emit transcript writes the dialects swaks, plain and c-s";
  options.form = form->value;
  return std::nullopt;
}

std::string known_dialect(const std::string& name) {
  if (name == "auto" || name == "list") return {};
  const bool known = std::ranges::any_of(
      list_dialects(), [&](const DialectInfo& dialect) { return dialect.name == dialect_of_form(name); });
  return known ? std::string{} : fmt::format("no dialect \"{}\"; --dialect list shows all", name);
}

}  // namespace

std::variant<TraceOptions, ExitStatus> parse_options(int argc, char** argv) {
  TraceOptions options;
  std::string emit = "sessions";
  std::string protocol = "auto";
  std::string color = "auto";
  std::string explained;
  std::string shard = "1/1";
  CLI::App app{description, "trace-to-json"};
  app.footer(example);
  app.set_version_flag("--version", [] { return "trace-to-json " MAILPARSE_VERSION "\n" + sandbox_support(); });
  app.add_option("--emit", emit,
                 "What to write: sessions, events, messages, zeek (smtp.log), eve (Suricata), ecs (Elastic), csv or "
                 "transcript [sessions]")
      ->check(one_of(emits))
      ->type_name("WHAT");
  app.add_option("--protocol", protocol, "Read every conversation as auto, smtp, lmtp, pop3 or imap [auto: by content]")
      ->check(one_of(protocols))
      ->type_name("NAME");
  app.add_option("--dialect", options.dialect,
                 "Dialect of transcripts, or \"list\" [auto: by content]; with --emit transcript "
                 "the one to write: swaks, plain or c-s [c-s]")
      ->check(CLI::Validator(known_dialect, ""))
      ->type_name("NAME");
  app.add_option("--filter", options.filter, "Read only packets that match this filter (tcpdump's syntax)")
      ->type_name("BPF");
  CLI::Option* const interface =
      app.add_option("-i,--interface", options.interface, "Capture from a network interface until interrupted")
          ->type_name("IFACE");
  app.add_option("--jobs", options.jobs,
                 "Threads to use: a second one decompresses and digests the inputs; the output is the same")
      ->check(CLI::PositiveNumber);
  app.add_option("--shard", shard, "Read only part K of N of the conversations; N runs have each of them once")
      ->check(
          CLI::Validator([](const std::string& text) { return parse_shard(text) ? "" : "not K/N, K from 1 to N"; }, ""))
      ->type_name("K/N");
  app.add_option("--extract", options.extract, "Write each message, octet for octet, to a file in this directory")
      ->type_name("DIR");
  app.add_option("--keylog", options.key_log, "TLS secrets as SSLKEYLOGFILE has them, to read what was encrypted")
      ->type_name("FILE");
  options.dns.add_to(app);
  app.add_flag("--show-secrets", options.show_secrets, "Do not mask passwords and their proofs");
  app.add_flag("--summary", options.summary, "End with a record that accounts for every frame and octet");
  app.add_option("--explain", explained, "Say what a finding's code means, or all codes of a family, and end")
      ->type_name("CODE");
  app.add_option("--color", color, "Colour messages: auto, always or never [auto]")
      ->check(one_of(color_choices))
      ->type_name("WHEN");
  options.resources.add_to(app, "open-flows=10K");
  app.add_option("INPUT", options.inputs, "Captures and transcripts; \"-\" is standard input")->excludes(interface);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::done : ExitStatus::trouble;
  }
  if (!explained.empty()) return tell_explanation(explained, "trace-to-json");
  if (options.dialect == "list") {
    fmt::print("{}", dialect_list());
    return ExitStatus::done;
  }
  if (const auto status = options.resources.apply("trace-to-json")) return *status;
  options.emit = value_of(emits, emit);
  if (const auto trouble = choose_dialect(options)) {
    fmt::print(stderr, "trace-to-json: {}\n", *trouble);
    return ExitStatus::trouble;
  }
  options.color = value_of(color_choices, color);
  options.shard = *parse_shard(shard);
  options.protocol = value_of(protocols, protocol);
  if (options.inputs.empty() && options.interface.empty()) options.inputs.emplace_back("-");
  return options;
}

}  // namespace mailparse::tools
