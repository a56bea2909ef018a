// What smtp-replay changes on its way to the wire, and what its served side answers; without a network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "smtp-replay/faults.hpp"
#include "smtp-replay/load_run.hpp"
#include "smtp-replay/message_fields.hpp"
#include "smtp-replay/mutations.hpp"
#include "smtp-replay/pace.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/recorded_server.hpp"

namespace mailparse::tools {
namespace {

using namespace std::chrono_literals;

RecordedExchange exchange(std::string verb, std::string text, std::vector<RecordedReply> replies) {
  RecordedExchange made;
  made.verb = std::move(verb);
  made.text = std::move(text);
  made.replies = std::move(replies);
  return made;
}

RecordedReply reply(std::uint16_t code, std::string text) {
  return {code, std::nullopt, {std::move(text)}, {}};
}
RecordedReply status(std::string status, std::vector<std::string> text) {
  return {0, std::nullopt, std::move(text), std::move(status)};
}

/// One mail to two recipients, the second one refused.
RecordedSession mail() {
  RecordedSession session;
  session.id = "s-1";
  session.protocol = Protocol::smtp;
  session.greeting = reply(220, "mx");
  session.exchanges = {exchange("EHLO", "EHLO client.example.test", {reply(250, "mx")}),
                       exchange("MAIL", "MAIL FROM:<a@example.test>", {reply(250, "Ok")}),
                       exchange("RCPT", "RCPT TO:<b@example.test>", {reply(250, "Ok")}),
                       exchange("RCPT", "RCPT TO:<c@example.test>", {reply(550, "No")}),
                       exchange("DATA", "DATA", {reply(354, "go")}),
                       exchange(".", "", {reply(250, "queued")}),
                       exchange("QUIT", "QUIT", {reply(221, "bye")})};
  session.messages.push_back({"Subject: x\r\n\r\nwords\r\n", 20});
  return session;
}

RecordedSession mailbox(std::vector<RecordedExchange> exchanges) {
  RecordedSession session;
  session.id = "s-1";
  session.protocol = Protocol::pop3;
  session.greeting = status("+OK", {"ready"});
  session.exchanges = std::move(exchanges);
  return session;
}

LiveCommand said(std::string verb, std::string text) {
  return {std::move(verb), text, text, 0};
}

TEST(MessageFields, AMessageIsTheSameAgain) {
  for (const auto* message : {"", "no header", "A: b\r\n c\r\nB: d\r\n\r\nbody\r\n", "A: b\n\nbody", "\r\nbody"})
    EXPECT_EQ(to_octets(split_message(message)), message);
}

TEST(MessageFields, FieldsGoWithTheirFolds) {
  MessageFields message = split_message("Bcc: a,\r\n b\r\nSubject: x\r\nBCC: c\r\n\r\nBcc: body\r\n");
  EXPECT_EQ(remove_field(message, "bcc"), 2U);
  set_field(message, "subject", "y");
  set_field(message, "X-New", "z");
  EXPECT_EQ(to_octets(message), "X-New: z\r\nsubject: y\r\n\r\nBcc: body\r\n");
}

TEST(MessageFields, WhatEachTransferMakesAnewDoesNotCount) {
  const Masks masks;
  std::vector<std::string> used;
  const auto* was = "Received: by a\r\nSubject: x\r\n\r\nwords\r\n";
  EXPECT_EQ(compare_messages(was, "Date: now\r\nSubject: x\r\n\r\nwords\r\n", masks, used), "");
  EXPECT_EQ(compare_messages(was, "Subject: y\r\n\r\nwords\r\n", masks, used),
            "header: \"Subject: y\", was \"Subject: x\"");
  EXPECT_EQ(compare_messages(was, "Subject: x\r\n\r\nworse\r\n", masks, used),
            "body of 9 octets, was 9, first at octet 5");
}

TEST(DomainRewrites, DomainsBelowTheOneNamedToo) {
  DomainRewrites domains;
  ASSERT_TRUE(domains.add("real.com=example.test"));
  EXPECT_EQ(domains.of_address("a@MX.Real.com"), "a@MX.example.test");
  EXPECT_EQ(domains.of_address("a@unreal.com"), "a@unreal.com");
  EXPECT_FALSE(domains.add("real.com"));
  EXPECT_FALSE(domains.add("a@b=c"));
}

TEST(Pace, PausesAreScaledAndCapped) {
  EXPECT_EQ(Pace::parse("asap")->pause(5s), 0s);
  EXPECT_EQ(Pace::parse("recorded")->pause(5s), 5s);
  EXPECT_EQ(Pace::parse("x2")->pause(5s), 2500ms);
  EXPECT_EQ(Pace::parse("0.25")->pause({}), 250ms);
  auto capped = *Pace::parse("recorded");
  capped.cap(1s);
  EXPECT_EQ(capped.pause(24h), 1s);
  for (const auto* wrong : {"", "x", "x0", "-1", "nan", "1s"}) EXPECT_FALSE(Pace::parse(wrong)) << wrong;
}

TEST(Mutations, EachOneNamedChangesAMail) {
  const auto plan = make_plan(mail(), {});
  ASSERT_TRUE(plan);
  for (const Mutation& mutation : mutations()) {
    const auto changed = mutate(*plan, mutation.name);
    ASSERT_TRUE(changed) << mutation.name;
    EXPECT_EQ(changed->mutation, mutation.name);
    const bool smuggles = mutation.name.starts_with("smuggle-");
    const bool hidden = std::ranges::any_of(changed->steps, [](const PlanStep& step) {
      return step.wire.find("MAIL FROM:<smuggled@example.test>\r\nRCPT TO:<b@example.test>") != std::string::npos;
    });
    EXPECT_EQ(hidden, smuggles) << mutation.name;
  }
  EXPECT_EQ(find_mutations("all").size(), mutations().size());
  EXPECT_TRUE(find_mutations("none").empty());
}

TEST(Mutations, TheStrictEndOfDataStaysTheLastOne) {
  const auto plan = make_plan(mail(), {});
  for (const std::string_view name : find_mutations("smuggle")) {
    const auto changed = mutate(*plan, name);
    const std::string& wire = changed->steps[6].wire;
    EXPECT_EQ(wire.find("\r\n.\r\n"), wire.size() - 5) << name;
  }
}

TEST(Faults, TheOneForTheNthCommandStrikesOnce) {
  Faults faults;
  ASSERT_TRUE(faults.add("rcpt#2:reply:451 4.2.1 Later"));
  ASSERT_TRUE(faults.add("*:delay:0.001"));
  EXPECT_EQ(faults.of("RCPT").size(), 1U);
  const auto second = faults.of("RCPT");
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second.front().line, "451 4.2.1 Later");
  EXPECT_EQ(faults.of("RCPT").size(), 1U);
  faults.begin();
  EXPECT_EQ(faults.of("MAIL").size(), 1U);
}

TEST(Load, PercentilesAreNearestRanks) {
  std::vector<double> values;
  for (int value = 100; value >= 1; --value) values.push_back(value);
  const LatencySummary summary = summarize(values);
  EXPECT_EQ(summary.count, 100U);
  EXPECT_EQ(summary.least, 1);
  EXPECT_EQ(summary.median, 50);
  EXPECT_EQ(summary.p99, 99);
  EXPECT_EQ(summary.most, 100);
  std::vector<double> one{7};
  EXPECT_EQ(summarize(one).p90, 7);
}

class Served : public testing::Test {
 protected:
  RecordedSession session_ = mail();
  CompareLevels levels_;
  Masks masks_;
  RecordedServer server_{session_, levels_, masks_};
};

TEST_F(Served, RecipientsAreFoundByTheirAddress) {
  EXPECT_EQ(server_.greet().replies.front().code, 220);
  (void)server_.answer(said("EHLO", "EHLO other"), nullptr);
  (void)server_.answer(said("MAIL", "MAIL FROM:<A@Example.test>"), nullptr);
  EXPECT_EQ(server_.answer(said("RCPT", "RCPT TO:<c@example.test>"), nullptr).replies.front().code, 550);
  EXPECT_EQ(server_.results()[2].kind, DifferenceKind::missing_command);  // b was passed over
  EXPECT_EQ(server_.results()[3].verdict, Verdict::same);
}

TEST_F(Served, WhatIsNotInTheRecordGetsAPlainAnswer) {
  EXPECT_EQ(server_.answer(said("NOOP", "NOOP"), nullptr).replies.front().code, 250);
  EXPECT_EQ(server_.answer(said("XYZZY", "XYZZY"), nullptr).replies.front().code, 502);
  EXPECT_EQ(server_.results().back().kind, DifferenceKind::extra_command);
}

TEST_F(Served, ASilentClientIsBlamedOnceAndTheRestNotCompared) {
  server_.finish(DifferenceKind::timeout, "no command in time");
  ASSERT_EQ(server_.results().size(), 7U);
  EXPECT_EQ(server_.results()[0].kind, DifferenceKind::timeout);
  EXPECT_EQ(server_.results()[6].verdict, Verdict::not_comparable);
}

TEST(Plan, DeletingIsRefusedUnlessAllowed) {
  const auto session = mailbox({exchange("DELE", "DELE 1", {status("+OK", {""})})});
  const auto refused = make_plan(session, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, ReplayStatus::refused);
  EXPECT_TRUE(make_plan(session, {.allow_destructive = true}));
}

TEST(Plan, RetrievalsKnowTheirMessages) {
  auto session = mailbox({exchange("RETR", "RETR 9", {status("-ERR", {"no"})}),
                          exchange("RETR", "RETR 1", {status("+OK", {"5 octets"})})});
  session.messages.push_back({"A: b\r\n", 6});
  const auto plan = make_plan(session, {});
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->steps[1].retrieved);
  ASSERT_TRUE(plan->steps[2].retrieved);
  EXPECT_EQ(plan->steps[2].message_number, 1U);
}

}  // namespace
}  // namespace mailparse::tools
