#include <array>

#include <mailparse/trace/traffic_kind.hpp>

namespace mailparse {

std::string_view to_string(TrafficKind kind) noexcept {
  constexpr std::array<std::string_view, traffic_kinds> names{
      "unknown", "empty", "smtp", "lmtp", "pop3",        "imap", "tls",    "amqp", "bittorrent", "dns",
      "ftp",     "http",  "irc",  "ldap", "managesieve", "mqtt", "mysql",  "nntp", "postgresql", "rdp",
      "redis",   "rtsp",  "sip",  "smb",  "socks",       "ssh",  "telnet", "vnc",  "xmpp",       "other_shard"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace mailparse
