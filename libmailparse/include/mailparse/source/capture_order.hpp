// In which order to read several inputs.
// Layer: source.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <mailparse/base/time.hpp>

namespace mailparse {

/// Time of the first packet that has one, of a capture in a regular file, compressed or not. Empty for anything else.
[[nodiscard]] std::optional<Timestamp> first_packet_time(const std::string& name);

/// Indexes of `names` in reading order: captures by their first packet, whatever the names of rotated pieces and the
/// order they were given in. Inputs without such a time, standard input among them, keep their places.
[[nodiscard]] std::vector<std::size_t> reading_order(std::span<const std::string> names);

}  // namespace mailparse
