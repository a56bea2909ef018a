// Points in time with nanoseconds, as captures hold them.
// Layer: base.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace mailparse {

/// Nanoseconds since 1970-01-01T00:00:00Z without leap seconds; 1677 to 2262.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

/// RFC 3339 in UTC with nine digits of fraction: `2026-11-21T22:48:50.000000001Z`.
[[nodiscard]] std::string rfc3339(Timestamp time);

}  // namespace mailparse
