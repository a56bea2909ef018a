#include "smtp-replay/options.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <expected>
#include <fstream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "smtp-replay/message_octets.hpp"

namespace mailparse::tools {
namespace {

constexpr auto description =
    "Plays recorded SMTP and LMTP sessions to a live server and compares what it replies. Without --to nothing is "
    "sent: "
    "the plan is shown.";

constexpr auto example =
    R"(Inputs are what trace-to-json reads (captures, transcripts) and the session records it writes; "-" or none is
standard input. Levels: exact; text (once queue ids, dates, host names and the like are masked); code (code, enhanced
status code, and what EHLO offers) [default]; class (first digit).

Nothing is sent to a host that is not this machine unless --allow-host names it; messages go there with --allow-data
only. Every recipient must be in a reserved domain (example, test, invalid, localhost, example.com, .net, .org) or be
rewritten. Recorded passwords are not sent.

Examples:
  smtp-replay mail.pcap
  smtp-replay --to localhost:2525 --rcpt-to probe@example.test mail.pcap
  trace-to-json mail.pcap | smtp-replay --to localhost:2525 --json -

Exit status: 0 same, 1 differs, 2 usage, input or output error, 3 cannot connect, 4 record unusable, 5 refused for
safety, 6 timeout or early close.)";

/// What the flags hold before they are checked.
struct Flags {
  std::vector<std::string> sessions;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> compare;
  std::vector<std::string> masks;
  std::string rcpt_to;
  std::string rcpt_map;
  std::string mail_from;
  std::string body_from;
  std::string auth_user;
  std::string password_file;
  std::string password_env = "SMTP_REPLAY_PASSWORD";
  std::string on_mismatch = "continue";
  std::string color = "auto";
  double timeout_s = 10;
  bool dry_run = false;
  bool json = false;
  bool tap = false;
};

std::expected<std::string, std::string> read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) return std::unexpected(fmt::format("{}: cannot be read", name));
  return text;
}

/// "HOST:PORT", "[2001:db8::1]:25".
std::expected<Target, std::string> parse_target(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Target target;
  if (colon != std::string::npos) {
    target.host = text.substr(0, colon);
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), target.port);
    if (error != std::errc{} || end != text.data() + text.size()) target.port = 0;
  }
  if (target.host.starts_with('[') && target.host.ends_with(']'))
    target.host = target.host.substr(1, target.host.size() - 2);
  if (target.host.empty() || target.port == 0)
    return std::unexpected(fmt::format("--to: \"{}\" is not HOST:PORT", text));
  return target;
}

bool is_address(const std::string& text) {
  return text.find_first_of(" \t\r\n<>") == std::string::npos && text.find('\0') == std::string::npos;
}

class Setup {
 public:
  Setup(const Flags& flags, ReplayOptions& options) : flags_(flags), options_(options) {}

  std::expected<void, std::string> all() {
    for (const auto step : {&Setup::choose, &Setup::rewrite, &Setup::compare, &Setup::aim, &Setup::authenticate}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    return {};
  }

 private:
  using Done = std::expected<void, std::string>;

  Done choose() {
    options_.sessions = SessionChoice(flags_.sessions);
    if (flags_.json && flags_.tap) return std::unexpected("--json and --tap exclude each other");
    if (flags_.json) options_.output = ReplayOutput::json;
    if (flags_.tap) options_.output = ReplayOutput::tap;
    if (flags_.color != "auto") options_.color = flags_.color == "always" ? ColorChoice::always : ColorChoice::never;
    if (options_.inputs.empty()) options_.inputs.emplace_back("-");
    return {};
  }

  Done rewrite() {
    if (!flags_.rcpt_map.empty()) {
      const auto text = read_file(flags_.rcpt_map);
      if (!text) return std::unexpected(text.error());
      auto map = AddressRewrites::parse_map(*text);
      if (!map) return std::unexpected(fmt::format("{}: {}", flags_.rcpt_map, map.error()));
      options_.plan.recipients = std::move(*map);
    }
    if (!is_address(flags_.rcpt_to) || !is_address(flags_.mail_from)) return std::unexpected("not an address");
    if (options_.plan.helo.find_first_of(std::string_view(" \t\r\n\0", 5)) != std::string::npos)
      return std::unexpected("--helo: not a name");
    if (!flags_.rcpt_to.empty()) options_.plan.recipients.set_all(flags_.rcpt_to);
    if (!flags_.mail_from.empty()) options_.plan.mail_from = flags_.mail_from;
    if (flags_.body_from.empty()) return {};
    const auto body = read_file(flags_.body_from);
    if (!body) return std::unexpected(body.error());
    options_.plan.body = with_crlf(*body);
    return {};
  }

  Done compare() {
    for (const std::string& definition : flags_.compare) {
      if (auto done = options_.play.levels.set(definition); !done) return std::unexpected("--compare: " + done.error());
    }
    for (const std::string& definition : flags_.masks) {
      if (auto done = options_.play.masks.add(definition); !done) return std::unexpected("--mask: " + done.error());
    }
    options_.play.stop_at_difference = flags_.on_mismatch == "stop";
    return {};
  }

  Done aim() {
    if (!std::isfinite(flags_.timeout_s) || flags_.timeout_s < 0.001 || flags_.timeout_s > 86400)
      return std::unexpected("--timeout: 0.001 to 86400 seconds");
    options_.play.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(flags_.timeout_s * 1000));
    if (flags_.dry_run) options_.target.clear();
    if (options_.target.empty()) return {};
    auto target = parse_target(options_.target);
    if (!target) return std::unexpected(target.error());
    const auto& allowed = flags_.allowed_hosts;
    target->loopback_only = std::find(allowed.begin(), allowed.end(), target->host) == allowed.end();
    options_.play.other_host = !target->loopback_only;
    options_.play.target = std::move(*target);
    return {};
  }

