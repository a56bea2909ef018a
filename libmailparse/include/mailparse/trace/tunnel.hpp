// What stood in front of a conversation on its connection.
// Layer: trace. RFC 1928, SOCKS 4 and 4a, RFC 9110 9.3.6, the PROXY protocol 1 and 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/source/conversation.hpp>

namespace mailparse {

enum class TunnelKind : std::uint8_t {
  socks4,        ///< SOCKS 4 and 4a CONNECT
  socks5,        ///< RFC 1928 CONNECT
  http_connect,  ///< RFC 9110 9.3.6
  proxy_v1,      ///< a line that names the original client, from a load balancer in front of the server
  proxy_v2,      ///< the same in binary
};

/// "socks4", "http-connect" ...: the enumerator's name with '-'.
[[nodiscard]] std::string_view to_string(TunnelKind kind) noexcept;

/// A tunnel that was opened, and where it led. Its octets are no part of the conversation, but count in the offsets of
/// both streams.
struct Tunnel {
  TunnelKind kind = TunnelKind::socks5;
  std::string host;                ///< name or address as asked for, or the original destination; empty: not told
  std::uint16_t port = 0;          ///< 0: not told
  std::optional<Endpoint> client;  ///< the original one, where the tunnel tells it
};

}  // namespace mailparse
