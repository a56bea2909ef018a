// Logging in live, where the plan has it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "smtp-replay/live_session.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/sasl_client.hpp"

namespace mailparse::tools {

struct AuthenticationWays {
  std::function<void(std::string_view)> send;            ///< a line with its end
  std::function<std::optional<LiveReply>()> next_reply;  ///< nothing: the conversation is over
  std::string_view greeting;                             ///< with APOP's timestamp
};

/// Plays the AUTH, USER, PASS or APOP of `step` with `own` credentials, or with what is recorded in the step where
/// there are none; the reply that decides.
[[nodiscard]] std::optional<LiveReply> authenticate(const PlanStep& step, const std::optional<Credentials>& own,
                                                    const AuthenticationWays& ways);

}  // namespace mailparse::tools
