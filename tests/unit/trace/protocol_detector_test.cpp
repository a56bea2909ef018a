#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/trace/protocol_detector.hpp>

namespace mailparse {
namespace {

using namespace std::string_view_literals;

struct Said {
  char side;  ///< 'C' or 'S'
  std::string_view octets;
};

struct DetectionCase {
  std::string_view claim;
  std::vector<Said> said;
  TrafficKind kind;
  bool begun = true;
  bool sides_known = true;
  bool swapped = false;
  std::uint16_t port = 4000;
};

const std::vector<DetectionCase>& cases() {
  using enum TrafficKind;
  static const std::vector<DetectionCase> all{
      {"SMTP", {{'S', "220 mail.example ESMTP Postfix\r\n"}, {'C', "EHLO c\r\n"}}, smtp},
      {"SMTP that says nothing of SMTP", {{'S', "220 mail.example ready\r\n"}, {'C', "HELO c\r\n"}}, smtp},
      {"SMTP greeting only", {{'S', "220 mail.example ESMTP\r\n"}}, smtp},
      {"SMTP that turns the client away", {{'S', "554 5.7.1 go away\r\n"}}, smtp},
      {"SMTP client that makes no sense",
       {{'S', "220 m ESMTP\r\n"}, {'C', "x\r\n"}, {'S', "500 5.5.1 what\r\n"}},
       smtp},
      {"web client of a mail server",
       {{'S', "220 m ESMTP\r\n"}, {'C', "GET / HTTP/1.1\r\nHost: m\r\n\r\n"}, {'S', "500 what\r\n"}},
       smtp},
      {"SMTP client side only", {{'C', "EHLO c\r\nMAIL FROM:<a@x>\r\n"}}, smtp},
      {"SMTP server side only", {{'S', "220 m ESMTP\r\n250-m\r\n250-PIPELINING\r\n250 SIZE 10\r\n"}}, smtp},
      {"SMTP in midstream", {{'C', "RCPT TO:<b@x>\r\n"}, {'S', "250 ok\r\n"}, {'C', "DATA\r\n"}}, smtp, false},
      {"SMTP in midstream, seen the wrong way round",
       {{'C', "250 2.1.0 Ok\r\n"}, {'S', "RCPT TO:<b@x>\r\n"}, {'C', "250 2.1.5 Ok\r\n"}},
       smtp,
       false,
       false,
       true},
      {"LMTP", {{'S', "220 mail.example LMTP\r\n"}, {'C', "LHLO c\r\n"}}, lmtp},
      {"LMTP that says nothing of LMTP", {{'S', "220 mail.example Dovecot ready.\r\n"}, {'C', "LHLO c\r\n"}}, lmtp},
      {"LMTP server alone, by two last replies",
       {{'S',
         "220 mail.example ready\r\n250-mail.example\r\n250 PIPELINING\r\n250 2.1.0 OK\r\n250 2.1.5 OK\r\n354 OK\r\n"},
        {'S', "250 2.0.0 <b@x> 1 Saved\r\n452 4.2.2 <c@x> full\r\n221 bye\r\n"}},
       lmtp},
      {"SMTP server alone, that names the next sender",
       {{'S', "220 mail.example ready\r\n250 OK\r\n354 OK\r\n250 2.6.0 <1@x> queued\r\n250 2.1.0 <a@x>... ok\r\n"}},
       smtp},
      {"POP3", {{'S', "+OK ready\r\n"}}, pop3},
      {"POP3 client side only", {{'C', "USER a\r\nPASS b\r\nSTAT\r\nLIST\r\nRETR 1\r\n"}}, pop3},
      {"IMAP", {{'S', "* OK [CAPABILITY IMAP4rev1] ready\r\n"}, {'C', "a1 LOGIN a b\r\n"}}, imap},
      {"IMAP client side only", {{'C', "a1 CAPABILITY\r\na2 SELECT INBOX\r\n"}}, imap},
      {"IMAP in midstream", {{'S', "* 3 EXISTS\r\n"}, {'C', "x9 FETCH 3 (FLAGS)\r\n"}}, imap, false},
      {"FTP greets like SMTP",
       {{'S', "220 ftp.example ready\r\n"}, {'C', "USER anonymous\r\n"}, {'S', "331 password\r\n"}},
       ftp},
      {"FTP by its greeting", {{'S', "220 (vsFTPd 3.0.3)\r\n"}}, ftp},
      {"FTP with TLS", {{'S', "220 ready\r\n"}, {'C', "AUTH TLS\r\n"}}, ftp},
      {"220 on a mail port", {{'S', "220 ready\r\n"}}, smtp, true, true, false, 25},
      {"220 on the FTP port", {{'S', "220 ready\r\n"}}, ftp, true, true, false, 21},
      {"NNTP", {{'S', "200 news.example ready\r\n"}, {'C', "MODE READER\r\n"}}, nntp},
      {"IRC", {{'C', "NICK bob\r\nUSER bob 0 * :Bob\r\n"}, {'S', ":irc.example 001 bob :Welcome\r\n"}}, irc},
      {"Redis inline commands on any port", {{'C', "PING\r\n"}, {'S', "+PONG\r\n"}}, redis, true, true, false, 110},
      {"Redis inline commands with words of its own",
       {{'C', "set test 1\r\n"}, {'S', "+OK\r\n"}, {'C', "incr test\r\n"}, {'S', ":2\r\n"}, {'C', "get test2\r\n"}},
       redis},
      {"Redis, where the client says nothing that it knows",
       {{'C', "$-20\r\nhi\r\n"}, {'S', "-ERR unknown command '$-20'\r\n-ERR unknown command 'hi'\r\n"}},
       redis},
      {"POP3 that refuses what it does not know",
       {{'S', "+OK ready\r\n"}, {'C', "GET 1\r\n"}, {'S', "-ERR unknown command\r\n"}, {'C', "STAT\r\n"}},
       pop3},
      {"Redis", {{'C', "*1\r\n$4\r\nPING\r\n"}, {'S', "+PONG\r\n"}}, redis},
      {"ManageSieve", {{'S', "\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n"}}, managesieve},
      {"HTTP", {{'C', "GET /index.html HTTP/1.1\r\n"}}, http},
      {"HTTP with a mail inside",
       {{'C', "POST /x HTTP/1.1\r\n\r\nEHLO c\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\n"}},
       http},
      {"HTTP tunnel", {{'C', "CONNECT mail.example:25 HTTP/1.0\r\n\r\n"}}, http},
      {"web client that does not await the greeting",
       {{'C', "GET / HTTP/1.1\r\nHost: m\r\n\r\n"}, {'S', "220 m ready\r\n"}, {'S', "500 what\r\n"}},
       smtp,
       true,
       true,
       false,
       25},
      {"web client that a mail server's first word comes before",
       {{'S', "220 m ready\r\n"}, {'C', "GET / HTTP/1.1\r\n\r\n"}},
       smtp,
       true,
       true,
       false,
       25},
      {"web client, and half a greeting",
       {{'C', "GET / HTTP/1.1\r\n\r\n"}, {'S', "220 m"}},
       smtp,
       true,
       true,
       false,
       25},
      {"form of a web page for a maildrop",
       {{'C', "POST / HTTP/1.1\r\n\r\nUSER a\r\n"}, {'S', "+OK ready\r\n"}},
       pop3,
       true,
       true,
       false,
       110},
      {"SSH client of a mail server",
       {{'C', "SSH-2.0-OpenSSH_9.2\r\n"}, {'S', "* OK IMAP4rev1 ready\r\n"}},
       imap,
       true,
       true,
       false,
       143},
      {"web client that no mail server answers",
       {{'C', "POST /x HTTP/1.1\r\n\r\nEHLO c\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\n"}},
       http,
       true,
       true,
       false,
       25},
      {"web server at a mail port",
       {{'C', "GET / HTTP/1.1\r\n\r\n"}, {'S', "HTTP/1.1 200 OK\r\n\r\n220 m ESMTP\r\n"}},
       http,
       true,
       true,
       false,
       25},
      {"old web server at a mail port",
       {{'C', "GET / HTTP/1.0\r\n\r\n"}, {'S', "<html>\r\n220 m ESMTP\r\n"}},
       http,
       true,
       true,
       false,
       25},
      {"SSH", {{'S', "SSH-2.0-OpenSSH_9.2\r\n"}}, ssh},
      {"XMPP", {{'C', "<?xml version='1.0'?><stream:stream to='x'>"}}, xmpp},
      {"TLS", {{'C', "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03xxxxxxxxxxxxxxx"sv}}, tls},
      {"TLS in midstream", {{'S', "\x17\x03\x03\x00\x20xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"sv}}, tls, false},
      {"LDAP", {{'C', "\x30\x0C\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"sv}}, ldap},
      {"SOCKS 5", {{'C', "\x05\x01\x00"sv}, {'S', "\x05\x00"sv}}, socks},
      {"BitTorrent",
       {{'C',
         "\x13"
         "BitTorrent protocol\0\0\0\0\0"sv}},
       bittorrent},
      {"nothing known", {{'C', "hello\r\n"}, {'S', "world\r\n"}}, unknown},
      {"text in midstream proves little", {{'C', "Please QUIT now\r\nHELP\r\n"}}, unknown, false},
      {"no octets", {}, empty},
  };
  return all;
}

ProtocolGuess detect(const DetectionCase& c, std::size_t cut) {
  ConversationStart start;
  start.begun = c.begun;
  start.sides_known = c.sides_known;
  start.client = Endpoint{"192.0.2.1", 40000};
  start.server = Endpoint{"192.0.2.2", c.port};
  ProtocolDetector detector(start);
  for (const Said& said : c.said) {
    const Side side = said.side == 'C' ? Side::client : Side::server;
    for (std::size_t at = 0; at < said.octets.size(); at += cut) detector.push(side, said.octets.substr(at, cut));
  }
  return detector.finish();
}

TEST(ProtocolDetector, KnowsTheProtocolWhateverTheCut) {
  for (const DetectionCase& c : cases()) {
    const ProtocolGuess whole = detect(c, 1 << 20);
    EXPECT_EQ(to_string(whole.kind), to_string(c.kind)) << c.claim;
    EXPECT_EQ(whole.swapped, c.swapped) << c.claim;
    for (std::size_t cut = 1; cut < 80; ++cut) {
      const ProtocolGuess cut_up = detect(c, cut);
      ASSERT_EQ(cut_up.kind, whole.kind) << c.claim << ", pieces of " << cut;
      ASSERT_EQ(cut_up.confidence, whole.confidence) << c.claim << ", pieces of " << cut;
      ASSERT_EQ(cut_up.swapped, whole.swapped) << c.claim << ", pieces of " << cut;
    }
  }
}

TEST(ProtocolDetector, IsSurerTheMoreItSaw) {
  const ProtocolGuess greeting = detect({"", {{'S', "220 m ESMTP\r\n"}}, TrafficKind::smtp}, 100);
  const ProtocolGuess both = detect({"", {{'S', "220 m ESMTP\r\n"}, {'C', "EHLO c\r\n"}}, TrafficKind::smtp}, 100);
  EXPECT_LT(greeting.confidence, both.confidence);
  EXPECT_GT(both.confidence, 0.9);
  EXPECT_LE(both.confidence, 1.0);
}

TEST(ProtocolDetector, WaitsForTheClientBeforeItSettlesOnSmtp) {
  ProtocolDetector detector({});
  detector.push(Side::server, "220 mail.example ESMTP\r\n");
  EXPECT_FALSE(detector.guess().settled);
  detector.push(Side::client, "EHLO c\r\n");
  EXPECT_TRUE(detector.guess().settled);
}

TEST(ProtocolDetector, ALineWithAGapIsNoEvidence) {
  ConversationStart start;
  start.begun = false;
  ProtocolDetector detector(start);
  detector.push(Side::client, "EHLO ");
  detector.gap(Side::client);
  detector.push(Side::client, "MAIL FROM:<a@x>\r\n");
  EXPECT_EQ(detector.finish().kind, TrafficKind::unknown);
  detector.push(Side::client, "MAIL FROM:<a@x>\r\n");
  EXPECT_EQ(detector.finish().kind, TrafficKind::smtp);
}

TEST(ProtocolDetector, TakesTheNameThatTheSourceGives) {
  ConversationStart start;
  start.begun = false;
  start.service = "pop3";
  ProtocolDetector detector(start);
  detector.push(Side::server, "+OK\r\n");
  EXPECT_EQ(detector.finish().kind, TrafficKind::pop3);
}

TEST(ProtocolDetector, ContentOutweighsTheNameThatTheSourceGives) {
  ConversationStart start;
  start.service = "smtp";
  ProtocolDetector detector(start);
  detector.push(Side::server, "+OK ready\r\n");
  detector.push(Side::client, "USER a\r\n");
  EXPECT_EQ(detector.finish().kind, TrafficKind::pop3);
}

TEST(ProtocolDetector, WhatIsLeftOutOfALineIsPartOfIt) {
  ConversationStart start;
  start.begun = false;
  ProtocolDetector detector(start);
  detector.push(Side::client, "AUTH ");
  detector.elided(Side::client);
  detector.push(Side::client, "\r\n");
  detector.push(Side::server, "535 no\r\n");
  EXPECT_EQ(detector.finish().kind, TrafficKind::smtp);
}

TEST(ProtocolDetector, AServerAloneIsHeardToItsLastReplies) {
  ProtocolDetector detector({});
  detector.push(Side::server, "220 m ESMTP\r\n250-m\r\n250-PIPELINING\r\n250 SIZE 10\r\n250 2.1.0 Ok\r\n354 go\r\n");
  EXPECT_FALSE(detector.guess().settled);
  EXPECT_TRUE(detector.mail_transfer());
  detector.push(Side::server, "250 2.0.0 Ok\r\n221 2.0.0 Bye\r\n");
  EXPECT_TRUE(detector.guess().settled);
  EXPECT_EQ(detector.guess().kind, TrafficKind::smtp);
}

TEST(ProtocolDetector, AVeryLongLineCostsNoMemoryAndNoGuess) {
  ProtocolDetector detector({});
  for (int n = 0; n < 1000; ++n) detector.push(Side::client, std::string(1000, 'x'));
  EXPECT_EQ(detector.finish().kind, TrafficKind::unknown);
}

}  // namespace
}  // namespace mailparse
