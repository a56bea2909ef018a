// --explain: a finding's code in words.
#pragma once

#include <string>
#include <string_view>

#include "common/exit_status.hpp"

namespace mailparse::tools {

/// The text for a code, for all codes of a family ("smtp", "mime.boundary"), or for "all"; empty where nothing is
/// called so.
[[nodiscard]] std::string explain(std::string_view name);

/// Prints it for `program`, or says that nothing is called so; how to end.
[[nodiscard]] ExitStatus tell_explanation(std::string_view name, const std::string& program);

}  // namespace mailparse::tools
