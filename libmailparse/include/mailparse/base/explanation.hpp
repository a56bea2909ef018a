// A finding explained: what is wrong, who says so, and what is done about it.
// Layer: base.
#pragma once

#include <string_view>

#include <mailparse/base/codes.hpp>

namespace mailparse {

/// What the reader does about the deviation: one clause for people.
[[nodiscard]] std::string_view recovery(Code code) noexcept;

}  // namespace mailparse
