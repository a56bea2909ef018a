// Addresses of hosts in header fields.
// Layer: json, private. RFC 5321 4.1.3, 4.4
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse {

/// The addresses in a field's value that stand between blanks, brackets, braces or parentheses, in their usual text
/// form. IPv6 addresses may have the tag "IPv6:" of RFC 5321 before them.
[[nodiscard]] std::vector<std::string> wrapped_addresses(std::string_view value);

/// The address of the host that a Received field's "from" names, as Zeek chooses it: the second one in the field, or
/// the only one.
[[nodiscard]] std::optional<std::string> hop_address(std::string_view received);

/// The address that `text` is, in its usual text form; empty where it is none.
[[nodiscard]] std::string normal_address(std::string_view text);

}  // namespace mailparse
