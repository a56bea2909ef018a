// UTF-8 as RFC 3629 defines it, one character at a time.
// Layer: scan. Whole texts are judged by scan/utf8.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mailparse {

/// A character read from UTF-8. `length` is 0 where the octets are none: overlong, surrogate, above U+10FFFF, cut off.
struct Utf8Character {
  std::uint32_t value = 0;
  std::size_t length = 0;
};

/// The character that `text` begins with; `text` is not empty.
constexpr Utf8Character read_utf8(std::string_view text) noexcept {
  const auto octet = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (octet(i) & 0xC0U) == 0x80U; };
  const std::uint32_t lead = octet(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead <= 0xDF && follows(1)) return {((lead & 0x1FU) << 6) | (octet(1) & 0x3FU), 2};
  if (lead >= 0xE0 && lead <= 0xEF && follows(1) && follows(2)) {
    const std::uint32_t value = ((lead & 0x0FU) << 12) | ((octet(1) & 0x3FU) << 6) | (octet(2) & 0x3FU);
    return value < 0x800 || (value >= 0xD800 && value <= 0xDFFF) ? Utf8Character{} : Utf8Character{value, 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4 && follows(1) && follows(2) && follows(3)) {
    const std::uint32_t value =
        ((lead & 0x07U) << 18) | ((octet(1) & 0x3FU) << 12) | ((octet(2) & 0x3FU) << 6) | (octet(3) & 0x3FU);
    return value < 0x10000 || value > 0x10FFFF ? Utf8Character{} : Utf8Character{value, 4};
  }
  return {};
}

/// Writes `character`, a Unicode scalar value, as UTF-8 to `out`, which has room for four octets; returns how many.
constexpr std::size_t encode_utf8(std::uint32_t character, char* out) noexcept {
  const auto put = [&](std::size_t at, std::uint32_t octet) { out[at] = static_cast<char>(octet); };
  const auto tail = [&](std::size_t at, unsigned shift) { put(at, 0x80U | ((character >> shift) & 0x3FU)); };
  if (character < 0x80) {
    put(0, character);
    return 1;
  }
  if (character < 0x800) {
    put(0, 0xC0U | (character >> 6));
    tail(1, 0);
    return 2;
  }
  if (character < 0x10000) {
    put(0, 0xE0U | (character >> 12));
    tail(1, 6);
    tail(2, 0);
    return 3;
  }
  put(0, 0xF0U | (character >> 18));
  tail(1, 12);
  tail(2, 6);
  tail(3, 0);
  return 4;
}

/// Appends `character`, a Unicode scalar value, as UTF-8.
inline void append_utf8(std::string& out, std::uint32_t character) {
  char octets[4];
  out.append(octets, encode_utf8(character, octets));
}

}  // namespace mailparse
