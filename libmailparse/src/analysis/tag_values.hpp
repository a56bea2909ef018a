// Values of tag lists as their readers want them.
// Layer: analysis (private). RFC 6376 3.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/message/tag_list.hpp>

namespace mailparse {

/// The value of the first tag of that name, without white space.
[[nodiscard]] std::optional<std::string> tag_value(const TagList& tags, std::string_view name);
/// The same as a number; nothing where it is none, or too large.
[[nodiscard]] std::optional<std::uint64_t> tag_number(const TagList& tags, std::string_view name);
/// Whether a name stands twice, which makes the whole list invalid.
[[nodiscard]] bool has_duplicates(const TagList& tags);

/// Octets of base64 text; nothing where it has any other octet or misplaced padding.
[[nodiscard]] std::optional<std::string> base64_octets(std::string_view text);

}  // namespace mailparse
