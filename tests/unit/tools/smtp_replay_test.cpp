// The parts of smtp-replay that judge without a network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/scan/base64.hpp>

#include "smtp-replay/comparison.hpp"
#include "smtp-replay/json_records.hpp"
#include "smtp-replay/message_octets.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/safety.hpp"
#include "smtp-replay/sasl_client.hpp"

namespace mailparse::tools {
namespace {

RecordedReply reply(std::uint16_t code, std::vector<std::string> text) {
  return {code, std::nullopt, std::move(text)};
}

RecordedExchange exchange(std::string verb, std::string text, RecordedReply answer) {
  RecordedExchange made;
  made.verb = std::move(verb);
  made.text = std::move(text);
  made.replies.push_back(std::move(answer));
  return made;
}

RecordedSession session(std::vector<RecordedExchange> exchanges) {
  RecordedSession made;
  made.id = "s-1";
  made.protocol = Protocol::smtp;
  made.greeting = reply(220, {"mx"});
  made.exchanges = std::move(exchanges);
  return made;
}

TEST(Safety, ReservedDomainsAndNoOthers) {
  for (const auto* domain : {"example", "test", "a.invalid", "LOCALHOST", "x.example.com", "example.org."})
    EXPECT_TRUE(is_reserved_domain(domain)) << domain;
  for (const auto* domain : {"", "notexample", "example.de", "myexample.com", "test.com", "[127.0.0.1]"})
    EXPECT_FALSE(is_reserved_domain(domain)) << domain;
}

TEST(Safety, RoutesInTheLocalPartAreNoHarmlessAddresses) {
  EXPECT_TRUE(is_harmless("a@example.test"));
  for (const auto* address :
       {"postmaster", "@example.test", "a%b.com@example.test", "b.com!a@example.test", "\"a@b.com\"@example.test"})
    EXPECT_FALSE(is_harmless(address)) << address;
}

TEST(AddressRewrites, TheMapGoesBeforeTheOneForAll) {
  auto map = AddressRewrites::parse_map("# old new\nA@real.com  b@example.test\r\n\n");
  ASSERT_TRUE(map);
  map->set_all("c@example.test");
  EXPECT_EQ(map->find("a@REAL.com"), "b@example.test");
  EXPECT_EQ(map->find("z@real.com"), "c@example.test");
  EXPECT_FALSE(AddressRewrites::parse_map("only-one\n"));
}

TEST(MessageOctets, DotsAreDoubledAndTheLastLineEnded) {
  EXPECT_EQ(to_data(""), ".\r\n");
  EXPECT_EQ(to_data(".a\r\n..\r\nb"), "..a\r\n...\r\nb\r\n.\r\n");
}

TEST(MessageOctets, ALoneDotBetweenBareLineEndsIsFound) {
  for (const auto* body : {"a\n.\nb\r\n", "a\r\n.b", "a\r.\r\nb"}) {
    const bool hidden = std::string_view(body).find(".b") == std::string_view::npos;
    EXPECT_EQ(hides_end_of_data(to_data(body)), hidden) << body;
  }
  EXPECT_FALSE(hides_end_of_data(to_data(".\r\n.\r\n")));
}

TEST(MessageOctets, MadeUpOnesHaveTheSizeAskedFor) {
  for (std::uint64_t size = 2; size < 400; ++size) {
    const std::string message = made_up_message(size);
    EXPECT_EQ(message.size(), size);
    EXPECT_TRUE(message.ends_with("\r\n"));
  }
}

TEST(Plan, WhatWouldBeSentIsJudgedNotWhatTheRecordCallsIt) {
  const auto plan = make_plan(session({exchange("NOOP", "RCPT TO:<a@real.com>", reply(250, {"Ok"}))}), {});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().status, ReplayStatus::refused);
  const auto lines = make_plan(session({exchange("NOOP", "NOOP\r\nRCPT TO:<a@real.com>", reply(250, {"Ok"}))}), {});
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().status, ReplayStatus::refused);
}

TEST(Plan, ParametersThatTellOfPeopleAreLeftOutAndNamed) {
  const auto plan = make_plan(
      session(
          {exchange("RCPT", "RCPT TO:<a@example.test> NOTIFY=SUCCESS ORCPT=rfc822;b@real.com", reply(250, {"Ok"}))}),
      {});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->steps[1].wire, "RCPT TO:<a@example.test>\r\n");
  EXPECT_EQ(plan->notes.size(), 2U);
}

TEST(Plan, SecretsAreNeitherSentNorForgotten) {
  const auto plan = make_plan(session({exchange("AUTH", "AUTH PLAIN ***", reply(235, {"Ok"}))}), {});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().status, ReplayStatus::unusable);
}

