// The plain version of Base64Decoder, one octet at a time; the vectorised one uses it for everything that is not a
// plain run of the alphabet.
// Layer: scan, private.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/scan/base64.hpp>

namespace mailparse::scalar {

inline constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Values below 64 are those of the alphabet.
inline constexpr std::uint8_t base64_skip = 64;  ///< blank or line end
inline constexpr std::uint8_t base64_pad = 65;   ///< "="
inline constexpr std::uint8_t base64_illegal = 66;

inline constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(base64_illegal);
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i) {
    values[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  for (const char blank : {' ', '\t', '\r', '\n'}) values[static_cast<unsigned char>(blank)] = base64_skip;
  values['='] = base64_pad;
  return values;
}();

/// Decodes one octet at `state.report.octets`; returns where in `out` the next one goes.
char* decode_base64_octet(Base64State& state, char octet, char* out) noexcept;

/// Base64Decoder::decode.
std::size_t decode_base64(Base64State& state, std::string_view octets, char* out) noexcept;

}  // namespace mailparse::scalar
