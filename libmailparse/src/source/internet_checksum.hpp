// The Internet checksum and what it says of a TCP segment.
// Layer: source. RFC 1071, RFC 9293 3.1, RFC 8200 8.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <mailparse/source/ip_address.hpp>
#include <mailparse/source/tcp_segment.hpp>

#include "source/network_order.hpp"

namespace mailparse {

/// One's complement sum of 16-bit words in host order; an odd last octet is padded with zero. The order of octets does
/// not matter to it (RFC 1071 2 B), so words are added as they lie, 32 bits at a time into 64: compilers vectorise it.
[[nodiscard]] inline std::uint64_t ones_complement_sum(std::string_view octets) noexcept {
  const char* at = octets.data();
  std::size_t left = octets.size();
  std::uint64_t sum = 0;
  std::uint64_t other = 0;
  for (; left >= 32; left -= 32, at += 32) {
    std::uint32_t words[8];
    std::memcpy(words, at, sizeof words);
    sum += std::uint64_t{words[0]} + words[1] + words[2] + words[3];
    other += std::uint64_t{words[4]} + words[5] + words[6] + words[7];
  }
  sum += other;
  for (; left >= 4; left -= 4, at += 4) sum += load<std::uint32_t>(at, false);
  std::uint32_t rest = 0;
  std::memcpy(&rest, at, left);
  return sum + rest;
}

/// The sum in 16 bits.
[[nodiscard]] constexpr std::uint16_t fold(std::uint64_t sum) noexcept {
  while ((sum >> 16) != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

/// Judges the checksum of a whole TCP segment, its header of at least 20 octets included.
[[nodiscard]] TcpChecksum judge_tcp_checksum(const IpAddress& source, const IpAddress& destination,
                                             std::string_view segment) noexcept;

}  // namespace mailparse
