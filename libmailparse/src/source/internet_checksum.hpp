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
/// not matter to it (RFC 1071 2 B), nor the width of what is added as long as carries come back: words are added as
/// they lie, 64 bits at a time, and their carries are counted.
[[nodiscard]] inline std::uint64_t ones_complement_sum(std::string_view octets) noexcept {
  const char* at = octets.data();
  std::size_t left = octets.size();
  std::uint64_t sum = 0;
  std::uint64_t carries = 0;
  const auto add = [&](std::uint64_t word) {
    sum += word;
    carries += sum < word ? 1 : 0;
  };
  const auto add_at = [&](std::size_t place) { add(load<std::uint64_t>(at + place, false)); };
  for (; left >= 32; left -= 32, at += 32) {
    add_at(0);
    add_at(8);
    add_at(16);
    add_at(24);
  }
  for (; left >= 8; left -= 8, at += 8) add_at(0);
  std::uint64_t rest = 0;
  std::memcpy(&rest, at, left);
  add(rest);
  // In 33 bits and the carries: whoever adds such sums up has room for a billion of them.
  return (sum >> 32) + (sum & 0xFFFF'FFFF) + carries;
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
