#include "trace/address_text.hpp"

#include <array>
#include <charconv>

#include <arpa/inet.h>

#include <mailparse/source/ip_address.hpp>

namespace mailparse {

std::optional<std::string> usual_address(std::string_view text) {
  std::array<char, 16> octets{};
  const std::string terminated(text);
  if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) return IpAddress::ipv4(octets.data()).text();
  if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1) return IpAddress::ipv6(octets.data()).text();
  return std::nullopt;
}

std::optional<std::uint16_t> port_number(std::string_view digits) noexcept {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return port;
}

}  // namespace mailparse
