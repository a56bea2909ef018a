// Searches that ask for two octets at a time: where the first alone is in every line, they pass over it.
// Layer: scan, private.
#pragma once

#include <cstddef>
#include <string_view>

namespace mailparse {

/// Index of the first `a` directly in front of a `b`, or the size.
[[nodiscard]] std::size_t find_pair(std::string_view octets, char a, char b) noexcept;
/// Index of the first `a`, `b` or `c` inside a word, directly in front of an octet above SP, or the size.
[[nodiscard]] std::size_t find_inside(std::string_view octets, char a, char b, char c) noexcept;

}  // namespace mailparse
