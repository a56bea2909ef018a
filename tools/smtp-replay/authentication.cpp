#include "smtp-replay/authentication.hpp"

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
  return step.verb == "USER" || step.verb == "PASS" || step.verb == "APOP";
}

}  // namespace

std::optional<LiveReply> authenticate(const PlanStep& step, const std::optional<Credentials>& own,
                                      const AuthenticationWays& ways) {
  std::optional<SaslClient> client;
  std::string line = step.wire;
  if (own && is_login(step)) {
    line = login_line(step, *own, ways.greeting).value_or(fmt::format("APOP {} none\r\n", own->user));
  } else if (own) {
    client.emplace(step.mechanism, *own);
    const auto initial = client->initial_response();
    line = fmt::format("AUTH {}{}{}\r\n", step.mechanism, initial ? " " : "", initial.value_or(""));
  }
  ways.send(line);
  for (std::size_t challenge = 0; challenge < most_challenges; ++challenge) {
    auto reply = ways.next_reply();
    if (!reply || !asks_on(reply->reply)) return reply;
    std::optional<std::string> text;
    if (client) {
      text = client->answer(reply->challenge);
    } else if (challenge < step.recorded_answers.size()) {
      text = step.recorded_answers[challenge];
    }
    ways.send(text.value_or("*") + "\r\n");  // RFC 4954 4, RFC 5034 4: "*" cancels
  }
  return std::nullopt;
}

}  // namespace mailparse::tools
