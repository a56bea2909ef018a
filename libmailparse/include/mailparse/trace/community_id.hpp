// The name that monitoring tools give to a flow, so that their records can be joined with ours.
// Layer: trace. Community ID v1, https://github.com/corelight/community-id-spec
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <mailparse/source/conversation.hpp>

namespace mailparse {

/// "1:" and the base64 of a SHA-1 over the TCP flow between `a` and `b`, the same for both directions; nothing where an
/// address is not an IPv4 or IPv6 address, or they are of different kinds.
[[nodiscard]] std::optional<std::string> community_id(const Endpoint& a, const Endpoint& b, std::uint16_t seed = 0);

}  // namespace mailparse
