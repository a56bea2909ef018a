#include <array>
#include <tuple>
#include <utility>

#include <arpa/inet.h>

#include <mailparse/base/digest.hpp>
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

/// Base64 of what the hexadecimal digits stand for: three octets are six digits and become four characters.
std::string base64_of_hex(std::string_view hex) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < hex.size(); at += 6) {
    unsigned group = 0;
    for (std::size_t digit = 0; digit < 6; ++digit)
      group = group << 4 | (at + digit < hex.size() ? hex_value(hex[at + digit]) : 0);
    const std::size_t octets = std::min<std::size_t>(3, (hex.size() - at) / 2);
    for (std::size_t n = 0; n < 4; ++n) out.push_back(n <= octets ? alphabet[group >> (18 - 6 * n) & 63] : '=');
  }
  return out;
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
  return "1:" + base64_of_hex(digest_hex(DigestKind::sha1, key));
}

}  // namespace mailparse
