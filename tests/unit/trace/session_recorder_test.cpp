#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/trace/session_recorder.hpp>

#include "unit/trace/dialogue_script.hpp"

namespace mailparse {
namespace {

using test::DialogueScript;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST(SessionRecorder, PairsTimesAndPlacesExchanges) {
  DialogueScript script;
  script.reply(0, 220, {"mail.example ESMTP"});
  script.exchange("EHLO client.example", 250, {"mail.example", "PIPELINING", "SIZE 1000", "AUTH PLAIN LOGIN"});
  script.exchange("NOOP", 250);
  script.exchange("QUIT", 221);
  script.close();
  script.finish([](const SessionRecord& session) {
    EXPECT_EQ(session.id, "s-7");
    ASSERT_TRUE(session.greeting);
    EXPECT_EQ(session.greeting->code, 220);
    ASSERT_EQ(session.exchanges.size(), 3U);
    EXPECT_EQ(session.exchanges[0].n, 1U);
    EXPECT_EQ(session.exchanges[0].command->verb, "EHLO");
    EXPECT_EQ(session.exchanges[0].command->text, "EHLO client.example");
    EXPECT_EQ(session.exchanges[0].command->place.offset, 0U);
    EXPECT_EQ(session.exchanges[1].command->place.offset, 21U);
    EXPECT_EQ(session.exchanges[0].command->place.frame, 2U);
    EXPECT_THAT(session.exchanges[0].reply->text,
                ElementsAre("mail.example", "PIPELINING", "SIZE 1000", "AUTH PLAIN LOGIN"));
    EXPECT_EQ(session.exchanges[0].latency, std::chrono::seconds(1));
    EXPECT_EQ(session.hello->verb, "EHLO");
    EXPECT_EQ(session.hello->name, "client.example");
    ASSERT_EQ(session.extensions.size(), 3U);
    EXPECT_EQ(session.extensions[2].keyword, "AUTH");
    EXPECT_THAT(session.extensions[2].arguments, ElementsAre("PLAIN", "LOGIN"));
    EXPECT_EQ(session.ending, Ending::quit);
    EXPECT_TRUE(session.complete);
    EXPECT_FALSE(session.tls);
    EXPECT_TRUE(session.transactions.empty());
  });
}

TEST(SessionRecorder, DigestsTheMessageOfATransaction) {
  DialogueScript script;
  script.exchange("MAIL FROM:<a@example>", 250);
  script.exchange("RCPT TO:<b@example>", 250);
  const std::uint64_t data = script.exchange("DATA", 354);
  script.begin_message(data);
  constexpr std::string_view text =
      "Subject: =?utf-8?q?caf=C3=A9?=\r\nFrom: A <a@example>\r\nMessage-ID: <1@example>\r\n\r\nbody\r\n";
  for (const char& octet : text) script.recorder().on_message_octets({&octet, 1}, 0, {});
  const std::uint64_t dot = script.command(".");
  script.end_message(MessageEnd::crlf_dot_crlf, dot);
  script.reply(dot, 250);
  script.finish([&](const SessionRecord& session) {
    ASSERT_EQ(session.transactions.size(), 1U);
    EXPECT_EQ(session.transactions[0].outcome, Outcome::accepted);
    ASSERT_TRUE(session.transactions[0].message);
    const MessageFacts& message = *session.transactions[0].message;
    EXPECT_EQ(message.size, text.size());
    EXPECT_EQ(message.sha256, digest_hex(DigestKind::sha256, text));
    EXPECT_EQ(message.id, "m-" + message.sha256.substr(0, 16));
    EXPECT_TRUE(message.complete);
    EXPECT_EQ(message.subject, "caf\xC3\xA9");
    EXPECT_EQ(message.from, "A <a@example>");
    EXPECT_EQ(message.message_id, "<1@example>");
  });
}

TEST(SessionRecorder, SaysThatAMessageLacksOctets) {
  DialogueScript script;
  script.exchange("MAIL FROM:<a@example>", 250);
  script.exchange("RCPT TO:<b@example>", 250);
  const std::uint64_t data = script.exchange("DATA", 354);
  script.begin_message(data);
  script.recorder().on_message_octets("one", 0, {});
  script.recorder().on_message_gap(100, {});
  script.recorder().on_message_octets("two", 103, {});
  const std::uint64_t dot = script.command(".");
  script.end_message(MessageEnd::crlf_dot_crlf, dot);
  script.reply(dot, 250);
  script.close();
  script.finish(
      [](const SessionRecord& session) {
        EXPECT_FALSE(session.complete);
        EXPECT_FALSE(session.transactions.at(0).message->complete);
        EXPECT_EQ(session.transactions.at(0).message->size, 6U);
        EXPECT_EQ(session.transactions.at(0).message->missing, 100U);
      },
      100);
}

TEST(SessionRecorder, MasksSecretsUnlessTold) {
  for (const bool show : {false, true}) {
    DialogueScript script(Protocol::smtp, true, {.show_secrets = show, .limits = {}});
    script.command("AUTH PLAIN AGEAYg==", {{11, 8, 0}});
    script.finish([&](const SessionRecord& session) {
      EXPECT_EQ(session.exchanges[0].command->text, show ? "AUTH PLAIN AGEAYg==" : "AUTH PLAIN ***");
    });
  }
}

TEST(SessionRecorder, MasksSecretsInTheRightLineOfAReply) {
  DialogueScript script;
  const std::uint64_t n = script.command("AUTH LOGIN");
  const std::vector<std::string_view> lines{"secret first", "no secret"};
  const std::vector<SecretRange> secrets{{0, 6, 0}, {3, 6, 1}};
  ReplyEvent event;
  event.answers = n;
  event.code = 334;
  event.lines = lines;
  event.secrets = secrets;
  script.recorder().on_reply(event);
  script.finish([](const SessionRecord& session) {
    EXPECT_THAT(session.exchanges[0].reply->text, ElementsAre("*** first", "no ***"));
  });
}

TEST(SessionRecorder, KeepsRepliesThatNobodyAskedFor) {
  DialogueScript script;
  script.exchange("NOOP", 250);
  script.unasked_reply(421);
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.exchanges.size(), 2U);
    EXPECT_FALSE(session.exchanges[1].command);
    EXPECT_EQ(session.exchanges[1].n, 2U);
    EXPECT_EQ(session.exchanges[1].reply->code, 421);
  });
}

