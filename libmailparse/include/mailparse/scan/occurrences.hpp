// How often something was met and where first.
// Layer: scan.
#pragma once

#include <cstdint>

namespace mailparse {

struct Occurrences {
  std::uint64_t count = 0;
  std::uint64_t first = 0;  ///< offset; meaningful when count > 0

  /// One more, at `offset`; calls come in ascending order.
  constexpr void add(std::uint64_t offset) noexcept {
    if (count++ == 0) first = offset;
  }
  bool operator==(const Occurrences&) const = default;
};

}  // namespace mailparse
