#include "trace/tunnel_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/trace/conversations.hpp>

#include "trace/original_client.hpp"
#include "unit/trace/dialogue_script.hpp"

namespace mailparse {
namespace {

using namespace std::string_literals;
using State = TunnelVerdict::State;

struct Opened {
  const char* name;
  std::string client;
  std::string server;
  TunnelKind kind;
  std::string host;
  std::uint16_t port;
  std::string original;
};

const std::string v2_signature = "\r\n\r\n\0\r\nQUIT\n"s;

std::vector<Opened> opened() {
  return {
      {"socks5", "\5\2\0\2"s + "\5\1\0\3\x0Amx.example\0\x19"s, "\5\0"s + "\5\0\0\1\0\0\0\0\0\0"s, TunnelKind::socks5,
       "mx.example", 25, ""},
      {"socks5 with a password", "\5\1\2"s + "\1\4user\4pass"s + "\5\1\0\1\xC0\0\2\1\2\x4B"s,
       "\5\2"s + "\1\0"s + "\5\0\0\4"s + std::string(18, '\0'), TunnelKind::socks5, "192.0.2.1", 587, ""},
      {"socks4", "\4\1\0\x19\xC0\0\2\1me\0"s, "\0\x5A\0\0\0\0\0\0"s, TunnelKind::socks4, "192.0.2.1", 25, ""},
      {"socks4a", "\4\1\0\x19\0\0\0\1me\0mx.example\0"s, "\0\x5A\0\0\0\0\0\0"s, TunnelKind::socks4, "mx.example", 25,
       ""},
      {"connect", "CONNECT [2001:db8::1]:25 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
       TunnelKind::http_connect, "[2001:db8::1]", 25, ""},
      {"connect with bare line feeds", "CONNECT mx:25 HTTP/1.0\nA: b\n\n", "HTTP/1.0 200 OK\n\n",
       TunnelKind::http_connect, "mx", 25, ""},
      {"proxy 1", "PROXY TCP6 2001:DB8::1 2001:db8::2 40000 25\r\n", "", TunnelKind::proxy_v1, "2001:db8::2", 25,
       "2001:db8::1"},
      {"proxy 1 that knows nothing", "PROXY UNKNOWN\r\n", "", TunnelKind::proxy_v1, "", 0, ""},
      {"proxy 2", v2_signature + "\x21\x11\0\x0E\xC0\0\2\1\xC0\0\2\2\x9C\x40\0\x19\4\0"s, "", TunnelKind::proxy_v2,
       "192.0.2.2", 25, "192.0.2.1"},
      {"proxy 2 on its own behalf", v2_signature + "\x20\0\0\0"s, "", TunnelKind::proxy_v2, "", 0, ""},
  };
}

TEST(Tunnel, IsOpenWhenBothSidesSaidSo) {
  for (const Opened& example : opened()) {
    SCOPED_TRACE(example.name);
    const TunnelVerdict verdict = read_tunnel(example.client + "EHLO x\r\n", example.server + "220 x\r\n");
    ASSERT_EQ(verdict.state, State::open);
    EXPECT_EQ(verdict.client_octets, example.client.size());
    EXPECT_EQ(verdict.server_octets, example.server.size());
    EXPECT_EQ(verdict.tunnel.kind, example.kind);
    EXPECT_EQ(verdict.tunnel.host, example.host);
    EXPECT_EQ(verdict.tunnel.port, example.port);
    EXPECT_EQ(verdict.tunnel.client ? verdict.tunnel.client->ip : "", example.original);
  }
}

TEST(Tunnel, WaitsAtEveryCut) {
  for (const Opened& example : opened()) {
    SCOPED_TRACE(example.name);
    for (std::size_t cut = 0; cut < example.client.size(); ++cut)
      EXPECT_EQ(read_tunnel(example.client.substr(0, cut), "").state, State::more) << cut;
    for (std::size_t cut = 0; cut < example.server.size(); ++cut)
      EXPECT_EQ(read_tunnel(example.client, example.server.substr(0, cut)).state, State::more) << cut;
  }
}

TEST(Tunnel, IsNoneWhereItWasRefusedOrIsSomethingElse) {
  EXPECT_EQ(read_tunnel("\5\1\0"s, "\5\xFF"s).state, State::none);
  EXPECT_EQ(read_tunnel("\5\1\0"s + "\5\1\0\1\1\1\1\1\0\x19"s, "\5\0"s + "\5\5\0\1\0\0\0\0\0\0"s).state, State::none);
  EXPECT_EQ(read_tunnel("\5\1\0"s + "\5\2\0\1\1\1\1\1\0\x19"s, "\5\0"s).state, State::none);
  EXPECT_EQ(read_tunnel("\4\1\0\x19\1\1\1\1\0"s, "\0\x5B\0\0\0\0\0\0"s).state, State::none);
  EXPECT_EQ(read_tunnel("CONNECT x:25 HTTP/1.1\r\n\r\n", "HTTP/1.1 403 No\r\n\r\n").state, State::none);
  EXPECT_EQ(read_tunnel("CONNECT x HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n").state, State::none);
  EXPECT_EQ(read_tunnel("PROXY TCP4 a b 1 2\r\n", "").state, State::none);
  EXPECT_EQ(read_tunnel("PROXY " + std::string(200, 'x'), "").state, State::none);
  EXPECT_EQ(read_tunnel("EHLO x\r\n", "").state, State::none);
  EXPECT_EQ(read_tunnel("", "220 x\r\n").state, State::none);
  EXPECT_EQ(read_tunnel("CONNECT " + std::string(tunnel_octets, 'x'), "").state, State::none);
}

struct Seen {
  Protocol protocol = Protocol::unknown;
  Seldom<Tunnel> tunnel;
  std::string original;
  std::size_t exchanges = 0;
  std::uint64_t first_offset = 0;
};

Seen read_conversation(const Opened& example, std::size_t step) {
  test::KeepingListener listener;
  Seen seen;
  listener.check = [&](const SessionRecord& session) {
    seen.protocol = session.protocol;
    seen.tunnel = session.tunnel;
    if (session.original_client) seen.original = session.original_client->endpoint.ip;
    seen.exchanges = session.exchanges.size();
    if (!session.exchanges.empty()) seen.first_offset = session.exchanges.front().command->place.offset;
  };
  Conversations conversations(listener, {});
  const auto conversation = conversations.open(test::DialogueScript::start(true));
  std::array<std::uint64_t, 2> offsets{};
  const auto say = [&](Side side, std::string_view octets) {
    for (; !octets.empty(); octets.remove_prefix(std::min(step, octets.size()))) {
      std::uint64_t& offset = offsets[static_cast<std::size_t>(side)];
      const std::string_view piece = octets.substr(0, step);
      conversation->on_chunk({side, offset, piece, {}});
      offset += piece.size();
    }
  };
  say(Side::client, example.client);
  say(Side::server, example.server + "220 mx ESMTP\r\n");
  say(Side::client, "EHLO client.example\r\n");
  say(Side::server, "250 mx\r\n");
  say(Side::client, "QUIT\r\n");
  say(Side::server, "221 bye\r\n");
  conversation->finish({});
  return seen;
}

TEST(Tunnel, GivesTheConversationBehindItWhateverTheCut) {
  for (const Opened& example : opened()) {
    SCOPED_TRACE(example.name);
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
      const Seen seen = read_conversation(example, step);
      EXPECT_EQ(seen.protocol, Protocol::smtp);
      ASSERT_TRUE(seen.tunnel);
      EXPECT_EQ(seen.tunnel->kind, example.kind);
      EXPECT_EQ(seen.original, example.original);
      EXPECT_EQ(seen.exchanges, 2U);
      EXPECT_EQ(seen.first_offset, example.client.size());
    }
  }
}

TEST(Tunnel, LeavesARefusedOneAsItWas) {
  test::KeepingListener listener;
  Conversations conversations(listener, {});
  const auto conversation = conversations.open(test::DialogueScript::start(true));
  conversation->on_chunk({Side::client, 0, "CONNECT x:25 HTTP/1.1\r\n\r\n", {}});
  conversation->on_chunk({Side::server, 0, "HTTP/1.1 403 Forbidden\r\n\r\n", {}});
  conversation->finish({});
  ASSERT_EQ(listener.others.size(), 1U);
  EXPECT_EQ(listener.others.front().kind, TrafficKind::http);
}

TEST(OriginalClient, IsReadFromAttributes) {
  EXPECT_EQ(read_client_attributes("XCLIENT NAME=x ADDR=192.0.2.7 PORT=4000"), (Endpoint{"192.0.2.7", 4000}));
  EXPECT_EQ(read_client_attributes("xforward addr=IPV6:2001:DB8::7"), (Endpoint{"2001:db8::7", 0}));
  EXPECT_FALSE(read_client_attributes("XCLIENT ADDR=[UNAVAILABLE] PORT=4000"));
  EXPECT_FALSE(read_client_attributes("XCLIENT"));
}

}  // namespace
}  // namespace mailparse