TEST(SessionRecorder, KeepsFurtherRepliesBesideTheFirst) {
  DialogueScript script;
  const std::uint64_t n = script.exchange("NOOP", 250);
  script.reply(n, 251, {"more"}, true);
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.exchanges.size(), 1U);
    EXPECT_EQ(session.exchanges[0].reply->code, 250);
    ASSERT_EQ(session.exchanges[0].more_replies.size(), 1U);
    EXPECT_EQ(session.exchanges[0].more_replies[0].code, 251);
  });
}

TEST(SessionRecorder, UntaggedResponsesAreNeverTheReply) {
  DialogueScript script(Protocol::imap);
  const std::uint64_t n = script.command("NOOP");
  const auto respond = [&](std::string_view tag, std::string_view status) {
    const std::string_view line = "text";
    ReplyEvent event;
    event.answers = n;
    event.tag = tag;
    event.status = status;
    event.lines = std::span(&line, 1);
    script.recorder().on_reply(event);
  };
  respond("*", "");
  respond("a1", "OK");
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.exchanges.size(), 1U);
    EXPECT_EQ(session.exchanges[0].reply->tag, "a1");
    EXPECT_TRUE(session.exchanges[0].reply->positive());
    ASSERT_EQ(session.exchanges[0].more_replies.size(), 1U);
    EXPECT_EQ(session.exchanges[0].more_replies[0].tag, "*");
  });
}

TEST(SessionRecorder, TellsHowStartTlsWent) {
  DialogueScript script;
  script.exchange("EHLO c", 250, {"s", "STARTTLS"});
  script.exchange("STARTTLS", 220);
  script.recorder().on_opaque({.side = Side::client, .offset = 20, .octets = "\x16", .stamp = {}});
  script.close();
  script.finish([](const SessionRecord& session) {
    ASSERT_TRUE(session.tls);
    EXPECT_TRUE(session.tls->offered);
    EXPECT_TRUE(session.tls->requested);
    EXPECT_TRUE(session.tls->accepted);
    EXPECT_EQ(session.ending, Ending::tls);
  });
}

