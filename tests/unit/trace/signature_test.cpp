#include "trace/signature.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view head;
  TrafficKind kind;
};

TEST(Signature, FirstOctetsTellTheProtocol) {
  const Case cases[] = {
      {"SSH-2.0-OpenSSH_9.2\r\n", TrafficKind::ssh},
      {"GET / HTTP/1.1\r\n", TrafficKind::http},
      {"PRI * HTTP/2.0\r\n", TrafficKind::http},
      {"OPTIONS rtsp://host/x RTSP/1.0", TrafficKind::rtsp},
      {"INVITE sip:a@b.example", TrafficKind::sip},
      {"<stream:stream xmlns='jabber:client'", TrafficKind::xmpp},
      {"RFB 003.008\n", TrafficKind::vnc},
      {"AMQP\0\0\x09\x01"sv, TrafficKind::amqp},
      {"\x13"
       "BitTorrent protocol",
       TrafficKind::bittorrent},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"sv, TrafficKind::tls},
      {"\x16\x03\x03\x00\x7A\x02"sv, TrafficKind::tls},
      {"\x16\x03\x03\x00\x7A"sv, TrafficKind::tls},
      {"\x17\x03\x03\x40\x00\xAA"sv, TrafficKind::tls},
      {"\x15\x03\x03\x00\x02\x02\x28"sv, TrafficKind::tls},
      {"\x30\x0C\x02\x01\x01\x60\x07"sv, TrafficKind::ldap},
      {"\x30\x84\x00\x00\x00\x10\x02\x01\x01\x42"sv, TrafficKind::ldap},
      {"\x30\x0C\x02\x01\x01\x4A\x07"sv, TrafficKind::ldap},
      {"\x30\x0C\x02\x04\x01\x02\x03\x04\x50\x07"sv, TrafficKind::ldap},
      {"\x05\x02\x00\x02"sv, TrafficKind::socks},
      {"\x04\x01\x00\x19\xC0\x00\x02\x01\x00"sv, TrafficKind::socks},
      {"\x04\x02\x00\x19\xC0\x00\x02\x01\x00"sv, TrafficKind::socks},
      {"\x00\x00\x00\x85\xFFSMB"sv, TrafficKind::smb},
      {"\x00\x00\x00\x85\xFESMB"sv, TrafficKind::smb},
      {"\x4A\x00\x00\x00\x0A"
       "8.0.36\0"sv,
       TrafficKind::mysql},
      {"\x00\x00\x00\x29\x00\x03\x00\x00user\0"sv, TrafficKind::postgresql},
      {"\x03\x00\x00\x13\x0E\xE0\x00"sv, TrafficKind::rdp},
      {"\x03\x00\x00\x13\x0E\xD0\x00"sv, TrafficKind::rdp},
      {"\x10\x10\x00\x04MQTT\x04"sv, TrafficKind::mqtt},
      {"\x10\x10\x00\x06MQIsdp\x03"sv, TrafficKind::mqtt},
      {"\xFF\xFD\x18"sv, TrafficKind::telnet},
  };
  for (const Case& one : cases)
    EXPECT_EQ(find_signature(one.head), one.kind) << to_string(one.kind) << ": " << one.head;
}

TEST(Signature, WhatIsNearlyOneIsNone) {
  const std::string_view heads[] = {
      "",
      "220 mail.example ESMTP\r\n",
      "EHLO client.example\r\n",
      "GET x\r\n",
      "\x16\x03\x01\x02"sv,          // no whole record header
      "\x16\x03\x01\x02\x00\x05"sv,  // no hello
      "\x16\x02\x01\x02\x00\x01"sv,  // no such version
      "\x16\x03\x05\x02\x00\x01"sv,  // nor that
      "\x16\x03\x01\x50\x00\x01"sv,  // too long a record
      "\x15\x03\x01\x01\x02"sv,      // too long an alert
      "\x15\x03\x01\x00\x03"sv,
      "\x30\x0C\x03\x01\x01\x60\x07"sv,                              // no INTEGER
      "\x30\x0C\x02\x00\x60\x07"sv,                                  // an empty one
      "\x30\x0C\x02\x05\x01\x02\x03\x04\x05\x60"sv,                  // one too long
      "\x30\x0C\x02\x01\x01\x30\x07"sv,                              // no operation
      "\x30\x0C\x02\x01\x01\x7A\x07"sv,                              // none either
      "\x30\x88\x00\x00\x00\x00\x00\x00\x00\x10\x02\x01\x01\x60"sv,  // a length of eight octets
      "\x05\x00"sv,                                                  // no method
      "\x05\x09\0\0\0\0\0\0\0\0\0"sv,                                // too many
      "\x05\x02\x00"sv,                                              // fewer than told
      "\x05\x01\x80"sv,                                              // no such method
      "\x04\x03\x00\x19\xC0\x00\x02\x01\x00"sv,                      // no such command
      "\x04\x01\x00\x19"sv,                                          // too short
      "\x01\x00\x00\x85\xFFSMB"sv,
      "\x00\x00\x00\x85\xFDSMB"sv,
      "\x00\x00\x00\x85\xFFSMC"sv,
      "\x4A\x00\x00\x00\x0A"
      "8.0"sv,
      "\x4A\x00\x01\x00\x0A"
      "8.0.36\0"sv,
      "\x4A\x00\x00\x01\x0A"
      "8.0.36\0"sv,
      "\x4A\x00\x00\x00\x09"
      "8.0.36\0"sv,
      "\x4A\x00\x00\x00\x0A"
      "2.0.36\0"sv,
      "\x4A\x00\x00\x00\x0A"
      "x.0.36\0"sv,
      "\x4A\x00\x00\x00\x0A"
      "80.036\0"sv,
      "\x00\x00\x00\x29\x00"sv,
      "\x00\x01\x00\x29\x00\x03\x00\x00"sv,
      "\x00\x00\x00\x29\x00\x02\x00\x00"sv,
      "\x03\x00\x00\x13\x0E\x10\x00"sv,
      "\x10\x10\x00\x04QTTM\x04"sv,
      "\xFF\xFA\x18"sv,
      "\xFF\xFF\x18"sv,
  };
  for (const std::string_view head : heads) EXPECT_EQ(find_signature(head), TrafficKind::unknown) << head;
}

TEST(Signature, PortsTellWhereNothingElseDoes) {
  EXPECT_EQ(kind_of_port(25), TrafficKind::smtp);
  EXPECT_EQ(kind_of_port(6667), TrafficKind::irc);
  EXPECT_EQ(kind_of_port(26), TrafficKind::unknown);
  EXPECT_EQ(kind_of_port(65535), TrafficKind::unknown);
}

}  // namespace
}  // namespace mailparse
