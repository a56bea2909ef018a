// Sequence numbers without their wrap.
// Layer: source. RFC 9293 3.4.
#pragma once

#include <cstdint>

namespace mailparse::tcp {

/// A sequence number as a place in the stream of one side: 64 bits, never wrapping. The first one met is
/// `first_position` + its sequence number, so that places before it are positive too.
using Position = std::uint64_t;

inline constexpr Position first_position = Position{1} << 32;

/// The place of `sequence` that is nearest to `near`: at most 2^31 octets away.
[[nodiscard]] constexpr Position unwrap(std::uint32_t sequence, Position near) noexcept {
  const std::uint32_t ahead = sequence - static_cast<std::uint32_t>(near);
  return ahead < 0x8000'0000U ? near + ahead : near - (0x1'0000'0000U - ahead);
}

}  // namespace mailparse::tcp