TEST(SessionRecorder, RefusedStartTlsIsNotAccepted) {
  DialogueScript script;
  script.exchange("STARTTLS", 454);
  script.finish([](const SessionRecord& session) {
    ASSERT_TRUE(session.tls);
    EXPECT_FALSE(session.tls->offered);
    EXPECT_TRUE(session.tls->requested);
    EXPECT_FALSE(session.tls->accepted);
  });
}

TEST(SessionRecorder, HeloAfterRefusedEhloIsTheHello) {
  DialogueScript script;
  script.exchange("EHLO first", 502);
  script.exchange("HELO second", 250);
  script.exchange("EHLO third", 503);
  script.finish([](const SessionRecord& session) {
    EXPECT_EQ(session.hello->verb, "HELO");
    EXPECT_EQ(session.hello->name, "second");
    EXPECT_TRUE(session.extensions.empty());
  });
}

struct EndingCase {
  bool quit;
  std::optional<StreamEnd> end;
  Ending expected;
  bool complete;
};

TEST(SessionRecorder, KnowsHowItEnded) {
  const EndingCase cases[] = {
      {true, StreamEnd::closed, Ending::quit, true},  {true, StreamEnd::reset, Ending::quit, true},
      {true, std::nullopt, Ending::quit, false},      {false, StreamEnd::closed, Ending::closed, true},
      {false, StreamEnd::reset, Ending::reset, true}, {false, StreamEnd::cut, Ending::cut, false},
      {false, std::nullopt, Ending::cut, false}};
  for (const EndingCase& c : cases) {
    DialogueScript script;
    script.exchange(c.quit ? "QUIT" : "NOOP", 250);
    if (c.end) script.close(*c.end);
    script.finish([&](const SessionRecord& session) {
      EXPECT_EQ(session.ending, c.expected);
      EXPECT_EQ(session.complete, c.complete);
    });
  }
}

TEST(SessionRecorder, IsCompleteOnlyWhenNothingIsMissing) {
  DialogueScript midstream(Protocol::smtp, false);
  midstream.close();
  midstream.finish([](const SessionRecord& session) { EXPECT_FALSE(session.complete); });

  DialogueScript gap;
  gap.close();
  gap.finish([](const SessionRecord& session) { EXPECT_FALSE(session.complete); }, 1);

  DialogueScript elided;
  elided.recorder().mark_elided({.side = Side::server, .what = Elision::reply});
  elided.close();
  elided.finish([](const SessionRecord& session) {
    EXPECT_FALSE(session.complete);
    EXPECT_EQ(session.elided.replies, 1U);
    EXPECT_EQ(session.elided.secrets, 0U);
  });
}

TEST(SessionRecorder, PutsTheMaskWhereTheSourceLeftASecretOut) {
  DialogueScript script;
  CommandEvent login;
  login.n = 1;
  login.verb = "AUTH";
  login.text = "AUTH PLAIN ";
  login.length = login.text.size() + 2;
  script.recorder().mark_elided({.side = Side::client, .what = Elision::secret, .offset = login.text.size()});
  script.recorder().on_command(login);
  script.close();
  script.finish([](const SessionRecord& session) {
    EXPECT_EQ(session.exchanges[0].command.value().text, "AUTH PLAIN ***");
    EXPECT_TRUE(session.exchanges[0].command.value().elided);
  });
}

TEST(SessionRecorder, KeepsParametersOfTheEnvelope) {
  DialogueScript script;
  script.exchange("MAIL FROM:<a@example> size=100 SMTPUTF8", 250);
  script.exchange("RCPT TO:<b@example> NOTIFY=NEVER", 250);
  script.finish([](const SessionRecord& session) {
    const TransactionRecord& mail = session.transactions.at(0);
    ASSERT_EQ(mail.parameters.size(), 2U);
    EXPECT_EQ(mail.parameters[0].keyword, "SIZE");
    EXPECT_EQ(mail.parameters[0].value, "100");
    EXPECT_EQ(mail.parameters[1].keyword, "SMTPUTF8");
    EXPECT_FALSE(mail.parameters[1].value);
    EXPECT_EQ(mail.recipients.at(0).parameters[0].keyword, "NOTIFY");
  });
}

