#include "json/received_path.hpp"

#include <array>

#include <arpa/inet.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/source/ip_address.hpp>

namespace mailparse {
namespace {

/// The longest text of an address, IPv6 with an IPv4 tail.
constexpr std::size_t most_text = 45;
constexpr std::string_view openers = " \t[({";
constexpr std::string_view closers = " \t])}";

constexpr bool is_address_octet(char octet) noexcept {
  return is(OctetClass::hex, octet) || octet == '.' || octet == ':';
}

}  // namespace

std::string normal_address(std::string_view text) {
  if (text.empty() || text.size() > most_text) return {};
  const std::string terminated(text);
  std::array<char, 16> octets{};
  if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) return IpAddress::ipv4(octets.data()).text();
  if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1) return IpAddress::ipv6(octets.data()).text();
  return {};
}

std::vector<std::string> wrapped_addresses(std::string_view value) {
  constexpr std::string_view tag = "IPv6:";
  std::vector<std::string> found;
  for (std::size_t at = 0; at < value.size();) {
    const bool opened = at == 0 || openers.contains(value[at - 1]);
    if (!opened) {
      ++at;
      continue;
    }
    const std::size_t begin = istarts_with(value.substr(at), tag) ? at + tag.size() : at;
    std::size_t end = begin;
    while (end < value.size() && is_address_octet(value[end])) ++end;
    const bool closed = end == value.size() || closers.contains(value[end]);
    if (closed && end > begin) {
      if (std::string address = normal_address(value.substr(begin, end - begin)); !address.empty())
        found.push_back(std::move(address));
    }
    at = end > at ? end : at + 1;
  }
  return found;
}

std::optional<std::string> hop_address(std::string_view received) {
  std::vector<std::string> addresses = wrapped_addresses(received);
  if (addresses.empty()) return std::nullopt;
  return std::move(addresses[addresses.size() > 1 ? 1 : 0]);
}

}  // namespace mailparse
