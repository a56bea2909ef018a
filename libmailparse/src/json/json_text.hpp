// Octets as JSON text.
// Layer: json, private. RFC 8259 7, RFC 3629.
#pragma once

#include <string>
#include <string_view>

namespace mailparse {

/// Appends `name` as a quoted member name; octets that are not valid UTF-8 become U+FFFD.
void append_json_key(std::string& out, std::string_view name);

}  // namespace mailparse