TEST(SessionRecorder, LeavesOutAndCountsWhatIsBeyondTheLimits) {
  RecorderOptions options;
  options.limits.session_exchanges = 2;
  options.limits.session_findings = 1;
  DialogueScript script(Protocol::smtp, true, options);
  for (int n = 0; n < 5; ++n) script.exchange("NOOP", 250);
  for (int n = 0; n < 3; ++n) script.recorder().report(make_diagnostic(Code::smtp_command_unknown, 0, 1));
  script.close();
  script.finish([](const SessionRecord& session) {
    EXPECT_EQ(session.exchanges.size(), 2U);
    EXPECT_EQ(session.exchanges_left_out, 3U);
    EXPECT_EQ(session.findings.size(), 1U);
    EXPECT_EQ(session.findings_left_out, 2U);
    EXPECT_FALSE(session.complete);
  });
}

TEST(SessionRecorder, KeepsNoMoreTextThanItMay) {
  RecorderOptions options;
  options.limits.session_octets = 8 * 1024;
  DialogueScript script(Protocol::smtp, true, options);
  const std::string line = "NOOP " + std::string(1000, 'x');
  for (int n = 0; n < 100; ++n) script.command(line);
  script.finish([](const SessionRecord& session) {
    EXPECT_LT(session.exchanges.size(), 9U);
    EXPECT_EQ(session.exchanges.size() + session.exchanges_left_out, 100U);
  });
}

TEST(SessionRecorder, TellsEventsAsTheyHappen) {
  DialogueScript script;
  script.reply(0, 220);
  script.exchange("MAIL FROM:<>", 250);
  script.exchange("RCPT TO:<b@example>", 250);
  const std::uint64_t data = script.exchange("DATA", 354);
  script.begin_message(data);
  const std::uint64_t dot = script.command(".");
  script.end_message(MessageEnd::crlf_dot_crlf, dot);
  script.reply(dot, 250);
  script.close();
  using Kind = TraceEvent::Kind;
  EXPECT_THAT(script.listener().events,
              ElementsAre(Kind::open, Kind::reply, Kind::command, Kind::reply, Kind::command, Kind::reply,
                          Kind::command, Kind::reply, Kind::message_start, Kind::command, Kind::message_end,
                          Kind::reply, Kind::close, Kind::close));
}

TEST(SessionRecorder, KeepsLoginsOfAllOutcomes) {
  DialogueScript script;
  const std::uint64_t n = script.exchange("AUTH PLAIN", 535);
  AuthEvent event;
  event.n = n;
  event.mechanism = "PLAIN";
  event.identity = "alice";
  event.outcome = AuthEvent::Outcome::rejected;
  event.code = 535;
  script.recorder().on_auth(event);
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.auth.size(), 1U);
    EXPECT_EQ(session.auth[0].mechanism, "PLAIN");
    EXPECT_EQ(session.auth[0].identity, "alice");
    EXPECT_EQ(session.auth[0].outcome, Outcome::rejected);
    EXPECT_EQ(session.auth[0].code, 535);
  });
}

TEST(SessionRecorder, MessagesFromAMailboxAreRetrievals) {
  DialogueScript script(Protocol::pop3);
  const std::uint64_t n = script.command("NOOP");
  MessageStart begin;
  begin.n = n;
  begin.verb = "RETR";
  begin.side = Side::server;
  begin.id = "2";
  script.recorder().on_message_start(begin);
  script.recorder().on_message_octets("Subject: x\r\n\r\n", 0, {});
  script.recorder().on_message_end(MessageEnd::crlf_dot_crlf, std::nullopt, 14, {});
  script.finish([](const SessionRecord& session) {
    EXPECT_TRUE(session.transactions.empty());
    ASSERT_EQ(session.retrievals.size(), 1U);
    EXPECT_EQ(session.retrievals[0].command, "RETR");
    EXPECT_EQ(session.retrievals[0].id, "2");
    EXPECT_EQ(session.retrievals[0].message.size, 14U);
    EXPECT_TRUE(session.retrievals[0].message.complete);
  });
}

