// Character references of HTML: `&amp;`, `&#38;`, `&#x26;`.
// Layer: message, private. HTML Living Standard 13.2.5.72-80.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mailparse {

/// No reference that is known is longer, ampersand and semicolon included; digits beyond are passed over.
inline constexpr std::size_t reference_octets = 40;

/// Appends to `out` what the reference at the front of `text` ("&...") stands for, and returns its octets; 0 when there
/// is none. Some names count without their semicolon, in an attribute only where no letter, digit or "=" follows.
std::size_t append_reference(std::string& out, std::string_view text, bool in_attribute);

/// `text` with its references resolved.
[[nodiscard]] std::string resolve_references(std::string_view text, bool in_attribute);

}  // namespace mailparse
