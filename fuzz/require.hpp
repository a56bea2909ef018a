// How a driver says that an invariant is broken.
#pragma once

namespace mailparse::fuzz {

/// Ends the process, which is a finding, unless `holds`.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace mailparse::fuzz
