// How far a text can be copied into a JSON string as it stands.
// Layer: scan. RFC 8259 7.
#pragma once

#include <cstddef>
#include <string_view>

namespace mailparse {

/// Index of the first octet that a JSON string cannot hold unchanged or that is no printable ASCII: a control octet,
/// DEL, a quotation mark, a backslash, or an octet above 0x7F (the start of UTF-8, or of something that is none). The
/// size if there is none.
[[nodiscard]] std::size_t find_json_special(std::string_view octets) noexcept;

}  // namespace mailparse
