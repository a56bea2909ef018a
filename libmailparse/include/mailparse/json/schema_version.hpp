// The version of the records.
// Layer: json.
#pragma once

#include <cstdint>

namespace mailparse {

/// The `schema` member of every record; docs/schema/ describes this version.
inline constexpr std::uint64_t schema_version = 1;

}  // namespace mailparse
