#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/session/pop3_session.hpp>

#include "unit/session/dialogue_log.hpp"

namespace mailparse {
namespace {

void expect(const std::vector<Turn>& turns, const std::vector<std::string>& expected, Pop3SessionOptions options = {},
            StreamEnd end = StreamEnd::closed) {
  for (const std::size_t step :
       {std::size_t{100'000}, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
    ASSERT_EQ(run_session<Pop3Session>(turns, step, options, end).lines, expected) << "in pieces of " << step;
  }
}

TEST(Pop3Session, RepliesComeInTheOrderOfCommands) {
  expect({{'S', "+OK ready <1.2@x>\r\n"},
          {'C', "stat\r\nNOOP\r\n"},
          {'S', "+OK 2 320\r\n-ERR no\r\n"},
          {'C', "QUIT\r\n"},
          {'S', "+OK bye\r\n"}},
         {"S  +OK ->0 <ready <1.2@x>>", "C1 STAT <stat>", "C2 NOOP <NOOP>", "S  +OK ->1 <2 320>", "S  -ERR ->2 <no>",
          "C3 QUIT <QUIT>", "S  +OK ->3 <bye>"});
}

TEST(Pop3Session, ListsAreLinesOfTheReply) {
  expect({{'S', "+OK\r\n"},
          {'C', "LIST\r\nLIST 1\r\nUIDL\r\nCAPA\r\n"},
          {'S', "+OK 2\r\n1 120\r\n2 200\r\n.\r\n+OK 1 120\r\n+OK\r\n.\r\n-ERR no CAPA\r\n"}},
         {"S  +OK ->0 <>", "C1 LIST <LIST>", "C2 LIST <LIST 1>", "C3 UIDL <UIDL>", "C4 CAPA <CAPA>",
          "S  +OK ->1 <2> <1 120> <2 200>", "S  +OK ->2 <1 120>", "S  +OK ->3 <>", "S  -ERR ->4 <no CAPA>"});
}

TEST(Pop3Session, RetrievedMessageIsUnstuffedAndMayLookLikeReplies) {
  expect({{'S', "+OK\r\n"},
          {'C', "RETR 5\r\nTOP 6 0\r\n"},
          {'S', "+OK 27 octets\r\nA: b\r\n\r\n..x\r\n+OK no\r\n...\r\n.\r\n+OK\r\nC: d\r\n\r\n.\r\n"}},
         {"S  +OK ->0 <>", "C1 RETR <RETR 5>", "C2 TOP <TOP 6 0>", "S  +OK ->1 <27 octets>",
          "M RETR 1 at 20 id 5 box  <A: b\r\n\r\n.x\r\n+OK no\r\n..\r\n> crlf-dot-crlf 49", "S  +OK ->2 <>",
          "M TOP 2 at 54 id 6 box  partial <C: d\r\n\r\n> crlf-dot-crlf 65"});
}

TEST(Pop3Session, LaxerEndInsideAMessage) {
  expect({{'S', "+OK\r\n"}, {'C', "RETR 1\r\n"}, {'S', "+OK\r\nS: x\r\n\r\nbody\n.\n+OK fake\r\nmore\r\n.\r\n"}},
         {"S  +OK ->0 <>", "C1 RETR <RETR 1>", "S  +OK ->1 <>", "! pop3.eod.nonstandard@22+3",
          "M RETR 1 at 10 id 1 box  <S: x\r\n\r\nbody\n.\n+OK fake\r\nmore\r\n> crlf-dot-crlf 44"});
}

TEST(Pop3Session, ClosedInsideAMessage) {
  const std::vector<Turn> turns{{'S', "+OK\r\n"}, {'C', "RETR 1\r\n"}, {'S', "+OK\r\nS: x\r\n\r\nbody\r\n"}};
  expect(turns, {"S  +OK ->0 <>", "C1 RETR <RETR 1>", "S  +OK ->1 <>", "! pop3.multiline.truncated@10+14",
                 "M RETR 1 at 10 id 1 box  <S: x\r\n\r\nbody\r\n> cut 24"});
  expect(
      turns,
      {"S  +OK ->0 <>", "C1 RETR <RETR 1>", "S  +OK ->1 <>", "M RETR 1 at 10 id 1 box  <S: x\r\n\r\nbody\r\n> cut 24"},
      {}, StreamEnd::cut);
}

TEST(Pop3Session, UserAndPass) {
  expect({{'S', "+OK\r\n"}, {'C', "USER bob\r\n"}, {'S', "+OK\r\n"}, {'C', "PASS a secret \r\n"}, {'S', "-ERR\r\n"}},
         {"S  +OK ->0 <>", "C1 USER <USER bob>", "S  +OK ->1 <>", "! auth.cleartext@10+16", "C2 PASS <PASS ***>",
          "S  -ERR ->2 <>", "A 2 USER bob rejected"});
}

TEST(Pop3Session, ApopHidesTheDigest) {
  expect({{'S', "+OK\r\n"}, {'C', "APOP bob c4c9334bac560ecc979e58001b3e22fb\r\n"}, {'S', "+OK\r\n"}},
         {"S  +OK ->0 <>", "C1 APOP <APOP bob ***>", "S  +OK ->1 <>", "A 1 APOP bob accepted"});
}

TEST(Pop3Session, AuthDialogue) {
  expect({{'S', "+OK\r\n"},
          {'C', "AUTH PLAIN\r\n"},
          {'S', "+ \r\n"},
          {'C', "AGFsaWNlAHg=\r\n"},
          {'S', "+OK\r\n"},
          {'C', "STAT\r\n"},
          {'S', "+OK 0 0\r\n"}},
         {"S  +OK ->0 <>", "C1 AUTH <AUTH PLAIN>", "S  + ->1 <>", "C2 + <***>", "! auth.cleartext@12+14",
          "S  +OK ->2 <>", "A 1 PLAIN alice accepted", "C3 STAT <STAT>", "S  +OK ->3 <0 0>"});
}

TEST(Pop3Session, AuthWithInitialResponseAndChallengeThatIsSecret) {
  expect({{'S', "+OK\r\n"},
          {'C', "AUTH PLAIN AGFsaWNlAHg=\r\n"},
          {'S', "-ERR\r\n"},
          {'C', "AUTH CRAM-MD5\r\n"},
          {'S', "+ PDEyMz4=\r\n"},
          {'C', "*\r\n"},
          {'S', "-ERR\r\n"}},
         {"S  +OK ->0 <>", "! auth.cleartext@0+25", "C1 AUTH <AUTH PLAIN ***>", "S  -ERR ->1 <>",
          "A 1 PLAIN alice rejected", "C2 AUTH <AUTH CRAM-MD5>", "S  + ->2 <***>", "C3 + <*>", "S  -ERR ->3 <>",
          "A 2 CRAM-MD5 - aborted"});
}

TEST(Pop3Session, PasswordSentThoughRefusedIsNoCommand) {
  expect({{'S', "+OK\r\n"},
          {'C', "AUTH LOGIN\r\n"},
          {'S', "-ERR\r\n"},
          {'C', "Ym9i\r\ncHc=\r\nQUIT\r\n"},
          {'S', "-ERR\r\n-ERR\r\n+OK\r\n"}},
         {"S  +OK ->0 <>", "C1 AUTH <AUTH LOGIN>", "S  -ERR ->1 <>", "A 1 LOGIN - rejected", "C2 + <***>", "C3 + <***>",
          "! auth.cleartext@18+6", "C4 QUIT <QUIT>", "S  -ERR ->2 <>", "S  -ERR ->3 <>", "S  +OK ->4 <>"});
}

constexpr std::string_view hello("\x16\x03\x01\0\x05\x01\0\0\x01\0", 10);

TEST(Pop3Session, OpaqueBehindStls) {
  const auto log = run_session<Pop3Session>(
      {{'S', "+OK\r\n"}, {'C', "STLS\r\n"}, {'S', "+OK\r\n"}, {'C', hello}, {'S', hello}}, 1, Pop3SessionOptions{});
  EXPECT_EQ(log.lines, (std::vector<std::string>{"S  +OK ->0 <>", "C1 STLS <STLS>", "S  +OK ->1 <>"}));
  EXPECT_EQ(log.opaque[0], hello);
  EXPECT_EQ(log.opaque[1], hello);
}

TEST(Pop3Session, CommandInjectedBehindStls) {
  expect({{'S', "+OK\r\n"}, {'C', "STLS\r\nUSER x\r\n"}, {'S', "+OK\r\n"}, {'C', hello}},
         {"S  +OK ->0 <>", "C1 STLS <STLS>", "S  +OK ->1 <>", "! starttls.command-injection@6+8", "C2 USER <USER x>"});
}

TEST(Pop3Session, GapBehindStlsAskedTwiceKeepsThePlacesBehindIt) {
  DialogueLog log;
  Pop3Session session(log, {});
  const auto client = [&](std::uint64_t offset, std::string_view octets) {
    session.on_chunk({.side = Side::client, .offset = offset, .octets = octets, .stamp = {}});
  };
  session.on_chunk({.side = Side::server, .offset = 0, .octets = "+OK\r\n", .stamp = {}});
  client(0, "STLS\r\nSTLS\r\nNOOP\r\n");
  session.on_gap({.side = Side::client, .offset = 18, .length = 100, .stamp = {}});
  client(118, "USER a\r\nPASS b\r\n");
  EXPECT_THAT(log.lines, testing::Contains("! auth.cleartext@126+8"));
}

TEST(Pop3Session, LastLineOfAClientThatIsGoneIsToldThoughItWaitsForTheReplyToStls) {
  expect({{'S', "+OK\r\n"}, {'C', "STLS\r\nQUIT"}}, {"S  +OK ->0 <>", "C1 STLS <STLS>", "C2 QUIT <QUIT>"});
}

TEST(Pop3Session, CapabilitiesThatLostStls) {
  expect({{'S', "+OK\r\n"}, {'C', "CAPA\r\n"}, {'S', "+OK\r\nTOP\r\nXXXXXXXA\r\n.\r\n"}},
         {"S  +OK ->0 <>", "C1 CAPA <CAPA>", "! starttls.stripped@15+8", "S  +OK ->1 <> <TOP> <XXXXXXXA>"});
}

TEST(Pop3Session, ServerAloneIsReadAsWhatItLooksLike) {
  expect({{'S', "+OK hi\r\n+OK 1 120\r\n+OK\r\n1 120\r\n.\r\n+OK\r\nA: b\r\n\r\nx\r\n.\r\n+OK bye\r\n"}},
         {"S  +OK ->0 <hi>", "S  +OK <1 120>", "S  +OK <>", "S   <1 120>", "S  +OK <>",
          "M RETR 0 at 39 id  box  <A: b\r\n\r\nx\r\n> crlf-dot-crlf 53", "S  +OK <bye>"});
}

TEST(Pop3Session, MessageThatBreaksOffInItsFirstLineEndsThere) {
  expect({{'S', "+OK hi\r\n+OK\r\nA: b"}},
         {"S  +OK ->0 <hi>", "S  +OK <>", "! pop3.multiline.truncated@13+4", "M RETR 0 at 13 id  box  <A: b> cut 17"});
}

TEST(Pop3Session, ReplyWithoutTheGreetingAnswersTheCommandThatWaits) {
  expect({{'C', "CAPA\r\n"}, {'S', "+OK\r\nTOP\r\n.\r\n"}}, {"C1 CAPA <CAPA>", "S  +OK ->1 <> <TOP>"});
  expect({{'C', "CAPA\r\n"}, {'S', "+OK POP3 server ready\r\n-ERR\r\n"}},
         {"C1 CAPA <CAPA>", "S  +OK ->0 <POP3 server ready>", "S  -ERR ->1 <>"});
}

TEST(Pop3Session, ListWithoutItsDotEndsAtTheNextReply) {
  expect({{'S', "+OK\r\n"}, {'C', "LIST\r\n"}, {'S', "+OK 1\r\n1 120\r\n"}, {'C', "NOOP\r\n"}, {'S', "+OK done\r\n"}},
         {"S  +OK ->0 <>", "C1 LIST <LIST>", "C2 NOOP <NOOP>", "! pop3.multiline.truncated@5+14",
          "S  +OK ->1 <1> <1 120>", "S  +OK ->2 <done>"});
}

TEST(Pop3Session, TranscriptsLeaveBodiesOut) {
  Pop3SessionOptions options;
  options.wire_exact = false;
  DialogueLog log;
  Pop3Session session(log, options);
  std::uint64_t offsets[2] = {0, 0};
  for (const auto& [who, line] : std::vector<Turn>{
           {'S', "+OK\r\n"}, {'C', "RETR 1\r\n"}, {'S', "+OK 120\r\n"}, {'C', "QUIT\r\n"}, {'S', "+OK bye\r\n"}}) {
    const Side side = who == 'C' ? Side::client : Side::server;
    auto& offset = offsets[static_cast<std::size_t>(side)];
    session.on_chunk({.side = side, .offset = offset, .octets = line, .stamp = {}});
    offset += line.size();
  }
  EXPECT_EQ(log.lines,
            (std::vector<std::string>{"S  +OK ->0 <>", "C1 RETR <RETR 1>", "S  +OK ->1 <120>", "C2 QUIT <QUIT>",
                                      "M RETR 1 at 14 id 1 box  <> elided 14", "S  +OK ->2 <bye>"}));
}

TEST(Pop3Session, FloodOfCommandsIsCountedBeyondTheLimit) {
  std::string flood;
  for (int i = 0; i < 1500; ++i) flood += "NOOP\r\n";
  const auto log = run_session<Pop3Session>({{'S', "+OK\r\n"}, {'C', flood}}, 100'000, Pop3SessionOptions{});
  EXPECT_EQ(log.lines.size(), 1502u);
  EXPECT_EQ(log.lines.back(), "! pop3.pending.limit@6000+0");
}

TEST(Pop3Session, GapInsideAMessageIsToldAndTheEndStillFound) {
  DialogueLog log;
  Pop3Session session(log, {});
  const auto chunk = [&](Side side, std::uint64_t offset, std::string_view octets) {
    session.on_chunk({.side = side, .offset = offset, .octets = octets, .stamp = {}});
  };
  chunk(Side::server, 0, "+OK\r\n");
  chunk(Side::client, 0, "RETR 1\r\n");
  chunk(Side::server, 5, "+OK\r\nA: b\r\n");
  session.on_gap({.side = Side::server, .offset = 16, .length = 100, .stamp = {}});
  chunk(Side::server, 116, "end\r\n.\r\n");
  EXPECT_EQ(log.lines.back(), "M RETR 1 at 10 id 1 box  <A: b\r\n(100 lost)end\r\n> crlf-dot-crlf 124");
}

}  // namespace
}  // namespace mailparse
