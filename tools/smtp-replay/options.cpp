#include "smtp-replay/options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <expected>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

#include "common/sandbox.hpp"
#include "smtp-replay/flags.hpp"
#include "smtp-replay/message_octets.hpp"
#include "smtp-replay/mutations.hpp"
#include "smtp-replay/secret_prompt.hpp"

namespace mailparse::tools {
namespace {

std::expected<std::string, std::string> read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) return std::unexpected(fmt::format("{}: cannot be read", name));
  return text;
}

/// "HOST:PORT", "[2001:db8::1]:25".
std::expected<Target, std::string> parse_target(const std::string& flag, const std::string& text, bool any_port) {
  const std::size_t colon = text.rfind(':');
  Target target;
  bool port = false;
  if (colon != std::string::npos) {
    target.host = text.substr(0, colon);
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), target.port);
    port = error == std::errc{} && end == text.data() + text.size() && (target.port != 0 || any_port);
  }
  if (target.host.starts_with('[') && target.host.ends_with(']'))
    target.host = target.host.substr(1, target.host.size() - 2);
  if (target.host.empty() || !port) return std::unexpected(fmt::format("{}: \"{}\" is not HOST:PORT", flag, text));
  return target;
}

constexpr std::string_view line_breaks("\r\n\0", 3);

bool is_address(const std::string& text) {
  return text.find_first_of(" \t\r\n<>") == std::string::npos && text.find('\0') == std::string::npos;
}

class Setup {
 public:
  Setup(const Flags& flags, ReplayOptions& options) : flags_(flags), options_(options) {}

  std::expected<void, std::string> all() {
    for (const auto step : {&Setup::choose, &Setup::rewrite, &Setup::order, &Setup::compare, &Setup::bound, &Setup::aim,
                            &Setup::serve, &Setup::multiply, &Setup::authenticate}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    return {};
  }

 private:
  using Done = std::expected<void, std::string>;

  Done choose() {
    options_.sessions = SessionChoice(flags_.sessions);
    if (flags_.json + flags_.tap + flags_.transcript > 1)
      return std::unexpected("--json, --tap and --transcript exclude each other");
    if (flags_.json) options_.output = ReplayOutput::json;
    if (flags_.tap) options_.output = ReplayOutput::tap;
    if (flags_.transcript) options_.output = ReplayOutput::transcript;
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
      options_.plan.rewrites.recipients = std::move(*map);
    }
    if (!is_address(flags_.rcpt_to) || !is_address(flags_.mail_from)) return std::unexpected("not an address");
    if (options_.plan.rewrites.helo.find_first_of(std::string_view(" \t\r\n\0", 5)) != std::string::npos)
      return std::unexpected("--helo: not a name");
    if (!flags_.rcpt_to.empty()) options_.plan.rewrites.recipients.set_all(flags_.rcpt_to);
    if (!flags_.mail_from.empty()) options_.plan.rewrites.mail_from = flags_.mail_from;
    for (const std::string& definition : flags_.domains) {
      if (auto done = options_.plan.rewrites.domains.add(definition); !done)
        return std::unexpected("--domain: " + done.error());
    }
    for (const std::string& field : flags_.header_fields) {
      if (auto done = set_field(field); !done) return done;
    }
    if (flags_.body_from.empty()) return {};
    const auto body = read_file(flags_.body_from);
    if (!body) return std::unexpected(body.error());
    options_.plan.body = with_crlf(*body);
    return {};
  }

