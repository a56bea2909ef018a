// A secret typed on the terminal.
#pragma once

#include <optional>
#include <string>

namespace mailparse::tools {

/// What is typed behind `prompt` on the controlling terminal, without its echo; nothing where there is no terminal.
[[nodiscard]] std::optional<std::string> ask_for_secret(const std::string& prompt);

}  // namespace mailparse::tools
