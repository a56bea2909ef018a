// Addresses and ports as relays write them.
// Layer: trace, private.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse {

/// An IPv4 or IPv6 address as text in its usual form (RFC 5952); absent when it is none.
[[nodiscard]] std::optional<std::string> usual_address(std::string_view text);

/// 0 to 65535 in decimal digits only.
[[nodiscard]] std::optional<std::uint16_t> port_number(std::string_view digits) noexcept;

}  // namespace mailparse
