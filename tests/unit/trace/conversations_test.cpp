#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/trace/conversations.hpp>

#include "unit/trace/dialogue_script.hpp"

namespace mailparse {
namespace {

using test::DialogueScript;
using test::KeepingListener;

struct Said {
  Side side;
  std::string_view octets;
};

/// What a test compares of a record.
struct Seen {
  Protocol protocol = Protocol::unknown;
  std::uint16_t client_port = 0;
  std::uint64_t client_octets = 0;
  std::vector<std::string> verbs;
  std::vector<Outcome> outcomes;
  std::vector<std::string> digests;
  std::vector<Code> findings;
  bool implicit_tls = false;
  bool greeted = false;
  Ending ending{};
  bool operator==(const Seen&) const = default;
};

class Listener final : public KeepingListener {
 public:
  void on_session(const SessionRecord& session) override {
    Seen seen;
    seen.protocol = session.protocol;
    seen.client_port = session.start.client->port;
    seen.client_octets = session.end.client_octets;
    for (const Exchange& exchange : session.exchanges)
      seen.verbs.emplace_back(exchange.command ? exchange.command->verb : "");
    for (const TransactionRecord& transaction : session.transactions) {
      seen.outcomes.push_back(transaction.outcome);
      seen.digests.push_back(transaction.message ? transaction.message->sha256 : "");
    }
    for (const Diagnostic& finding : session.findings) seen.findings.push_back(finding.code);
    seen.implicit_tls = session.tls && session.tls->implicit;
    seen.greeted = session.greeting.has_value();
    seen.ending = session.ending;
    sessions.push_back(seen);
  }
  std::vector<Seen> sessions;
};

struct Conversed {
  std::vector<Seen> sessions;
  std::vector<OtherTraffic> others;
};

Conversed converse(const std::vector<Said>& said, std::size_t cut, const ConversationStart& start,
                   ConversationsOptions options = {}) {
  Listener listener;
  Conversations conversations(listener, options);
  const auto conversation = conversations.open(start);
  std::array<std::uint64_t, 2> offsets{};
  for (const Said& part : said) {
    std::uint64_t& offset = offsets[static_cast<std::size_t>(part.side)];
    for (std::size_t at = 0; at < part.octets.size(); at += cut) {
      const std::string piece(part.octets.substr(at, cut));  // gone after the call, as a source's octets may be
      conversation->on_chunk({.side = part.side, .offset = offset, .octets = piece, .stamp = {}});
      offset += piece.size();
    }
  }
  conversation->on_end(Side::client, StreamEnd::closed, {});
  conversation->on_end(Side::server, StreamEnd::closed, {});
  ConversationEnd end;
  end.client_octets = offsets[0];
  end.server_octets = offsets[1];
  conversation->finish(end);
  return {listener.sessions, listener.others};
}

const std::vector<Said>& delivery() {
  static const std::vector<Said> said{{Side::server, "220 mail.example ESMTP\r\n"},
                                      {Side::client, "EHLO c\r\n"},
                                      {Side::server, "250 mail.example\r\n"},
                                      {Side::client, "MAIL FROM:<a@x>\r\n"},
                                      {Side::server, "250 ok\r\n"},
                                      {Side::client, "RCPT TO:<b@x>\r\n"},
                                      {Side::server, "250 ok\r\n"},
                                      {Side::client, "DATA\r\n"},
                                      {Side::server, "354 go on\r\n"},
                                      {Side::client, "Subject: x\r\n\r\n..\r\n.\r\n"},
                                      {Side::server, "250 taken\r\n"},
                                      {Side::client, "QUIT\r\n"},
                                      {Side::server, "221 bye\r\n"}};
  return said;
}

std::vector<Said> mirrored(std::vector<Said> said) {
  for (Said& part : said) part.side = other(part.side);
  return said;
}

TEST(Conversations, ReadsADeliveryInAnyCut) {
  const Conversed whole = converse(delivery(), 1000, DialogueScript::start(true));
  ASSERT_EQ(whole.sessions.size(), 1U);
  EXPECT_EQ(whole.sessions[0].protocol, Protocol::smtp);
  EXPECT_EQ(whole.sessions[0].verbs, (std::vector<std::string>{"EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"}));
  EXPECT_EQ(whole.sessions[0].outcomes, std::vector{Outcome::accepted});
  EXPECT_EQ(whole.sessions[0].digests.at(0), digest_hex(DigestKind::sha256, "Subject: x\r\n\r\n.\r\n"));
  for (std::size_t cut = 1; cut < 40; ++cut) {
    EXPECT_EQ(converse(delivery(), cut, DialogueScript::start(true)).sessions, whole.sessions) << cut;
  }
}

TEST(Conversations, ALongGreetingOctetByOctetIsNotLost) {
  const std::string greeting = "220 " + std::string(508, 'a') + "\r\n";
  const std::vector<Said> said{{Side::server, greeting}, {Side::client, "QUIT\r\n"}, {Side::server, "221 bye\r\n"}};
  const auto whole = converse(said, greeting.size(), DialogueScript::start(true)).sessions;
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_TRUE(whole.front().greeted);
  EXPECT_EQ(converse(said, 1, DialogueScript::start(true)).sessions, whole);
}

TEST(Conversations, TurnsTheSidesRoundWhereTheContentSaysSo) {
  ConversationStart start = DialogueScript::start(false);
  start.sides_known = false;
  std::swap(start.client, start.server);
  const Conversed turned = converse(mirrored(delivery()), 1000, start);
  ASSERT_EQ(turned.sessions.size(), 1U);
  EXPECT_EQ(turned.sessions[0].client_port, 40000);
  EXPECT_EQ(turned.sessions[0].outcomes, std::vector{Outcome::accepted});
  const Conversed straight = converse(delivery(), 1000, DialogueScript::start(true));
  EXPECT_EQ(turned.sessions[0].client_octets, straight.sessions[0].client_octets);
}

TEST(Conversations, OnlyCountsWhatIsNoMail) {
  const Conversed web =
      converse({{Side::client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"}, {Side::server, "HTTP/1.1 200 OK\r\n\r\nEHLO"}}, 7,
               DialogueScript::start(true));
  EXPECT_TRUE(web.sessions.empty());
  ASSERT_EQ(web.others.size(), 1U);
  EXPECT_EQ(web.others[0].kind, TrafficKind::http);
  EXPECT_EQ(web.others[0].client_octets, 27U);
}

TEST(Conversations, TellsOfAWebClientThatTalksBeforeTheGreeting) {
  ConversationStart start = DialogueScript::start(true);
  start.server->port = 25;
  const std::vector<Said> said{{Side::client, "POST / HTTP/1.1\r\n\r\nMAIL FROM:<a@x>\r\n"},
                               {Side::server, "220 mail.example ESMTP\r\n500 what\r\n500 what\r\n250 ok\r\n"}};
  const auto whole = converse(said, 1000, start).sessions;
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_EQ(whole[0].protocol, Protocol::smtp);
  EXPECT_EQ(whole[0].verbs, (std::vector<std::string>{"POST", "", "MAIL"}));
  EXPECT_EQ(std::ranges::count(whole[0].findings, Code::smtp_pipelining_before_greeting), 1);
  for (std::size_t cut = 1; cut < 40; ++cut) EXPECT_EQ(converse(said, cut, start).sessions, whole) << cut;
}

TEST(Conversations, TellsOfTlsOnMailPortsOnly) {
  const std::string hello("\x16\x03\x01\x00\x30\x01\x00\x00\x2C\x03\x03", 11);
  const std::string hello_and_more = hello + std::string(40, 'x');
  ConversationStart start = DialogueScript::start(true);
  start.server->port = 465;
  const Conversed mail = converse({{Side::client, hello_and_more}}, 100, start);
  ASSERT_EQ(mail.sessions.size(), 1U);
  EXPECT_EQ(mail.sessions[0].protocol, Protocol::unknown);
  EXPECT_TRUE(mail.sessions[0].implicit_tls);
  EXPECT_EQ(mail.sessions[0].ending, Ending::tls);
  start.server->port = 443;
  const Conversed web = converse({{Side::client, hello}}, 100, start);
  EXPECT_TRUE(web.sessions.empty());
  EXPECT_EQ(web.others.at(0).kind, TrafficKind::tls);
}

TEST(Conversations, GivenProtocolsAreNotGuessed) {
  ConversationsOptions options;
  options.protocol = Protocol::smtp;
  const Conversed odd =
      converse({{Side::client, "HI\r\n"}, {Side::server, "500 what\r\n"}}, 100, DialogueScript::start(true), options);
  ASSERT_EQ(odd.sessions.size(), 1U);
  EXPECT_EQ(odd.sessions[0].protocol, Protocol::smtp);
  EXPECT_EQ(odd.sessions[0].verbs.size(), 1U);
}

TEST(Conversations, RecognisesMailBehindALotOfNoise) {
  ConversationStart start = DialogueScript::start(false);
  const std::string noise(100'000, 'x');
  const Conversed late = converse({{Side::client, noise},
                                   {Side::client, "\r\n.\r\n"},
                                   {Side::server, "250 2.0.0 Ok: queued\r\n"},
                                   {Side::client, "MAIL FROM:<a@x>\r\n"},
                                   {Side::server, "250 2.1.0 Ok\r\n"},
                                   {Side::client, "RCPT TO:<b@x>\r\n"},
                                   {Side::server, "250 2.1.5 Ok\r\n"}},
                                  1460, start);
  ASSERT_EQ(late.sessions.size(), 1U);
  EXPECT_EQ(late.sessions[0].protocol, Protocol::smtp);
  EXPECT_EQ(late.sessions[0].client_octets, noise.size() + 5 + 17 + 15);
}

TEST(Conversations, AnUnknownConversationIsARecordAndAnEmptyOneIsNot) {
  const Conversed unknown = converse({{Side::client, "hello\r\n"}}, 100, DialogueScript::start(true));
  ASSERT_EQ(unknown.sessions.size(), 1U);
  EXPECT_EQ(unknown.sessions[0].protocol, Protocol::unknown);
  const Conversed empty = converse({}, 100, DialogueScript::start(true));
  EXPECT_TRUE(empty.sessions.empty());
  EXPECT_EQ(empty.others.at(0).kind, TrafficKind::empty);
}

}  // namespace
}  // namespace mailparse