  Done set_field(const std::string& field) {
    const std::size_t colon = field.find(':');
    const std::string name = field.substr(0, colon);
    const bool plain = std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f'; });
    if (colon == std::string::npos || name.empty() || !plain ||
        field.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return std::unexpected(fmt::format("--set-header: \"{}\" is not NAME:VALUE", field));
    const std::size_t value = field.find_first_not_of(' ', colon + 1);
    options_.plan.rewrites.header_fields.emplace_back(name, value == std::string::npos ? "" : field.substr(value));
    return {};
  }

  /// What is sent together, and when.
  Done order() {
    if (flags_.serial && flags_.pipeline) return std::unexpected("--serial and --pipeline exclude each other");
    if (flags_.serial) options_.plan.grouping = Grouping::serial;
    if (flags_.pipeline) options_.plan.grouping = Grouping::pipelined;
    if (flags_.starttls == "always") options_.plan.starttls = StarttlsPolicy::always;
    if (flags_.starttls == "never") options_.plan.starttls = StarttlsPolicy::never;
    auto pace = Pace::parse(flags_.pace);
    if (!pace) return std::unexpected("--pace: " + pace.error());
    options_.play.pace = *pace;
    if (flags_.max_gap_s == 0) return {};
    if (!is_span(flags_.max_gap_s)) return std::unexpected("--max-gap: 0.001 to 86400 seconds");
    options_.play.pace.cap(span(flags_.max_gap_s));
    return {};
  }

  Done compare() {
    const double ratio = flags_.max_latency_ratio;
    if (ratio != 0 && !(std::isfinite(ratio) && ratio >= 1)) return std::unexpected("--max-latency-ratio: 1 or more");
    options_.play.max_latency_ratio = ratio;
    for (const std::string& definition : flags_.compare) {
      if (auto done = options_.play.levels.set(definition); !done) return std::unexpected("--compare: " + done.error());
    }
    for (const std::string& definition : flags_.masks) {
      if (auto done = options_.play.masks.add(definition); !done) return std::unexpected("--mask: " + done.error());
    }
    if (flags_.on_mismatch == "stop") options_.play.on_mismatch = OnMismatch::stop;
    if (flags_.on_mismatch == "rset") options_.play.on_mismatch = OnMismatch::reset;
    return {};
  }

  static bool is_span(double seconds) { return std::isfinite(seconds) && seconds >= 0.001 && seconds <= 86400; }
  static std::chrono::milliseconds span(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  }

  Done bound() {
    if (!is_span(flags_.timeout_s)) return std::unexpected("--timeout: 0.001 to 86400 seconds");
    options_.play.timeout = span(flags_.timeout_s);
    if (flags_.duration_s == 0) return {};
    if (!is_span(flags_.duration_s)) return std::unexpected("--duration: 0.001 to 86400 seconds");
    options_.load.duration = span(flags_.duration_s);
    return {};
  }

  Done serve() {
    for (const std::string& definition : flags_.faults) {
      if (auto done = options_.serve.faults.add(definition); !done) return std::unexpected("--fault: " + done.error());
    }
    if (flags_.serve.empty()) {
      options_.play.tls.certificate = flags_.certificate;
      options_.play.tls.key = flags_.key;
      return {};
    }
    if (!options_.target.empty()) return std::unexpected("--to and --serve exclude each other");
    auto target = parse_target("--serve", flags_.serve, true);
    if (!target) return std::unexpected(target.error());
    target->loopback_only = !allowed(target->host);
    options_.listen = std::move(*target);
    options_.serve.implicit_tls = options_.play.implicit_tls;
    options_.serve.levels = options_.play.levels;
    options_.serve.masks = options_.play.masks;
    return identify();
  }

  /// The server's certificate.
  Done identify() {
    if (flags_.certificate.empty()) {
      const std::string& name = options_.play.tls.name;
      auto made = make_tls_identity(name.empty() ? options_.listen->host : name);
      if (!made) return std::unexpected(made.error());
      options_.serve.identity = std::move(*made);
      return {};
    }
    const auto certificate = read_file(flags_.certificate);
    const auto key = read_file(flags_.key.empty() ? flags_.certificate : flags_.key);
    if (!certificate || !key) return std::unexpected(certificate ? key.error() : certificate.error());
    options_.serve.identity = {*certificate, *key};
    return {};
  }

  [[nodiscard]] bool allowed(const std::string& host) const {
    return std::ranges::find(flags_.allowed_hosts, host) != flags_.allowed_hosts.end();
  }

  Done aim() {
    if (flags_.dry_run) {
      options_.target.clear();
      options_.play.target.unix_path.clear();
    }
    const std::string& path = options_.play.target.unix_path;
    if (!path.empty() && !options_.target.empty()) return std::unexpected("--to and --unix exclude each other");
    if (!path.empty()) options_.target = path;
    if (options_.target.empty() || !path.empty()) return {};
    auto target = parse_target("--to", options_.target, false);
    if (!target) return std::unexpected(target.error());
    target->loopback_only = !allowed(target->host);
    options_.play.other_host = !target->loopback_only;
    options_.play.target = std::move(*target);
    return {};
  }

  /// Many replays, worse ones, and a second server.
  Done multiply() {
    const LoadOptions& load = options_.load;
    options_.load_asked =
        !options_.listen && (load.connections > 1 || load.repeat > 1 || load.rate > 0 || load.duration.count() > 0);
    for (const std::string& name : flags_.mutations) {
      const auto found = find_mutations(name);
      if (found.empty()) return std::unexpected(fmt::format("--mutate: there is no \"{}\"", name));
      options_.mutations.insert(options_.mutations.end(), found.begin(), found.end());
    }
    if (flags_.compare_with.empty()) return {};
    if (options_.target.empty()) return std::unexpected("--compare-with: needs --to");
    auto target = parse_target("--compare-with", flags_.compare_with, false);
    if (!target) return std::unexpected(target.error());
    target->loopback_only = !allowed(target->host);
    options_.compare_with = std::move(*target);
    options_.compare_with_text = flags_.compare_with;
    return {};
  }

  Done authenticate() {
    if (flags_.auth_user.empty()) return {};
    Credentials credentials{flags_.auth_user, {}};
    if (auto done = first_line(flags_.token_file, credentials.token); !done) return done;
    if (!flags_.password_file.empty()) {
      if (auto done = first_line(flags_.password_file, credentials.password); !done) return done;
    } else if (flags_.ask_password) {
      auto password = ask_for_secret(fmt::format("Password of {}: ", flags_.auth_user));
      if (!password) return std::unexpected("--auth-password-prompt: no terminal");
      credentials.password = std::move(*password);
    } else if (const char* const password = std::getenv(flags_.password_env.c_str())) {
      credentials.password = password;
    } else if (!options_.target.empty() && credentials.token.empty()) {
      return std::unexpected(
          fmt::format("--auth-user: no password in --auth-password-file or ${}", flags_.password_env));
    }
    if (credentials.user.find_first_of(line_breaks) != std::string::npos ||
        credentials.password.find_first_of(line_breaks) != std::string::npos)
      return std::unexpected("a user name or password with a line end or NUL cannot be sent");
    options_.play.credentials = std::move(credentials);
    options_.plan.own_credentials = true;
    return {};
  }

  /// The first line of a file, nothing where no file is named.
  static Done first_line(const std::string& file, std::string& line) {
    if (file.empty()) return {};
    const auto text = read_file(file);
    if (!text) return std::unexpected(text.error());
    line = text->substr(0, text->find_first_of("\r\n"));
    return {};
  }

  const Flags& flags_;
  ReplayOptions& options_;
};

}  // namespace

std::variant<ReplayOptions, ReplayStatus> parse_replay_options(int argc, char** argv) {
  ReplayOptions options;
  Flags flags;
  CLI::App app{replay_description(), "smtp-replay"};
  app.footer(replay_footer());
  app.set_version_flag("--version", [] { return "smtp-replay " MAILPARSE_VERSION "\n" + sandbox_support(); });
  add_flags(app, flags, options);
  try {
    app.parse(argc, argv);
    if (std::ranges::find(flags.mutations, "list") != flags.mutations.end()) {
      for (const Mutation& mutation : mutations()) fmt::print("{:<20} {}\n", mutation.name, mutation.description);
      return ReplayStatus::same;
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ReplayStatus::same : ReplayStatus::trouble;
  }
  if (const auto status = options.resources.apply("smtp-replay"))
    return *status == ExitStatus::done ? ReplayStatus::same : ReplayStatus::trouble;
  if (const auto done = Setup(flags, options).all(); !done) {
    Messages("smtp-replay", use_color(options.color, STDERR_FILENO)).error(visible(done.error()));
    return ReplayStatus::trouble;
  }
  return options;
}

}  // namespace mailparse::tools
