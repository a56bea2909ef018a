// Integers read from octets in network order, or in the order that a file declares.
// Layer: source.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace mailparse {

[[nodiscard]] inline std::uint8_t be8(const char* octets) noexcept {
  return static_cast<unsigned char>(*octets);
}

template <typename Integer>
[[nodiscard]] Integer load(const char* octets, bool swapped) noexcept {
  Integer value;
  std::memcpy(&value, octets, sizeof value);
  return swapped ? std::byteswap(value) : value;
}

inline constexpr bool host_is_little = std::endian::native == std::endian::little;

[[nodiscard]] inline std::uint16_t be16(const char* octets) noexcept {
  return load<std::uint16_t>(octets, host_is_little);
}
[[nodiscard]] inline std::uint32_t be32(const char* octets) noexcept {
  return load<std::uint32_t>(octets, host_is_little);
}
[[nodiscard]] inline std::uint64_t be64(const char* octets) noexcept {
  return load<std::uint64_t>(octets, host_is_little);
}

}  // namespace mailparse