TEST(Plan, CommandsSentBeforeTheReplyStayTogether) {
  auto mail = exchange("MAIL", "MAIL FROM:<a@example.test>", reply(250, {"Ok"}));
  mail.place.frame = 5;
  mail.replied.frame = 6;
  auto rcpt = exchange("RCPT", "RCPT TO:<b@example.test>", reply(250, {"Ok"}));
  rcpt.place.frame = 5;
  rcpt.replied.frame = 6;
  auto data = exchange("DATA", "DATA", reply(354, {"go"}));
  data.place.frame = 7;
  const auto plan = make_plan(session({mail, rcpt, data}), {});
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->steps[2].joins);
  EXPECT_FALSE(plan->steps[3].joins);
  const auto serial = make_plan(session({mail, rcpt, data}), {.grouping = Grouping::serial});
  EXPECT_FALSE(serial->steps[2].joins);
}

TEST(Comparison, ExtensionsCountInAnyOrderAndCase) {
  const Masks masks;
  const auto was = reply(250, {"mx", "SIZE 10", "AUTH PLAIN LOGIN"});
  EXPECT_EQ(
      compare_replies("EHLO", CompareLevel::code, was, reply(250, {"other", "auth LOGIN PLAIN", "size 10"}), masks)
          .difference,
      "");
  EXPECT_EQ(compare_replies("EHLO", CompareLevel::code, was, reply(250, {"mx", "SIZE 10"}), masks).difference,
            "AUTH is no longer offered");
}

TEST(Comparison, LevelsFromStrictToLax) {
  const Masks masks;
  const auto was = reply(250, {"2.0.0 Ok: queued as 0123456789"});
  const auto is = reply(250, {"2.0.0 Ok: queued as ABCDEFABCD"});
  EXPECT_NE(compare_replies(".", CompareLevel::exact, was, is, masks).difference, "");
  const auto text = compare_replies(".", CompareLevel::text, was, is, masks);
  EXPECT_EQ(text.difference, "");
  EXPECT_THAT(text.masks, testing::ElementsAre("queue-id"));
  EXPECT_NE(compare_replies(".", CompareLevel::code, was, reply(251, {"x"}), masks).difference, "");
  EXPECT_EQ(compare_replies(".", CompareLevel::klass, was, reply(251, {"x"}), masks).difference, "");
}

TEST(CompareLevels, AVerbsOwnLevelGoesBeforeTheOneForAll) {
  CompareLevels levels;
  ASSERT_TRUE(levels.set("class"));
  ASSERT_TRUE(levels.set("rcpt=exact"));
  EXPECT_EQ(levels.of("RCPT"), CompareLevel::exact);
  EXPECT_EQ(levels.of("MAIL"), CompareLevel::klass);
  EXPECT_FALSE(levels.set("RCPT=never"));
}

TEST(Masks, WhatServersMakeAnewEachTime) {
  const Masks masks;
  std::vector<std::string> used;
  EXPECT_EQ(masks.apply("mx.a.example ready Sat, 21 Nov 2026 21:08:56 +0000 [10.0.0.1]", used),
            "<host> ready <date> <address>");
  EXPECT_EQ(masks.apply("2.1.5 Ok", used), "2.1.5 Ok");
}

TEST(SaslClient, CramMd5AsInRfc2195) {
  SaslClient client("CRAM-MD5", {"tim", "tanstaaftanstaaf"});
  EXPECT_FALSE(client.initial_response());
  EXPECT_EQ(client.answer("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"),
            "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
  EXPECT_EQ(SaslClient("PLAIN", {"tim", "x"}).initial_response(), "AHRpbQB4");
}

TEST(SaslClient, ScramSha256AsInRfc7677) {
  SaslClient client("SCRAM-SHA-256", {"user", "pencil"}, "rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(client.initial_response(), base64_encode("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
  EXPECT_EQ(client.answer(base64_encode(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")),
            base64_encode("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                          "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
  EXPECT_EQ(client.answer(base64_encode("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")), "");
  EXPECT_FALSE(client.answer(base64_encode("v=another")));
}

TEST(SaslClient, ScramRefusesAnotherNonceAndEndlessIterations) {
  SaslClient client("SCRAM-SHA-256", {"user", "pencil"}, "abc");
  EXPECT_FALSE(client.answer(base64_encode("r=xyz,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")));
  EXPECT_FALSE(client.answer(base64_encode("r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000")));
}

TEST(SaslClient, ApopAsInRfc1939) {
  EXPECT_EQ(apop_digest("POP3 server ready <1896.697170952@dbc.mtview.ca.us>", "tanstaaf"),
            "c4c9334bac560ecc979e58001b3e22fb");
  EXPECT_FALSE(apop_digest("no timestamp", "x"));
}

TEST(JsonRecords, LinesThatAreNoRecordsAreNamed) {
  EXPECT_FALSE(read_json_records("{\"record\":\"session\"}\n", "f", {}));
  EXPECT_EQ(read_json_records("{}\n", "f", {}).error(), "line 1: no record of trace-to-json");
  EXPECT_TRUE(read_json_records("{\"record\":\"summary\"}\n", "f", {})->empty());
  EXPECT_FALSE(parse_rfc3339("2026-13-21T22:48:50.1Z"));
  EXPECT_TRUE(parse_rfc3339("2026-11-21T22:48:50.000000001Z"));
}

}  // namespace
}  // namespace mailparse::tools
