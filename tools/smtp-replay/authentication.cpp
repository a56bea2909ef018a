#include "smtp-replay/authentication.hpp"

#include <utility>

#include <fmt/format.h>

namespace mailparse::tools {
namespace {

constexpr std::size_t most_challenges = 8;
constexpr std::uint16_t continue_auth = 334;

bool asks_on(const RecordedReply& reply) noexcept {
  return reply.code == continue_auth || reply.status == "+";
}

/// POP3's commands that need no challenge; nothing where the greeting has no timestamp for APOP.
std::optional<std::string> login_line(const PlanStep& step, const Credentials& own, std::string_view greeting) {
  if (step.mechanism == "USER") return fmt::format("USER {}\r\n", own.user);
  if (step.mechanism == "PASS") return fmt::format("PASS {}\r\n", own.password);
  const auto digest = apop_digest(greeting, own.password);
  if (!digest) return std::nullopt;
  return fmt::format("APOP {} {}\r\n", own.user, *digest);
}

bool is_login(const PlanStep& step) noexcept {
  return step.verb == "USER" || step.verb == "PASS" || step.verb == "APOP" || step.verb == "LOGIN";
}

/// A quoted string. RFC 9051 4.3.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char octet : text) {
    if (octet == '"' || octet == '\\') result += '\\';
    result += octet;
  }
  return result + '"';
}

/// RFC 9051 6.2.2, 6.2.3; without SASL-IR, which not every server has.
std::string imap_line(const PlanStep& step, const Credentials& own, std::optional<SaslClient>& client,
                      std::optional<std::string>& held) {
  if (!client) return fmt::format("{} LOGIN {} {}\r\n", step.tag, quoted(own.user), quoted(own.password));
  held = client->initial_response();
  return fmt::format("{} AUTHENTICATE {}\r\n", step.tag, step.mechanism);
}

}  // namespace

std::optional<LiveReply> authenticate(const PlanStep& step, const std::optional<Credentials>& own,
                                      const AuthenticationWays& ways) {
  std::optional<SaslClient> client;
  std::string line = step.wire;
  if (own && is_login(step) && step.tag.empty()) {
    line = login_line(step, *own, ways.greeting).value_or(fmt::format("APOP {} none\r\n", own->user));
  } else if (own && !is_login(step)) {
    client.emplace(step.mechanism, *own);
    const auto initial = client->initial_response();
    line = fmt::format("AUTH {}{}{}\r\n", step.mechanism, initial ? " " : "", initial.value_or(""));
  }
  std::optional<std::string> held;  // IMAP: the initial response waits for the first "+"
  if (own && !step.tag.empty()) line = imap_line(step, *own, client, held);
  ways.send(line);
  for (std::size_t challenge = 0; challenge < most_challenges; ++challenge) {
    auto reply = ways.next_reply();
    if (!reply || !asks_on(reply->reply)) return reply;
    std::optional<std::string> text;
    if (held) {
      text = std::exchange(held, std::nullopt);
    } else if (client) {
      text = client->answer(reply->challenge);
    } else if (challenge < step.recorded_answers.size()) {
      text = step.recorded_answers[challenge];
    }
    ways.send(text.value_or("*") + "\r\n");  // RFC 4954 4, RFC 5034 4: "*" cancels
  }
  return std::nullopt;
}

}  // namespace mailparse::tools
