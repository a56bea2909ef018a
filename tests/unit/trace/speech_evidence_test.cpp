#include "trace/speech_evidence.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

using Speech = ProtocolDetector::Speech;
using Weights = ProtocolDetector::Weights;

int weight_of(const Weights& weights, Speech speech) {
  return weights[static_cast<std::size_t>(speech)];
}

bool speaks_most_for(const Weights& weights, Speech speech) {
  const int own = weight_of(weights, speech);
  return own > 0 && std::ranges::count(weights, own) == 1 && std::ranges::max(weights) == own;
}

bool says_nothing(const Weights& weights) {
  return std::ranges::all_of(weights, [](int weight) { return weight == 0; });
}

struct Case {
  std::string_view line;
  Speech speech;
};

TEST(SpeechEvidence, CommandsSpeakForTheirProtocol) {
  using enum Speech;
  for (const auto& [line, speech] : std::initializer_list<Case>{{"EHLO client.example", smtp},
                                                                {"LHLO client.example", lmtp},
                                                                {"MAIL FROM:<a@b.example>", smtp},
                                                                {"UIDL", pop3},
                                                                {"RETR 1", pop3},
                                                                {"RETR file.txt", ftp},
                                                                {"LIST 3", pop3},
                                                                {"AUTH TLS", ftp},
                                                                {"AUTH SSL", ftp},
                                                                {"USER a 0 * :Ann", irc},
                                                                {"PING", redis},
                                                                {"PING irc.example", irc},
                                                                {"*3", redis},
                                                                {"$12", redis},
                                                                {"a1 UID FETCH 1 FLAGS", imap},
                                                                {"a1 LOGIN a b", imap},
                                                                {"GROUP comp.mail", nntp},
                                                                {"GET key", redis},
                                                                {"PORT 192,0,2,1,4,5", ftp}})
    EXPECT_TRUE(speaks_most_for(command_evidence(line), speech)) << line;
}

TEST(SpeechEvidence, OtherLinesOfAClientSayNothing) {
  for (const std::string_view line : {"", "   ", "GET / HTTP/1.1", "* 3", "*x", "*3 x", "$", "$-x", "$12 x",
                                      "hello world", "a-word-that-is-longer-than-any LOGIN", "PWD now", "ETRN"})
    EXPECT_TRUE(says_nothing(command_evidence(line))) << line;
}

TEST(SpeechEvidence, RepliesSpeakForTheirProtocol) {
  using enum Speech;
  for (const auto& [line, speech] : std::initializer_list<Case>{{"220 m ESMTP", smtp},
                                                                {"220 m LMTP", lmtp},
                                                                {"220 m FTP server", ftp},
                                                                {"220-FileZilla Server", ftp},
                                                                {"250-SIZE 100", smtp},
                                                                {"250", smtp},
                                                                {"354 go on", smtp},
                                                                {"501 5.5.4 what", smtp},
                                                                {"450 4.7.10 later", smtp},
                                                                {"201 no posting", nntp},
                                                                {"125 opening", ftp},
                                                                {"150 opening", ftp},
                                                                {"213 12", ftp},
                                                                {"215 UNIX", ftp},
                                                                {"226 done", ftp},
                                                                {"227 Entering Passive Mode", ftp},
                                                                {"229 Entering Extended Passive Mode", ftp},
                                                                {"230 come in", ftp},
                                                                {"257 \"/\"", ftp},
                                                                {"331 password", ftp},
                                                                {"332 account", ftp},
                                                                {"350 go on", ftp},
                                                                {"+OK ready", pop3},
                                                                {"-ERR no", pop3},
                                                                {"-ERR unknown command 'x'", redis},
                                                                {"-ERR unknown command `x`", redis},
                                                                {"-ERR wrong number of arguments for 'get'", redis},
                                                                {"-ERR Protocol error: x", redis},
                                                                {"+PONG", redis},
                                                                {"-NOAUTH no", redis},
                                                                {"-WRONGTYPE no", redis},
                                                                {":12", redis},
                                                                {"$-1", redis},
                                                                {"* OK ready", imap},
                                                                {"* 3 EXISTS", imap},
                                                                {"* 12 FETCH (UID 3)", imap},
                                                                {"a1 OK done", imap},
                                                                {"a1 NO such", imap},
                                                                {"a1 BAD what", imap},
                                                                {"\"IMPLEMENTATION\" \"Pigeonhole\"", managesieve},
                                                                {"\"SIEVE\" \"fileinto\"", managesieve},
                                                                {":irc.example 001 ann :Welcome", irc},
                                                                {":irc.example NOTICE * :hello", irc},
                                                                {"NOTICE AUTH :*** Looking up", irc}})
    EXPECT_TRUE(speaks_most_for(reply_evidence(line, false), speech)) << line;
}

TEST(SpeechEvidence, CodesOfSeveralProtocolsLeaveThemEqual) {
  for (const std::string_view line : {"221 bye", "421 later", "450 later", "500 what", "501 what", "502 no", "503 no",
                                      "504 no", "530 no", "551 no", "552 no", "553 no", "211 x", "214 x"}) {
    const Weights weights = reply_evidence(line, false);
    EXPECT_GT(weight_of(weights, Speech::smtp), 0) << line;
    EXPECT_EQ(weight_of(weights, Speech::smtp), weight_of(weights, Speech::ftp)) << line;
  }
  for (const std::string_view line : {"235 ok", "451 later", "452 full", "535 no", "550 no", "554 no"}) {
    EXPECT_EQ(weight_of(reply_evidence(line, false), Speech::smtp), 1) << line;
    EXPECT_EQ(weight_of(reply_evidence(line, false), Speech::ftp), 0) << line;
  }
  const Weights go_on = reply_evidence("+ ", false);
  EXPECT_EQ(weight_of(go_on, Speech::imap), weight_of(go_on, Speech::pop3));
}

TEST(SpeechEvidence, EnhancedCodesAreMail) {
  const int plain = weight_of(reply_evidence("550 no", false), Speech::smtp);
  for (const std::string_view line : {"550 5.1.1 no", "550 4.10.1 no", "550 2.1.100 no"})
    EXPECT_GT(weight_of(reply_evidence(line, false), Speech::smtp), plain) << line;
  for (const std::string_view line :
       {"550 3.1.1 no", "550 5x1.1 no", "550 5.x.1 no", "550 5.1x1 no", "550 5.11x1 no", "550 5.1."})
    EXPECT_EQ(weight_of(reply_evidence(line, false), Speech::smtp), plain) << line;
}

TEST(SpeechEvidence, OtherLinesOfAServerSayNothing) {
  for (const std::string_view line : {"", "22", "2200 x", "220x", "999 x", "* hello", "* x EXISTS", "* 3 hello", ":x",
                                      ":x hello", "$12 x", "hello world", "\"VERSION\" \"1\""})
    EXPECT_TRUE(says_nothing(reply_evidence(line, false))) << line;
}

}  // namespace
}  // namespace mailparse
