// Octets in hexadecimal.
// Layer: base. RFC 4648 8, in lower case.
#pragma once

#include <string>
#include <string_view>

namespace mailparse {

/// Two digits for each octet.
[[nodiscard]] std::string hex_text(std::string_view octets);

}  // namespace mailparse
