// What content is, by its first octets.
// Layer: message. Practice: the magic numbers of the formats' own specifications.
#pragma once

#include <cstddef>
#include <string_view>

namespace mailparse {

/// Octets from the start of the content that sniff_type() may look at.
inline constexpr std::size_t sniffed_octets = 1024;

/// A media type, or nothing where the octets say nothing definite. `start` is the beginning of decoded content.
/// Text is told from binary; HTML, XML, RTF and scripts by how they begin. Static storage.
[[nodiscard]] std::string_view sniff_type(std::string_view start) noexcept;

}  // namespace mailparse
