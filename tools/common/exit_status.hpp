// How the tools end.
#pragma once

namespace mailparse::tools {

enum class ExitStatus : int {
  done = 0,     ///< all inputs were read
  found = 1,    ///< and something was found or differs, where the tool is asked to judge
  trouble = 2,  ///< usage, input or output error
};

constexpr int to_int(ExitStatus status) noexcept {
  return static_cast<int>(status);
}

/// The graver of two.
constexpr ExitStatus worse(ExitStatus a, ExitStatus b) noexcept {
  return to_int(a) < to_int(b) ? b : a;
}

}  // namespace mailparse::tools
