#include "smtp-replay/step_result.hpp"

#include <array>

namespace mailparse::tools {

std::string_view to_string(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, 3> names{"same", "differs", "not-comparable"};
  return names[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(DifferenceKind kind) noexcept {
  constexpr std::array<std::string_view, 15> names{"none",        "reply",         "recipient",      "extensions",
                                                   "tls",         "auth",          "extra-reply",    "missing-reply",
                                                   "early-close", "timeout",       "late-reply",     "message",
                                                   "command",     "extra-command", "missing-command"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace mailparse::tools
