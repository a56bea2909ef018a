// What a TCP conversation carries, as its first octets tell.
// Layer: trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mailparse {

enum class TrafficKind : std::uint8_t {
  unknown,      ///< octets that fit nothing below
  empty,        ///< no octets at all: half-open, refused, or idle
  smtp,         ///< RFC 5321
  lmtp,         ///< RFC 2033
  pop3,         ///< RFC 1939
  imap,         ///< RFC 9051, RFC 3501
  tls,          ///< a TLS or SSL 3 handshake comes first
  amqp,         ///< Advanced Message Queuing Protocol
  bittorrent,   ///< peer protocol
  dns,          ///< DNS over TCP
  ftp,          ///< RFC 959
  http,         ///< RFC 9112, RFC 9113
  irc,          ///< RFC 2812
  ldap,         ///< RFC 4511
  managesieve,  ///< RFC 5804
  mqtt,         ///< OASIS MQTT
  mysql,        ///< MySQL and MariaDB client protocol
  nntp,         ///< RFC 3977
  postgresql,   ///< PostgreSQL frontend/backend protocol
  rdp,          ///< ITU-T T.125 over TPKT
  redis,        ///< RESP
  rtsp,         ///< RFC 7826
  sip,          ///< RFC 3261
  smb,          ///< SMB over TCP
  socks,        ///< RFC 1928, SOCKS 4
  ssh,          ///< RFC 4253
  telnet,       ///< RFC 854 option negotiation
  vnc,          ///< RFC 6143
  xmpp,         ///< RFC 6120
  other_shard,  ///< left to another worker
};

inline constexpr std::size_t traffic_kinds = static_cast<std::size_t>(TrafficKind::other_shard) + 1;

/// The enumerator's own name.
[[nodiscard]] std::string_view to_string(TrafficKind kind) noexcept;

}  // namespace mailparse