TEST(SessionRecorder, UidBehindTheMessagesNamesThoseSinceTheLastReply) {
  DialogueScript script(Protocol::imap);
  const std::uint64_t fetch = script.command("NOOP");
  const auto message = [&](std::uint64_t n) {
    MessageStart begin;
    begin.n = n;
    begin.verb = "FETCH";
    begin.side = Side::server;
    begin.id = "1";
    script.recorder().on_message_start(begin);
    script.recorder().on_message_end(MessageEnd::literal, std::nullopt, 0, {});
  };
  const auto untagged = [&](std::uint64_t n) {
    ReplyEvent reply;
    reply.tag = "*";
    if (n != 0) reply.answers = n;
    script.recorder().on_reply(reply);
  };
  // Of a command that was seen messages wait for its reply; of one that was not they have their place at once.
  for (const std::uint64_t n : {fetch, std::uint64_t{0}}) {
    message(n);
    untagged(n);
    message(n);
    message(n);
    script.recorder().on_uid("7");
    untagged(n);
  }
  script.finish([](const SessionRecord& session) {
    std::vector<std::string_view> ids;
    for (const RetrievalRecord& retrieval : session.retrievals) ids.push_back(retrieval.id);
    EXPECT_THAT(ids, UnorderedElementsAre("1", "7", "7", "1", "7", "7"));
  });
}

TEST(SessionRecorder, PutsASmuggledMailBehindTheOneThatHidesIt) {
  DialogueScript script;
  script.exchange("MAIL FROM:<a@example>", 250);
  script.exchange("RCPT TO:<b@example>", 250);
  const std::uint64_t data = script.exchange("DATA", 354);
  script.message(data, "outer");
  const std::uint64_t dot = script.exchange(".", 250);
  DiagnosticList ignored;
  std::vector<SmtpCommand> hidden;
  hidden.push_back(*parse_smtp_command("MAIL FROM:<evil@example>", 0, ignored));
  hidden.push_back(*parse_smtp_command("RCPT TO:<victim@example>", 0, ignored));
  SmuggledEvent event;
  event.n = dot;
  event.commands = hidden;
  event.message = "Subject: hidden\r\n\r\n";
  event.outcome = SmuggledEvent::Outcome::succeeded;
  script.recorder().on_smuggled(event);
  script.exchange("MAIL FROM:<next@example>", 250);
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.transactions.size(), 3U);
    EXPECT_EQ(session.transactions[0].mail_from, "a@example");
    EXPECT_EQ(session.transactions[1].mail_from, "evil@example");
    EXPECT_EQ(session.transactions[1].n, 2U);
    EXPECT_EQ(session.transactions[1].smuggled, Smuggling::succeeded);
    EXPECT_EQ(session.transactions[1].outcome, Outcome::accepted);
    EXPECT_EQ(session.transactions[1].message->subject, "hidden");
    EXPECT_EQ(session.transactions[2].mail_from, "next@example");
    EXPECT_EQ(session.transactions[2].n, 3U);
  });
}

TEST(SessionRecorder, MarksAHiddenMailByWhatBecameOfIt) {
  DialogueScript script;
  script.exchange("MAIL FROM:<a@example>", 250);
  const std::uint64_t outer = script.exchange("DATA", 354);
  script.message(outer, "outer");
  script.exchange(".", 250);
  script.hide_commands(true);
  script.exchange("MAIL FROM:<taken@example>", 250);
  const std::uint64_t inner = script.exchange("DATA", 354);
  script.message(inner, "Subject: hidden\r\n\r\n");
  script.exchange(".", 250);
  script.exchange("MAIL FROM:<left@example>", 250);
  script.hide_commands(false);
  script.exchange("RSET", 250);
  script.exchange("MAIL FROM:<next@example>", 250);
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.transactions.size(), 4U);
    EXPECT_FALSE(session.transactions[0].smuggled);
    EXPECT_EQ(session.transactions[1].smuggled, Smuggling::succeeded);
    EXPECT_EQ(session.transactions[1].message->subject, "hidden");
    EXPECT_EQ(session.transactions[2].smuggled, Smuggling::not_accepted);
    EXPECT_FALSE(session.transactions[3].smuggled);
  });
}

}  // namespace
}  // namespace mailparse
