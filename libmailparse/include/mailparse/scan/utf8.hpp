// Is it UTF-8, and if not, from where on.
// Layer: scan. RFC 3629.
#pragma once

#include <cstddef>
#include <string_view>

namespace mailparse {

/// What some editors put in front of UTF-8 text. Unicode 23.8.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

[[nodiscard]] constexpr std::string_view without_byte_order_mark(std::string_view text) noexcept {
  return text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text;
}

/// Whether `octets` are whole UTF-8 sequences: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view octets) noexcept;

/// Offset of the first octet of the first sequence that is not valid UTF-8, or the size.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view octets) noexcept;

/// Length of the valid UTF-8 sequence at the front of `octets` (1 to 4), 0 if there is none.
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view octets) noexcept;

}  // namespace mailparse
