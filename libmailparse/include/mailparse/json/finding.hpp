// A finding as JSON.
// Layer: json. docs/schema/finding.json
#pragma once

#include <string_view>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/json/json_writer.hpp>

namespace mailparse {

/// An object: code, severity, offset, length, side, frame, part, rfc, count and a text for people.
void write_finding(JsonWriter& writer, const Diagnostic& finding);

[[nodiscard]] std::string_view to_string(Side side) noexcept;

}  // namespace mailparse
