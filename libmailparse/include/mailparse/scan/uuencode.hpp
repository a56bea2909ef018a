// One line of uuencoded data.
// Layer: scan. POSIX uuencode, the historical algorithm (not its base64 form).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace mailparse {

/// Most octets that one line can hold.
inline constexpr std::size_t uuencoded_line_octets = 63;

/// Decodes a line of a uuencoded file, between "begin" and "end" and without its line end. Returns the octets decoded,
/// 0 for the last line before "end". Nothing when the line is none: its first octet is no length, an octet is outside
/// 0x20-0x60, or more is missing than the blanks that a mail system may have cut off its end.
[[nodiscard]] std::optional<std::size_t> decode_uuencoded_line(std::string_view line,
                                                               std::span<char, uuencoded_line_octets> out) noexcept;

}  // namespace mailparse
