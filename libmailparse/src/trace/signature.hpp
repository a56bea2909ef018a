// Protocols that show themselves by their first octets.
// Layer: trace, private. RFC 8446 5.1, RFC 4253 4.2, RFC 9112 3, RFC 4511 4, RFC 1928, RFC 6120 4 and others.
#pragma once

#include <cstddef>
#include <string_view>

#include <mailparse/trace/traffic_kind.hpp>

namespace mailparse {

/// No signature looks further.
inline constexpr std::size_t signature_octets = 24;

/// What a stream that begins with `head` carries, TrafficKind::unknown where no signature fits. A head shorter than
/// signature_octets is taken for all that there is.
[[nodiscard]] TrafficKind find_signature(std::string_view head) noexcept;

/// What usually runs on that server port, where nothing else tells.
[[nodiscard]] TrafficKind kind_of_port(std::uint16_t port) noexcept;

}  // namespace mailparse
