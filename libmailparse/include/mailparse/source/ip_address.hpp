// An IPv4 or IPv6 address as packets carry it.
// Layer: source. RFC 791, RFC 4291, RFC 5952.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>

namespace mailparse {

struct IpAddress {
  enum class Family : std::uint8_t {
    none,  ///< no address
    ipv4,  ///< the first four octets, the others 0
    ipv6,  ///< all sixteen
  };

  std::array<unsigned char, 16> octets{};  ///< network order
  Family family = Family::none;

  /// From four octets in network order.
  [[nodiscard]] static IpAddress ipv4(const char* network_order) noexcept {
    IpAddress address;
    std::memcpy(address.octets.data(), network_order, 4);
    address.family = Family::ipv4;
    return address;
  }
  /// From sixteen octets in network order.
  [[nodiscard]] static IpAddress ipv6(const char* network_order) noexcept {
    IpAddress address;
    std::memcpy(address.octets.data(), network_order, 16);
    address.family = Family::ipv6;
    return address;
  }

  /// Dotted quad or the RFC 5952 form (`2001:db8::1`, `::ffff:192.0.2.1`); empty for Family::none.
  [[nodiscard]] std::string text() const;

  bool operator==(const IpAddress&) const = default;
  /// The order of the octets, IPv4 before IPv6.
  std::strong_ordering operator<=>(const IpAddress& that) const noexcept {
    if (family != that.family) return family <=> that.family;
    if (half(0) != that.half(0)) return half(0) <=> that.half(0);
    return half(8) <=> that.half(8);
  }

 private:
  /// Eight octets as a number, so that the order of numbers is that of the octets.
  [[nodiscard]] std::uint64_t half(std::size_t at) const noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, octets.data() + at, sizeof value);
    return std::endian::native == std::endian::little ? std::byteswap(value) : value;
  }
};

}  // namespace mailparse

template <>
struct std::hash<mailparse::IpAddress> {
  std::size_t operator()(const mailparse::IpAddress& address) const noexcept {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::memcpy(&low, address.octets.data(), 8);
    std::memcpy(&high, address.octets.data() + 8, 8);
    std::uint64_t mixed = (low ^ 0x9E3779B97F4A7C15U) * 0xD6E8FEB86659FD93U;
    mixed ^= mixed >> 32;
    mixed = (mixed ^ high ^ static_cast<std::uint64_t>(address.family)) * 0xD6E8FEB86659FD93U;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32));
  }
};