  Done authenticate() {
    if (flags_.auth_user.empty()) return {};
    Credentials credentials{flags_.auth_user, {}};
    if (!flags_.password_file.empty()) {
      auto text = read_file(flags_.password_file);
      if (!text) return std::unexpected(text.error());
      credentials.password = text->substr(0, text->find_first_of("\r\n"));
    } else if (const char* const password = std::getenv(flags_.password_env.c_str())) {
      credentials.password = password;
    } else if (!options_.target.empty()) {
      return std::unexpected(
          fmt::format("--auth-user: no password in --auth-password-file or ${}", flags_.password_env));
    }
    options_.play.credentials = std::move(credentials);
    options_.plan.own_credentials = true;
    return {};
  }

  const Flags& flags_;
  ReplayOptions& options_;
};

void add_flags(CLI::App& app, Flags& flags, ReplayOptions& options) {
  app.add_option("--to", options.target, "Play to this server")->type_name("HOST:PORT");
  app.add_flag("--dry-run", flags.dry_run, "Only show what would be sent and what is expected");
  app.add_option("--session", flags.sessions, "Only this session, by id or number; repeatable [all SMTP and LMTP]")
      ->type_name("ID")
      ->allow_extra_args(false);
  app.add_flag("--serial", options.plan.serial,
               "Wait for each reply, also where the record has commands sent together");
  app.add_option("--helo", options.plan.helo, "Name for HELO, EHLO and LHLO")->type_name("NAME");
  app.add_option("--mail-from", flags.mail_from, "Sender for every mail but those from the null path")
      ->type_name("ADDR");
  app.add_option("--rcpt-to", flags.rcpt_to, "Recipient in place of all that --rcpt-map does not name")
      ->type_name("ADDR");
  app.add_option("--rcpt-map", flags.rcpt_map, "Lines of two addresses: recorded, and sent instead")->type_name("FILE");
  app.add_option("--body-from", flags.body_from, "Message for those whose octets the record lacks [made up]")
      ->type_name("FILE");
  app.add_option("--compare", flags.compare, "exact, text, code or class, or VERB=LEVEL; repeatable [code]")
      ->type_name("LEVEL")
      ->allow_extra_args(false);
  app.add_option("--mask", flags.masks, "What does not count at level text: NAME=REGEX; repeatable")
      ->type_name("NAME=REGEX")
      ->allow_extra_args(false);
  app.add_option("--on-mismatch", flags.on_mismatch, "stop or continue at the first difference [continue]")
      ->check(CLI::IsMember({"stop", "continue"}).description(""))
      ->type_name("WHAT");
  app.add_option("--timeout", flags.timeout_s, "For every wait [10]")->type_name("SECONDS");
  app.add_flag("--tls", options.play.implicit_tls, "TLS from the first octet");
  app.add_option("--ca-file", options.play.tls.ca_file, "Trust these certificates [those of the system]")
      ->type_name("FILE");
  app.add_option("--tls-name", options.play.tls.name, "Name that the certificate must bear [the host's]")
      ->type_name("NAME");
  app.add_flag("--insecure", options.play.tls.insecure, "Accept any certificate");
  app.add_option("--auth-user", flags.auth_user,
                 "Log in as this user where the record has AUTH (PLAIN, LOGIN, CRAM-MD5)")
      ->type_name("USER");
  app.add_option("--auth-password-file", flags.password_file, "First line: the password [--auth-password-env]")
      ->type_name("FILE");
  app.add_option("--auth-password-env", flags.password_env,
                 "Environment variable with the password [SMTP_REPLAY_PASSWORD]")
      ->type_name("NAME");
  app.add_flag("--no-auth", options.plan.without_auth, "Leave AUTH out");
  app.add_flag("--send-recorded-secrets", options.plan.recorded_secrets, "Send passwords and their proofs as recorded");
  app.add_option("--allow-host", flags.allowed_hosts, "A host that may be another machine; repeatable")
      ->type_name("HOST")
      ->allow_extra_args(false);
  app.add_flag("--allow-data", options.allow_data, "Messages may go to such a host");
  app.add_flag("--json", flags.json, "A record \"comparison\" and the live \"session\", a line each");
  app.add_flag("--tap", flags.tap, "Test Anything Protocol");
  app.add_option("--junit", options.junit, "Write a JUnit file besides")->type_name("FILE");
  app.add_option("--color", flags.color, "Colour: auto, always or never [auto]")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
      ->type_name("WHEN");
  app.add_option("INPUT", options.inputs, "Captures, transcripts and session records; \"-\" is standard input");
}

}  // namespace

std::variant<ReplayOptions, ReplayStatus> parse_replay_options(int argc, char** argv) {
  ReplayOptions options;
  Flags flags;
  CLI::App app{description, "smtp-replay"};
  app.footer(example);
  app.set_version_flag("--version", "smtp-replay " MAILPARSE_VERSION);
  add_flags(app, flags, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ReplayStatus::same : ReplayStatus::trouble;
  }
  if (const auto done = Setup(flags, options).all(); !done) {
    Messages("smtp-replay", use_color(options.color, STDERR_FILENO)).error(visible(done.error()));
    return ReplayStatus::trouble;
  }
  return options;
}

}  // namespace mailparse::tools
