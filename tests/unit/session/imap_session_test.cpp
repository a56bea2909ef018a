#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/session/imap_session.hpp>

#include "unit/session/dialogue_log.hpp"

namespace mailparse {
namespace {

DialogueLog run(const std::vector<Turn>& turns, std::size_t step, ImapSessionOptions options = {}) {
  return run_session<ImapSession>(turns, step, options);
}

void expect(const std::vector<Turn>& turns, const std::vector<std::string>& expected, ImapSessionOptions options = {}) {
  for (const std::size_t step :
       {std::size_t{100'000}, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
    ASSERT_EQ(run(turns, step, options).lines, expected) << "in pieces of " << step;
  }
}

TEST(ImapSession, TaggedResponseIsTheReply) {
  expect({{'S', "* OK ready\r\n"},
          {'C', "a1 CAPABILITY\r\n"},
          {'S', "* CAPABILITY IMAP4rev1\r\na1 OK done\r\n"},
          {'C', "a2 LOGOUT\r\n"},
          {'S', "* BYE bye\r\na2 OK done\r\n"}},
         {"S  OK ->0 <ready>", "C1 CAPABILITY <a1 CAPABILITY>", "S *  ->1 <CAPABILITY IMAP4rev1>", "S a1 OK ->1 <done>",
          "C2 LOGOUT <a2 LOGOUT>", "S * BYE ->2 <bye>", "S a2 OK ->2 <done>"});
}

TEST(ImapSession, PipelinedCommandsArePairedByTag) {
  expect({{'S', "* OK\r\n"}, {'C', "a NOOP\r\nb CHECK\r\n"}, {'S', "b NO\r\na OK\r\n"}},
         {"S  OK ->0 <>", "C1 NOOP <a NOOP>", "C2 CHECK <b CHECK>", "S b NO ->2 <>", "S a OK ->1 <>"});
}

TEST(ImapSession, FetchedMessageMayLookLikeAResponse) {
  expect({{'S', "* OK\r\n"},
          {'C', "s SELECT \"My \\\"box\"\r\n"},
          {'S', "s OK\r\n"},
          {'C', "a UID FETCH 9 BODY[]\r\n"},
          {'S', "* 1 FETCH (UID 9 BODY[] {10}\r\na OK x\r\n\r\n)\r\na OK\r\n"}},
         {"S  OK ->0 <>", "C1 SELECT <s SELECT \"My \\\"box\">", "S s OK ->1 <>", "C2 UID FETCH <a UID FETCH 9 BODY[]>",
          "M UID FETCH 2 at 42 id 9 box My \"box <a OK x\r\n\r\n> literal 52", "S *  ->2 <1 FETCH (UID 9 BODY[] {10})>",
          "S a OK ->2 <>"});
}

TEST(ImapSession, SectionsAndRangesArePartial) {
  expect(
      {{'S',
        "* 1 FETCH (BODY[HEADER.FIELDS (DATE FROM)] {2}\r\n\r\n BODY[]<0> {1}\r\nx RFC822.HEADER {1}\r\ny ENVELOPE "
        "(NIL {1}\r\nz))\r\n"}},
      {"M FETCH 0 at 48 id 1 box  partial <\r\n> literal 50", "M FETCH 0 at 66 id 1 box  partial <x> literal 67",
       "M FETCH 0 at 87 id 1 box  partial <y> literal 88",
       "S *  <1 FETCH (BODY[HEADER.FIELDS (DATE FROM)] {2} BODY[]<0> {1} RFC822.HEADER {1} ENVELOPE (NIL {1}\r\nz))>"});
  const auto log = run({{'S', "* 1 FETCH (BODY[TEXT] {1}\r\nx)\r\n"}}, 100);
  EXPECT_EQ(log.lines[0], "M FETCH 0 at 27 id 1 box  partial <x> literal 28");
}

TEST(ImapSession, AppendIsAMessageOfTheClient) {
  expect({{'S', "* OK\r\n"},
          {'C', "a APPEND Sent (\\Seen) {5}\r\n"},
          {'S', "+ go\r\n"},
          {'C', "a: b\n {2+}\r\nxy\r\n"},
          {'S', "a OK\r\n"}},
         {"S  OK ->0 <>", "C1 APPEND <a APPEND Sent (\\Seen) {5}>", "S + + ->1 <go>",
          "M APPEND 1 at 27 id  box Sent <a: b\n> literal 32", "M APPEND 1 at 39 id  box Sent <xy> literal 41",
          "S a OK ->1 <>"});
}

TEST(ImapSession, RefusedLiteralNeverComes) {
  expect({{'S', "* OK\r\n"},
          {'C', "a APPEND Sent {5}\r\n"},
          {'S', "a NO quota\r\n"},
          {'C', "b NOOP\r\n"},
          {'S', "b OK\r\n"}},
         {"S  OK ->0 <>", "C1 APPEND <a APPEND Sent {5}>", "S a NO ->1 <quota>", "! imap.literal.rejected@14+3",
          "C2 NOOP <b NOOP>", "S b OK ->2 <>"});
}

TEST(ImapSession, LoginInEveryFormHidesThePassword) {
  expect({{'S', "* OK\r\n"},
          {'C', "a LOGIN \"al\\\"ice\" s3cret\r\nb LOGIN {3+}\r\nbob {6+}\r\ns3cret\r\n"},
          {'S', "a NO\r\nb OK\r\n"}},
         {"S  OK ->0 <>", "! auth.cleartext@0+26", "C1 LOGIN <a LOGIN \"al\\\"ice\" ***>", "! auth.cleartext@26+32",
          "C2 LOGIN <b LOGIN {3+}\r\nbob ***>", "S a NO ->1 <>", "A 1 LOGIN al\"ice rejected", "S b OK ->2 <>",
          "A 2 LOGIN bob accepted"});
}

TEST(ImapSession, AuthenticateWithAndWithoutInitialResponse) {
  expect({{'S', "* OK\r\n"},
          {'C', "a AUTHENTICATE PLAIN\r\n"},
          {'S', "+ \r\n"},
          {'C', "AGFsaWNlAHg=\r\n"},
          {'S', "a OK\r\n"},
          {'C', "b AUTHENTICATE PLAIN AGFsaWNlAHg=\r\nc NOOP\r\n"},
          {'S', "b NO\r\nc OK\r\n"}},
         {"S  OK ->0 <>", "C1 AUTHENTICATE <a AUTHENTICATE PLAIN>", "S + + ->1 <>", "C2 + <***>",
          "! auth.cleartext@22+14", "S a OK ->1 <>", "A 1 PLAIN alice accepted", "! auth.cleartext@36+35",
          "C3 AUTHENTICATE <b AUTHENTICATE PLAIN ***>", "C4 NOOP <c NOOP>", "S b NO ->3 <>", "A 3 PLAIN alice rejected",
          "S c OK ->4 <>"});
}

TEST(ImapSession, AuthenticationGivenUp) {
  expect({{'S', "* OK\r\n"},
          {'C', "a AUTHENTICATE CRAM-MD5\r\n"},
          {'S', "+ PDEyMz4=\r\n"},
          {'C', "*\r\n"},
          {'S', "a BAD\r\n"}},
         {"S  OK ->0 <>", "C1 AUTHENTICATE <a AUTHENTICATE CRAM-MD5>", "S + + ->1 <***>", "C2 + <*>", "S a BAD ->1 <>",
          "A 1 CRAM-MD5 - aborted"});
}

constexpr std::string_view hello("\x16\x03\x01\0\x05\x01\0\0\x01\0", 10);

TEST(ImapSession, OpaqueBehindStarttls) {
  const auto log =
      run({{'S', "* OK\r\n"}, {'C', "a STARTTLS\r\n"}, {'S', "a OK go\r\n"}, {'C', hello}, {'S', hello}}, 100);
  EXPECT_EQ(log.lines, (std::vector<std::string>{"S  OK ->0 <>", "C1 STARTTLS <a STARTTLS>", "S a OK ->1 <go>"}));
  EXPECT_EQ(log.opaque[0], hello);
  EXPECT_EQ(log.opaque[1], hello);
}

TEST(ImapSession, CommandsInjectedBehindStarttls) {
  expect({{'S', "* OK\r\n"}, {'C', "a STARTTLS\r\nb LOGIN x y\r\n"}, {'S', "a OK\r\n"}, {'C', hello}},
         {"S  OK ->0 <>", "C1 STARTTLS <a STARTTLS>", "S a OK ->1 <>", "! starttls.command-injection@12+13",
          "C2 LOGIN <b LOGIN x ***>", "A 2 LOGIN x unknown"});
}

TEST(ImapSession, LastLineOfAClientThatIsGoneIsToldThoughItWaitsForTheReplyToStartTls) {
  expect({{'S', "* OK\r\n"}, {'C', "a STARTTLS\r\nb LOGOUT"}},
         {"S  OK ->0 <>", "C1 STARTTLS <a STARTTLS>", "C2 LOGOUT <b LOGOUT>"});
}

TEST(ImapSession, RefusedStarttlsAndThenLogin) {
  expect({{'S', "* OK\r\n"}, {'C', "a STARTTLS\r\n"}, {'S', "a NO\r\n"}, {'C', "b LOGIN x y\r\n"}, {'S', "b OK\r\n"}},
         {"S  OK ->0 <>", "C1 STARTTLS <a STARTTLS>", "S a NO ->1 <>", "! auth.cleartext@12+13",
          "! starttls.downgrade@6+6", "C2 LOGIN <b LOGIN x ***>", "S b OK ->2 <>", "A 2 LOGIN x accepted"});
}

TEST(ImapSession, OddResponses) {
  expect({{'S', "* PREAUTH hi\r\n"}, {'C', "a NOOP\r\n"}, {'S', "zz OK\r\na OK\r\n"}},
         {"! imap.preauth-cleartext@0+14", "S  PREAUTH ->0 <hi>", "C1 NOOP <a NOOP>", "! imap.tag.unknown@14+2",
          "S zz OK <>", "S a OK ->1 <>"});
}

TEST(ImapSession, FlawsOfStructure) {
  const std::string deep = "a SEARCH " + std::string(65, '(') + "\r\n";
  expect({{'S', "* OK say \"hi\r\n"}, {'C', deep}, {'C', "b SELECT \"x\r\n"}},
         {"S  OK ->0 <say \"hi>", "! imap.nesting@73+1", "C1 SEARCH <" + deep.substr(0, deep.size() - 2) + ">",
          "! imap.quoted.unterminated@85+2", "C2 SELECT <b SELECT \"x>"});
}

TEST(ImapSession, IdleEndsWithDone) {
  expect({{'S', "* OK\r\n"},
          {'C', "a IDLE\r\n"},
          {'S', "+ idling\r\n* 3 EXISTS\r\n"},
          {'C', "DONE\r\n"},
          {'S', "a OK\r\n"}},
         {"S  OK ->0 <>", "C1 IDLE <a IDLE>", "S + + ->1 <idling>", "S *  ->1 <3 EXISTS>", "C2 DONE <DONE>",
          "S a OK ->1 <>"});
}

TEST(ImapSession, MessageCutByTheEnd) {
  expect({{'S', "* 1 FETCH (BODY[] {9}\r\nabc"}},
         {"! imap.literal.truncated@23+3", "M FETCH 0 at 23 id 1 box  <abc> cut 26", "S *  <1 FETCH (BODY[] {9}>"});
}

TEST(ImapSession, TranscriptsLeaveLiteralsOut) {
  ImapSessionOptions options;
  options.wire_exact = false;
  const auto log =
      run({{'C', "a FETCH 1 RFC822\r\n"}, {'S', "* 1 FETCH (RFC822 {482}\r\n"}, {'S', ")\r\n"}, {'S', "a OK\r\n"}}, 100,
          options);
  EXPECT_EQ(log.lines,
            (std::vector<std::string>{"C1 FETCH <a FETCH 1 RFC822>", "M FETCH 1 at 25 id 1 box  <> elided 25",
                                      "S *  ->1 <1 FETCH (RFC822 {482})>", "S a OK ->1 <>"}));
}

TEST(ImapSession, BegunInTheMiddleKeepsTheRestOfALine) {
  ImapSessionOptions options;
  options.begun = false;
  expect({{'S', "rest of a line\r\n* 3 EXISTS\r\n"}}, {"S   <rest of a line>", "S *  <3 EXISTS>"}, options);
}

}  // namespace
}  // namespace mailparse
