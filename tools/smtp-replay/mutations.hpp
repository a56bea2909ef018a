// Plans made worse on purpose, to see what a server does with them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "smtp-replay/plan.hpp"

namespace mailparse::tools {

struct Mutation {
  std::string_view name;
  std::string_view description;
};

/// All of them, in the order in which "all" plays them.
[[nodiscard]] std::span<const Mutation> mutations() noexcept;
/// What NAME of --mutate means: a name, "all", or "smuggle" for those that hide a second mail; empty where it means
/// nothing.
[[nodiscard]] std::vector<std::string_view> find_mutations(std::string_view name);

/// `plan` with that mutation; nothing where it has no place for it. SMTP and LMTP only.
[[nodiscard]] std::optional<Plan> mutate(const Plan& plan, std::string_view mutation);

}  // namespace mailparse::tools
