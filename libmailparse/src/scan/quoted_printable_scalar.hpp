// The plain version of QuotedPrintableDecoder, one octet at a time; the vectorised one uses it wherever it cannot
// decide with the octets at hand. Layer: scan, private.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/scan/quoted_printable.hpp>

namespace mailparse::scalar {

inline constexpr std::uint8_t no_hex_digit = 0xFF;

inline constexpr std::array<std::uint8_t, 256> hex_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_hex_digit);
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<std::uint8_t>(i);
  for (unsigned i = 0; i < 6; ++i) {
    values['A' + i] = static_cast<std::uint8_t>(10 + i);
    values['a' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}();

/// Decodes one octet at `state.report.octets`; returns where in `out` the next one goes.
char* decode_quoted_printable_octet(QuotedPrintableState& state, char octet, char* out) noexcept;

/// Decides about what is held at the end of all.
char* finish_quoted_printable(QuotedPrintableState& state, char* out) noexcept;

}  // namespace mailparse::scalar
