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

#include "smtp-replay/flags.hpp"
#include "smtp-replay/message_octets.hpp"

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

bool is_address(const std::string& text) {
  return text.find_first_of(" \t\r\n<>") == std::string::npos && text.find('\0') == std::string::npos;
}

class Setup {
 public:
  Setup(const Flags& flags, ReplayOptions& options) : flags_(flags), options_(options) {}

  std::expected<void, std::string> all() {
    for (const auto step : {&Setup::choose, &Setup::rewrite, &Setup::compare, &Setup::bound, &Setup::aim, &Setup::serve,
                            &Setup::authenticate}) {
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

  static bool is_span(double seconds) { return std::isfinite(seconds) && seconds >= 0.001 && seconds <= 86400; }
  static std::chrono::milliseconds span(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  }

  Done bound() {
    if (!is_span(flags_.timeout_s)) return std::unexpected("--timeout: 0.001 to 86400 seconds");
    options_.play.timeout = span(flags_.timeout_s);
    if (flags_.duration_s == 0) return {};
    if (!is_span(flags_.duration_s)) return std::unexpected("--duration: 0.001 to 86400 seconds");
    options_.duration = span(flags_.duration_s);
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
    if (flags_.dry_run) options_.target.clear();
    if (options_.target.empty()) return {};
    auto target = parse_target("--to", options_.target, false);
    if (!target) return std::unexpected(target.error());
    target->loopback_only = !allowed(target->host);
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

}  // namespace

std::variant<ReplayOptions, ReplayStatus> parse_replay_options(int argc, char** argv) {
  ReplayOptions options;
  Flags flags;
  CLI::App app{replay_description(), "smtp-replay"};
  app.footer(replay_footer());
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
