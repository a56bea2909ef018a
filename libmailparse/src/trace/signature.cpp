#include "trace/signature.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mailparse {
namespace {

using namespace std::string_view_literals;

struct Prefix {
  std::string_view octets;
  TrafficKind kind;
};

constexpr auto prefixes = std::to_array<Prefix>({
    {"SSH-", TrafficKind::ssh},
    {"HTTP/1.", TrafficKind::http},
    {"PRI * HTTP/2", TrafficKind::http},
    {"GET /", TrafficKind::http},
    {"GET http", TrafficKind::http},
    {"POST /", TrafficKind::http},
    {"POST http", TrafficKind::http},
    {"HEAD /", TrafficKind::http},
    {"PUT /", TrafficKind::http},
    {"DELETE /", TrafficKind::http},
    {"PATCH /", TrafficKind::http},
    {"TRACE /", TrafficKind::http},
    {"CONNECT ", TrafficKind::http},
    {"PROPFIND /", TrafficKind::http},
    {"OPTIONS /", TrafficKind::http},
    {"OPTIONS * HTTP", TrafficKind::http},
    {"OPTIONS rtsp", TrafficKind::rtsp},
    {"DESCRIBE rtsp", TrafficKind::rtsp},
    {"RTSP/", TrafficKind::rtsp},
    {"OPTIONS sip", TrafficKind::sip},
    {"INVITE sip", TrafficKind::sip},
    {"REGISTER sip", TrafficKind::sip},
    {"SIP/2.", TrafficKind::sip},
    {"<?xml ", TrafficKind::xmpp},
    {"<stream:stream", TrafficKind::xmpp},
    {"RFB 00", TrafficKind::vnc},
    {"AMQP\0"sv, TrafficKind::amqp},
    {"AMQP\1"sv, TrafficKind::amqp},
    {"\x13"
     "BitTorrent protocol",
     TrafficKind::bittorrent},
    {"\0\0\0\x08\x04\xD2\x16\x2F"sv, TrafficKind::postgresql},
});

constexpr unsigned octet(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 256;
}

/// A record header with a plausible version and length. RFC 8446 5.1, RFC 6101 5.2.1.
bool is_tls(std::string_view head) noexcept {
  const unsigned type = octet(head, 0);
  const bool handshake = type == 0x16 && (head.size() < 6 || octet(head, 5) == 1 || octet(head, 5) == 2);
  const bool data = type == 0x17 || (type == 0x15 && octet(head, 3) == 0 && octet(head, 4) == 2);
  const unsigned length = octet(head, 3) << 8 | octet(head, 4);
  return head.size() >= 5 && (handshake || data) && octet(head, 1) == 3 && octet(head, 2) <= 4 && length <= 0x4800;
}

/// SEQUENCE { messageID INTEGER, protocolOp [APPLICATION n] ... }. RFC 4511 4.1.1.
bool is_ldap(std::string_view head) noexcept {
  if (octet(head, 0) != 0x30) return false;
  const unsigned length = octet(head, 1);
  const std::size_t at = length < 0x80 ? 2 : 2 + (length & 0x7F);
  const unsigned id_octets = octet(head, at + 1);
  if (at > 6 || octet(head, at) != 0x02 || id_octets == 0 || id_octets > 4) return false;
  const unsigned operation = octet(head, at + 2 + id_octets);
  return (operation >= 0x60 && operation <= 0x79) || operation == 0x42 || operation == 0x4A || operation == 0x50;
}

bool is_socks(std::string_view head) noexcept {
  if (octet(head, 0) == 5 && octet(head, 1) >= 1 && octet(head, 1) <= 8) {
    const std::size_t methods = octet(head, 1);
    return head.size() >= 2 + methods &&
           std::ranges::all_of(head.substr(2, methods), [](char method) { return method >= 0 && method <= 9; });
  }
  return octet(head, 0) == 4 && (octet(head, 1) == 1 || octet(head, 1) == 2) && head.size() >= 9;
}

bool is_smb(std::string_view head) noexcept {
  return octet(head, 0) == 0 && (octet(head, 4) == 0xFF || octet(head, 4) == 0xFE) && head.substr(5).starts_with("SMB");
}

bool is_mysql_greeting(std::string_view head) noexcept {
  return head.size() >= 12 && octet(head, 2) == 0 && octet(head, 3) == 0 && octet(head, 4) == 10 &&
         octet(head, 5) >= '3' && octet(head, 5) <= '9' && octet(head, 6) == '.';
}

bool is_postgresql_startup(std::string_view head) noexcept {
  return head.size() >= 8 && head.starts_with("\0\0"sv) && head.substr(4, 4) == "\0\3\0\0"sv;
}

bool is_rdp(std::string_view head) noexcept {
  return head.starts_with("\3\0"sv) && (octet(head, 5) == 0xE0 || octet(head, 5) == 0xD0);
}

bool is_mqtt(std::string_view head) noexcept {
  return octet(head, 0) == 0x10 &&
         (head.substr(0, 10).find("MQTT") != head.npos || head.substr(0, 10).find("MQIsdp") != head.npos);
}

bool is_telnet(std::string_view head) noexcept {
  return octet(head, 0) == 0xFF && octet(head, 1) >= 0xFB && octet(head, 1) <= 0xFE;
}

struct PortKind {
  std::uint16_t port;
  TrafficKind kind;
};

constexpr auto port_kinds = std::to_array<PortKind>({
    {21, TrafficKind::ftp},     {22, TrafficKind::ssh},    {23, TrafficKind::telnet},        {24, TrafficKind::lmtp},
    {25, TrafficKind::smtp},    {53, TrafficKind::dns},    {80, TrafficKind::http},          {110, TrafficKind::pop3},
    {119, TrafficKind::nntp},   {143, TrafficKind::imap},  {389, TrafficKind::ldap},         {443, TrafficKind::tls},
    {445, TrafficKind::smb},    {465, TrafficKind::tls},   {587, TrafficKind::smtp},         {636, TrafficKind::tls},
    {993, TrafficKind::tls},    {995, TrafficKind::tls},   {1080, TrafficKind::socks},       {2525, TrafficKind::smtp},
    {3306, TrafficKind::mysql}, {3389, TrafficKind::rdp},  {4190, TrafficKind::managesieve}, {5060, TrafficKind::sip},
    {5222, TrafficKind::xmpp},  {5269, TrafficKind::xmpp}, {5432, TrafficKind::postgresql},  {6379, TrafficKind::redis},
    {6667, TrafficKind::irc},
});
static_assert(std::ranges::is_sorted(port_kinds, {}, &PortKind::port));

}  // namespace

TrafficKind find_signature(std::string_view head) noexcept {
  for (const Prefix& prefix : prefixes) {
    if (head.starts_with(prefix.octets.substr(0, signature_octets))) return prefix.kind;
  }
  if (is_tls(head)) return TrafficKind::tls;
  if (is_ldap(head)) return TrafficKind::ldap;
  if (is_socks(head)) return TrafficKind::socks;
  if (is_smb(head)) return TrafficKind::smb;
  if (is_mysql_greeting(head)) return TrafficKind::mysql;
  if (is_postgresql_startup(head)) return TrafficKind::postgresql;
  if (is_rdp(head)) return TrafficKind::rdp;
  if (is_mqtt(head)) return TrafficKind::mqtt;
  if (is_telnet(head)) return TrafficKind::telnet;
  return TrafficKind::unknown;
}

TrafficKind kind_of_port(std::uint16_t port) noexcept {
  const auto at = std::ranges::lower_bound(port_kinds, port, {}, &PortKind::port);
  return at != port_kinds.end() && at->port == port ? at->kind : TrafficKind::unknown;
}

}  // namespace mailparse
