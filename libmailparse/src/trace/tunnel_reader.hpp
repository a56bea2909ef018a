// Tunnels in front of a conversation: recognised by the first octets of both sides.
// Layer: trace, private. RFC 1928, RFC 1929, SOCKS 4 and 4a, RFC 9110 9.3.6, the PROXY protocol 1 and 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/trace/tunnel.hpp>

namespace mailparse {

/// What the octets so far say of a tunnel.
struct TunnelVerdict {
  enum class State : std::uint8_t {
    none,  ///< there is none, or it was refused
    more,  ///< as far as it goes it looks like one
    open,  ///< there is one
  } state = State::none;
  std::size_t client_octets = 0;  ///< of the tunnel, in front of the conversation's own
  std::size_t server_octets = 0;
  Tunnel tunnel;
};

/// No tunnel is opened with more octets of one side. Proxies answer CONNECT with a few header fields.
inline constexpr std::size_t tunnel_octets = 8 * 1024;

/// Judges by the first octets of both sides, `tunnel_octets` of each at most. More octets never change a verdict other
/// than `more`.
[[nodiscard]] TunnelVerdict read_tunnel(std::string_view client, std::string_view server);

}  // namespace mailparse
