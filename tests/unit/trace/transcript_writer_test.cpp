#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/trace/conversations.hpp>
#include <mailparse/trace/transcript_writer.hpp>

namespace mailparse {
namespace {

struct Said {
  char side;  ///< 'C', 'S'; 'g' a gap of the client
  std::string_view octets;
};

/// Prints each session when its record comes.
class PrintingListener final : public TraceListener {
 public:
  void on_session(const SessionRecord& session) override { writer->write(session, out); }
  void on_other_traffic(const OtherTraffic&) override {}
  void on_event(const SessionRecord&, const TraceEvent&) override {}

  TranscriptWriter* writer = nullptr;
  std::string out;
};

std::string print(const std::vector<Said>& said, TranscriptWriterOptions options, std::size_t cut = 1000) {
  PrintingListener listener;
  Conversations conversations(listener, {.recorder = {.show_secrets = options.show_secrets}});
  TranscriptWriter writer(conversations, options);
  listener.writer = &writer;
  ConversationStart start;
  start.format = "pcap";
  start.client = Endpoint{"192.0.2.7", 40000};
  start.server = Endpoint{"192.0.2.5", 25};
  const auto conversation = writer.open(start);
  std::uint64_t offsets[2]{};
  for (const Said& one : said) {
    const Side side = one.side == 'S' ? Side::server : Side::client;
    auto& offset = offsets[static_cast<std::size_t>(side)];
    if (one.side == 'g') {
      conversation->on_gap({side, offset, 10, {}});
      offset += 10;
      continue;
    }
    for (std::size_t at = 0; at < one.octets.size(); at += cut) {
      const auto piece = one.octets.substr(at, cut);
      conversation->on_chunk({side, offset, piece, {}});
      offset += piece.size();
    }
  }
  conversation->on_end(Side::client, StreamEnd::closed, {});
  conversation->on_end(Side::server, StreamEnd::closed, {});
  conversation->finish({.client_octets = offsets[0], .server_octets = offsets[1]});
  return listener.out;
}

const std::vector<Said> login{{'S', "220 mx\r\n"},
                              {'C', "EHLO c\r\n"},
                              {'S', "250-mx\r\n250 AUTH PLAIN LOGIN\r\n"},
                              {'C', "AUTH PLAIN AGJvYgBDQU5BUlktN2YzYQ==\r\n"},
                              {'S', "235 ok\r\n"},
                              {'C', "MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"},
                              {'S', "250 ok\r\n250 ok\r\n354 go\r\n"},
                              {'C', "\r\n..dot\r\n250 x\r\n.\r\n"},
                              {'S', "250 ok\r\n"}};

TEST(TranscriptWriter, GoesOnBehindAHiddenChallenge) {
  const std::vector<Said> imap{{'S', "* OK ready\r\n"},
                               {'C', "a AUTHENTICATE CRAM-MD5\r\n"},
                               {'S', "+ PDEyMzRAbXg+\r\n"},
                               {'C', "Ym9iIENBTkFSWS03ZjNh\r\n"},
                               {'S', "* CAPABILITY IMAP4rev1\r\na OK done\r\n"},
                               {'C', "b NOOP\r\n"},
                               {'S', "b OK\r\n"}};
  EXPECT_EQ(print(imap, {.form = TranscriptForm::c_s}),
            "# trace-to-json: session s-1, imap, 192.0.2.7:40000 -> 192.0.2.5:25\n"
            "S: * OK ready\nC: a AUTHENTICATE CRAM-MD5\nS: + ***\nC: ********\nS: * CAPABILITY IMAP4rev1\n"
            "S: a OK done\nC: b NOOP\nS: b OK\n# trace-to-json: closed\n\n");
}

TEST(TranscriptWriter, EndsALineWhereAChunkEnds) {
  const std::vector<Said> chunks{{'S', "220 mx\r\n"},
                                 {'C', "EHLO c\r\n"},
                                 {'S', "250 CHUNKING\r\n"},
                                 {'C', "MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBDAT 2\r\nabBDAT 3 LAST\r\nc\r\nQUIT\r\n"},
                                 {'S', "250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n221 bye\r\n"}};
  for (const std::size_t cut : {1000U, 1U}) {
    EXPECT_NE(
        print(chunks, {.form = TranscriptForm::c_s}, cut).find("C: BDAT 2\nC: ab\nC: BDAT 3 LAST\nC: c\nC: QUIT\n"),
        std::string::npos);
  }
}

TEST(TranscriptWriter, PrintsClientAndServerByLetters) {
  EXPECT_EQ(print(login, {.form = TranscriptForm::c_s}),
            "# trace-to-json: session s-1, smtp, 192.0.2.7:40000 -> 192.0.2.5:25\n"
            "S: 220 mx\nC: EHLO c\nS: 250-mx\nS: 250 AUTH PLAIN LOGIN\nC: AUTH PLAIN ********\nS: 235 ok\n"
            "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@x>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
            "C: \nC: ..dot\nC: 250 x\nC: .\nS: 250 ok\n# trace-to-json: closed\n\n");
}

TEST(TranscriptWriter, PrintsTheArrowsOfSwaks) {
  const auto text = print(login, {.form = TranscriptForm::swaks});
  EXPECT_TRUE(
      text.starts_with("=== session s-1, smtp, 192.0.2.7:40000 -> 192.0.2.5:25\n=== Trying 192.0.2.5:25...\n"
                       "<-  220 mx\n -> EHLO c\n"));
  EXPECT_NE(text.find(" -> AUTH PLAIN UFJPVklERURfQlVUX1JFTU9WRUQ=\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("<-  250 ok\n=== Connection closed with remote host.\n\n"));
}

TEST(TranscriptWriter, PrintsTheLinesAlone) {
  const auto text = print(login, {.form = TranscriptForm::plain});
  EXPECT_NE(text.find("\n235 ok\nMAIL FROM:<a@x>\n"), std::string::npos);
}

TEST(TranscriptWriter, NamesWhoSpeaksWhereWordsDoNotTell) {
  const std::vector<Said> odd{{'S', "220 mx\r\n"}, {'C', "what is this\r\n"}, {'S', "garbage\r\n250 ok\r\n"}};
  const auto text = print(odd, {.form = TranscriptForm::plain});
  EXPECT_NE(text.find("# trace-to-json: the server:\n220 mx\n# trace-to-json: the client:\nwhat is this\n"
                      "# trace-to-json: the server:\ngarbage\n250 ok\n# trace-to-json: closed\n"),
            std::string::npos);
  EXPECT_EQ(print(odd, {.form = TranscriptForm::c_s}).find("the server:"), std::string::npos);
}

TEST(TranscriptWriter, SaysWhereALineLooksLikeItsOwn) {
  const auto text = print({{'S', "220 mx\r\n"}, {'C', "# trace-to-json: the server:\r\n"}, {'S', "500 what\r\n"}},
                          {.form = TranscriptForm::plain});
  EXPECT_NE(text.find("some lines do not tell who says them\n"), std::string::npos);
}

TEST(TranscriptWriter, ShowsNoSecretUnlessAsked) {
  for (const auto form : {TranscriptForm::swaks, TranscriptForm::plain, TranscriptForm::c_s}) {
    EXPECT_EQ(print(login, {.form = form}).find("Q0FOQVJZLTdm"), std::string::npos);
    EXPECT_EQ(print(login, {.form = form}).find("BDQU5BUlkt"), std::string::npos);
    EXPECT_NE(print(login, {.form = form, .show_secrets = true}).find("BDQU5BUlkt"), std::string::npos);
  }
}

TEST(TranscriptWriter, HidesASecretThatStandsInALiteral) {
  const auto text = print({{'S', "* OK ready\r\n"},
                           {'C', "a1 LOGIN bob {11}\r\n"},
                           {'S', "+ go\r\n"},
                           {'C', "CANARY-7f3a\r\n"},
                           {'S', "a1 OK in\r\n"},
                           {'C', "a2 LOGOUT\r\n"}},
                          {.form = TranscriptForm::c_s});
  EXPECT_EQ(text.find("CANARY"), std::string::npos);
  EXPECT_NE(text.find("C: a2 LOGOUT\n"), std::string::npos);
}

TEST(TranscriptWriter, SaysWhatItCannotHold) {
  const auto text = print({{'S', "220 mx\r\n"},
                           {'C', "EHLO c\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"},
                           {'S', "250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n"},
                           {'C', "one\r\n"},
                           {'g', ""},
                           {'C', "a\rb\r\n.\r\n"},
                           {'S', "250 ok\r\n"}},
                          {.form = TranscriptForm::c_s});
  EXPECT_NE(text.find("# 1 line of the client end in a bare LF\n"), std::string::npos);
  EXPECT_NE(text.find("# 1 line of the client have a CR that ends no line\n"), std::string::npos);
  EXPECT_NE(text.find("C: one\nC: <10 octets left out>\n"), std::string::npos);
}

TEST(TranscriptWriter, LeavesOutWhatIsEncrypted) {
  const auto text = print({{'S', "220 mx\r\n"},
                           {'C', "EHLO c\r\n"},
                           {'S', "250 STARTTLS\r\n"},
                           {'C', "STARTTLS\r\n"},
                           {'S', "220 go\r\n"},
                           {'C', "\x16\x03\x01\x01\x02\x01\x03\r\n"},
                           {'S', "\x16\x03\x03\x01\x02\n"}},
                          {.form = TranscriptForm::c_s});
  EXPECT_EQ(text.find('\x16'), std::string::npos);
  EXPECT_NE(text.find("C: STARTTLS\nS: 220 go\n"), std::string::npos);
  EXPECT_NE(text.find("# 9 octets of the client cannot be read and are left out\n"), std::string::npos);
}

TEST(TranscriptWriter, PrintsTheSameForAnyCut) {
  const auto whole = print(login, {.form = TranscriptForm::c_s});
  for (std::size_t cut = 1; cut < 20; ++cut) EXPECT_EQ(print(login, {.form = TranscriptForm::c_s}, cut), whole) << cut;
}

TEST(TranscriptWriter, KeepsNoMoreThanItMay) {
  std::vector<Said> said{{'S', "220 mx\r\n"}, {'C', "EHLO c\r\n"}, {'S', "250 mx\r\n"}};
  for (int i = 0; i < 100; ++i) said.push_back({'C', "NOOP\r\n"});
  const auto text = print(said, {.form = TranscriptForm::c_s, .conversation_octets = 100});
  EXPECT_LT(text.size(), 4000U);
  EXPECT_NE(text.find("# more than is kept of a conversation\n"), std::string::npos);
}

}  // namespace
}  // namespace mailparse
