// What the searches of find.hpp and json_escape.hpp look for, one octet at a time.
// Layer: scan, private.
#pragma once

namespace mailparse::scalar {

constexpr bool is_eight_bit(char octet) noexcept {
  return static_cast<unsigned char>(octet) >= 0x80;
}

constexpr bool is_json_special(char octet) noexcept {
  const auto value = static_cast<unsigned char>(octet);
  return value < 0x20 || value > 0x7E || octet == '"' || octet == '\\';
}

}  // namespace mailparse::scalar
