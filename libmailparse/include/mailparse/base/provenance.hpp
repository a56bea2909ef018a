// Where an octet comes from and who sent it.
// Layer: base.
#pragma once

#include <cstdint>
#include <optional>

#include <mailparse/base/time.hpp>

namespace mailparse {

/// Who sent an octet. In a source that cannot tell yet, `client` is the side that opened the connection or spoke first.
enum class Side : std::uint8_t { client, server };

constexpr Side other(Side side) noexcept {
  return side == Side::client ? Side::server : Side::client;
}

/// Where an octet comes from.
struct Stamp {
  std::optional<Timestamp> time;  ///< absent where the source shows no time
  std::uint64_t frame = 0;        ///< number of the packet in its file (or line of the transcript) from 1; 0 = none
  std::uint32_t file = 0;         ///< index of the input among those read together
};

}  // namespace mailparse
