// Octets as JSON text.
// Layer: json, private. RFC 8259 7, RFC 3629.
#pragma once

#include <string>
#include <string_view>

namespace mailparse {

/// Appends `name` as a quoted member name and its colon, behind a comma if one is due; octets that are not valid UTF-8
/// become U+FFFD.
void append_json_key(std::string& out, bool comma, std::string_view name);

/// As the public append_json_string(), behind a comma if one is due.
void append_json_string(std::string& out, bool comma, std::string_view octets);

}  // namespace mailparse
