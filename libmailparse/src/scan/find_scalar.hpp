// What the searches of find.hpp and json_escape.hpp look for, one octet at a time.
// Layer: scan, private.
#pragma once

#include <cstddef>
#include <string_view>

namespace mailparse::scalar {

constexpr bool is_eight_bit(char octet) noexcept {
  return static_cast<unsigned char>(octet) >= 0x80;
}

constexpr bool is_json_special(char octet) noexcept {
  const auto value = static_cast<unsigned char>(octet);
  return value < 0x20 || value > 0x7E || octet == '"' || octet == '\\';
}

constexpr bool is_white(char octet) noexcept {
  return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

/// Whether the white octet `octets[at]` is something else than a lone SP between others.
constexpr bool is_irregular_white(std::string_view octets, std::size_t at) noexcept {
  if (octets[at] != ' ') return is_white(octets[at]);
  return at + 1 == octets.size() || is_white(octets[at + 1]);
}

}  // namespace mailparse::scalar
