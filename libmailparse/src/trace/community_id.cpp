#include <array>
#include <utility>

#include <arpa/inet.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/scan/base64.hpp>
#include <mailparse/trace/community_id.hpp>

namespace mailparse {
namespace {

constexpr char tcp = 6;

/// The address in network order, 4 or 16 octets; empty where the text is none.
std::string packed(const std::string& address) {
  std::array<char, 16> octets{};
  if (inet_pton(AF_INET, address.c_str(), octets.data()) == 1) return {octets.data(), 4};
  if (inet_pton(AF_INET6, address.c_str(), octets.data()) == 1) return {octets.data(), 16};
  return {};
}

void append_big_endian(std::string& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value & 0xFF));
}

unsigned hex_value(char digit) noexcept {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

std::string octets_of_hex(std::string_view hex) {
  std::string octets;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    octets.push_back(static_cast<char>(hex_value(hex[at]) << 4 | hex_value(hex[at + 1])));
  }
  return octets;
}

}  // namespace

std::optional<std::string> community_id(const Endpoint& a, const Endpoint& b, std::uint16_t seed) {
  std::pair<std::string, std::uint16_t> low{packed(a.ip), a.port};
  std::pair<std::string, std::uint16_t> high{packed(b.ip), b.port};
  if (low.first.empty() || low.first.size() != high.first.size()) return std::nullopt;
  if (high < low) std::swap(low, high);
  std::string key;
  append_big_endian(key, seed);
  key += low.first;
  key += high.first;
  key.push_back(tcp);
  key.push_back('\0');
  append_big_endian(key, low.second);
  append_big_endian(key, high.second);
  std::string id("1:");
  append_base64(id, octets_of_hex(digest_hex(DigestKind::sha1, key)));
  return id;
}

}  // namespace mailparse
