// Header fields in canonical form, as signatures cover them.
// Layer: analysis (private). RFC 6376 3.4.1, 3.4.2, 3.7, 5.4.2; RFC 8617 5.1.1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/header.hpp>

#include "analysis/body_hash.hpp"

namespace mailparse {

/// One field with its line end, given as it stands in the message; line ends of LF alone become CRLF.
[[nodiscard]] std::string canonical_field(std::string_view raw, Canonical form);

/// A signature's field without the value of its b= tag.
[[nodiscard]] std::string without_signature_value(std::string_view raw);

/// The fields that `names` (in lower case) lists, each name taking the last field of that name that was not taken yet;
/// names without a field add nothing.
[[nodiscard]] std::string canonical_fields(const Header& header, const std::vector<std::string>& names, Canonical form);

}  // namespace mailparse
