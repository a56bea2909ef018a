#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include <mailparse/source/transcript.hpp>

#include "unit/source/transcript_support.hpp"

namespace mailparse::test {
namespace {

constexpr std::string_view session =
    "S: 220 mx.example.com ESMTP\nC: EHLO client.example.test\nS: 250 mx.example.com\nC: QUIT\nS: 221 bye\n";

TEST(TranscriptReader, NamesTheLineOfEachChunk) {
  const auto reading = read_transcript(session);
  ASSERT_EQ(reading.conversations.size(), 1U);
  EXPECT_EQ(reading.conversations[0]->lines, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST(TranscriptReader, TellsDialectAndConfidenceWithTheConversation) {
  const auto reading = read_transcript(session);
  const auto& start = reading.conversations.at(0)->start;
  EXPECT_EQ(start.format, "text");
  EXPECT_EQ(start.dialect, "speaker");
  EXPECT_GT(start.confidence.value_or(0), 0.5);
  EXPECT_TRUE(start.begun);
  EXPECT_FALSE(start.wire_exact);
}

TEST(TranscriptReader, RestoresCrlfAndInventsNothingElse) {
  const auto reading = read_transcript(session);
  EXPECT_EQ(reading.conversations.at(0)->octets[0], "EHLO client.example.test\r\nQUIT\r\n");
  EXPECT_EQ(reading.conversations.at(0)->octets[1], "220 mx.example.com ESMTP\r\n250 mx.example.com\r\n221 bye\r\n");
}

TEST(TranscriptReader, ReadsLinesThatEndInCrAlone) {
  std::string log(session);
  std::ranges::replace(log, '\n', '\r');
  const auto reading = read_transcript(log);
  ASSERT_EQ(reading.conversations.size(), 1U);
  EXPECT_EQ(reading.conversations[0]->octets[0], "EHLO client.example.test\r\nQUIT\r\n");
  EXPECT_EQ(reading.conversations[0]->lines, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(detect_dialect(log).name, "speaker");
}

TEST(TranscriptReader, CountsTheEmptyLinesOfADoubleSpacedLog) {
  std::string log;
  for (const char c : session) log.append(c == '\n' ? 2 : 1, c);
  const auto reading = read_transcript(log);
  ASSERT_EQ(reading.conversations.size(), 1U);
  EXPECT_EQ(reading.conversations[0]->lines, (std::vector<std::uint64_t>{1, 3, 5, 7, 9}));
}

TEST(TranscriptReader, TakesOffTheColoursOfATerminal) {
  const auto reading = read_transcript(
      "\x1b[36mmail-1  |\x1b[0m \x1b[1;32m<-  220 mx.example.com\x1b[0m\n\x1b[36mmail-1  |\x1b[0m  -> QUIT\n"
      "\x1b[36mmail-1  |\x1b[0m <-  221 bye\x1b[0m\n");
  ASSERT_EQ(reading.conversations.size(), 1U);
  EXPECT_EQ(reading.conversations[0]->start.dialect, "swaks");
  EXPECT_EQ(reading.conversations[0]->octets[0], "QUIT\r\n");
  EXPECT_EQ(reading.conversations[0]->octets[1], "220 mx.example.com\r\n221 bye\r\n");
}

TEST(TranscriptReader, FindsADialectBehindWordsThatAllLinesBeginWith) {
  std::string log;
  for (const std::string_view line :
       {"220 mx.example.com ESMTP", "EHLO client.example.test", "250 mx.example.com", "QUIT", "221 bye"})
    log.append("relay.log:[probe] DEBUG ").append(line).append("\n");
  const auto reading = read_transcript(log);
  ASSERT_EQ(reading.conversations.size(), 1U);
  EXPECT_EQ(reading.conversations[0]->octets[0], "EHLO client.example.test\r\nQUIT\r\n");
}

TEST(TranscriptReader, ReadsTimesWithTheirZone) {
  const auto reading = read_transcript(
      "2026-11-21T21:13:23.5+01:00 mx postfix/smtpd[7]: > a[192.0.2.7]: 220 mx.example.com\n"
      "2026-11-21T21:13:24+01:00 mx postfix/smtpd[7]: < a[192.0.2.7]: EHLO a\n"
      "2026-11-21T21:13:25+01:00 mx postfix/smtpd[7]: > a[192.0.2.7]: 250 mx.example.com\n");
  const auto& told = *reading.conversations.at(0);
  ASSERT_EQ(told.times.size(), 3U);
  EXPECT_EQ(rfc3339(told.times[0].value()), "2026-11-21T20:13:23.500000000Z");
  EXPECT_EQ(told.start.client.value().ip, "192.0.2.7");
}

TEST(TranscriptReader, TellsThePeerOfEachConversationOfOneProcess) {
  const auto reading = read_transcript(
      "2026-11-21T21:13:23Z mx postfix/smtp[7]: < a[192.0.2.5]:25: 220 mx1.example.com\n"
      "2026-11-21T21:13:24Z mx postfix/smtp[7]: > a[192.0.2.5]:25: QUIT\n"
      "2026-11-21T21:13:24Z mx postfix/smtp[7]: < a[192.0.2.5]:25: 221 bye\n"
      "2026-11-21T21:13:25Z mx postfix/smtp[7]: < b[192.0.2.6]:25: 220 mx2.example.com\n");
  ASSERT_EQ(reading.conversations.size(), 2U);
  EXPECT_EQ(reading.conversations[0]->start.server.value().ip, "192.0.2.5");
  EXPECT_EQ(reading.conversations[1]->start.server.value().ip, "192.0.2.6");
}

TEST(TranscriptReader, GivesNoTimeForADateWithoutAYear) {
  constexpr std::string_view log =
      "Nov 21 21:13:23 mx postfix/smtpd[7]: > a[192.0.2.7]: 220 mx.example.com\n"
      "Nov 21 21:13:24 mx postfix/smtpd[7]: < a[192.0.2.7]: EHLO a\n"
      "Nov 21 21:13:25 mx postfix/smtpd[7]: > a[192.0.2.7]: 250 mx.example.com\n";
  EXPECT_FALSE(read_transcript(log).conversations.at(0)->times.at(0));
  TranscriptOptions options;
  options.year = 2026;
  options.zone = std::chrono::hours{2};
  EXPECT_EQ(rfc3339(read_transcript(log, {}, options).conversations.at(0)->times.at(0).value()),
            "2026-11-21T19:13:23.000000000Z");
}

TEST(TranscriptReader, ReadsSocatsMicrosecondsPaddedInFront) {
  const auto reading = read_transcript(
      "< 2026/11/21 21:12:21.000492444  length=20 from=0 to=19\n220 mx.example.com\\r\n"
      "> 2026/11/21 21:12:22.000492444  length=6 from=0 to=5\nQUIT\\r\n"
      "< 2026/11/21 21:12:22.000492500  length=9 from=20 to=28\n221 bye\\r\n");
  EXPECT_EQ(rfc3339(reading.conversations.at(0)->times.at(0).value()), "2026-11-21T21:12:21.492444000Z");
}

TEST(TranscriptReader, FindsADialectBehindALongPreface) {
  std::string log;
  while (log.size() < 300'000) log += "Nov 21 21:13:23 mx postfix/qmgr[3]: 7FD9DC2E0060: removed\n";
  log += "Nov 21 21:13:23 mx postfix/smtpd[7]: > a[192.0.2.7]: 220 mx.example.com\n";
  log += "Nov 21 21:13:23 mx postfix/smtpd[7]: < a[192.0.2.7]: EHLO a\n";
  log += "Nov 21 21:13:23 mx postfix/smtpd[7]: > a[192.0.2.7]: 250 mx.example.com\n";
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(log, '\n'));
  const auto reading = read_transcript(log);
  EXPECT_EQ(reading.dialect, "postfix");
  ASSERT_EQ(reading.conversations.size(), 1U);
  EXPECT_EQ(reading.conversations[0]->lines.back(), lines);
}

TEST(TranscriptReader, EndsTheConversationIdleLongestWhenTooManyAreOpen) {
  TranscriptOptions options;
  options.limits.transcript_conversations = 2;
  std::string log;
  for (const char pid : {'1', '2', '3'})
    log += std::string("2000") + pid + " > 220 mx.example.com \n2000" + pid + " < HELO a \n";
  const auto reading = read_transcript(log, {}, options);
  EXPECT_EQ(reading.conversations.size(), 3U);
  EXPECT_TRUE(std::ranges::all_of(reading.conversations, [](const auto& told) { return told->finished; }));
}

TEST(TranscriptReader, ReportsAFileThatIsNone) {
  const auto reading = read_transcript("int main() {\n  return 250;\n}\n");
  EXPECT_EQ(reading.dialect, "none");
  ASSERT_EQ(reading.diagnostics.size(), 1U);
  EXPECT_EQ(reading.diagnostics[0].code, Code::capfile_unknown_format);
}

TEST(TranscriptReader, ReadsUtf16OfEitherByteOrder) {
  std::string little = "\xFF\xFE";
  std::string big = "\xFE\xFF";
  for (const char c : session) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  const auto plain = read_transcript(session);
  for (const auto& octets : {little, big}) {
    EXPECT_EQ(read_transcript(octets).text, plain.text);
    expect_same_in_any_cut(octets, plain);
    EXPECT_EQ(detect_dialect(octets).name, "speaker");
  }
}

TEST(TranscriptReader, SaysWhatOfALongLineIsLeftOut) {
  constexpr std::string_view log = "C: EHLO a\r\nS: 250 mx.example.com and what it can do\r\nC: QUIT\r\n";
  TranscriptOptions options;
  options.dialect = "speaker";
  options.limits.transcript_line_octets = 24;
  for (std::size_t cut = 0; cut <= log.size(); ++cut) {
    const auto reading = read_transcript(log, {cut}, options);
    ASSERT_EQ(reading.conversations.at(0)->octets[1], "250 mx.example.com an\r\n") << "cut at " << cut;
    ASSERT_EQ(reading.diagnostics.size(), 1U) << "cut at " << cut;
    EXPECT_EQ(reading.diagnostics[0].code, Code::limit_transcript_line);
    EXPECT_EQ(reading.diagnostics[0].offset, log.find("d what"));
    EXPECT_EQ(reading.diagnostics[0].length, std::string_view("d what it can do\r").size());
  }
}

TEST(TranscriptReader, DecidesInSilenceOnWhatIsThere) {
  Scribes scribes;
  DiagnosticList diagnostics;
  TranscriptReader reader(scribes, {}, diagnostics);
  reader.on_silence();
  reader.feed("=== Trying mx.example.com:25...\n");
  reader.on_silence();
  EXPECT_EQ(reader.dialect().name, "none");
  reader.feed("=== Connected to mx.example.com.\n<-  220 mx.example.com ESMTP\n -> EHLO a\n<-  250 mx.example.com\n");
  reader.feed(" -> QUIT\n<-  221 bye\n=== Connection closed with remote host.\n");
  EXPECT_EQ(reader.dialect().name, "none");
  reader.on_silence();
  EXPECT_EQ(reader.dialect().name, "swaks");
  EXPECT_EQ(reader.conversations(), 1U);
  reader.finish();
  EXPECT_TRUE(diagnostics.take().empty());
}

TEST(TranscriptReader, SaysNothingOfAnEmptyFile) {
  EXPECT_TRUE(read_transcript("").diagnostics.empty());
}

TEST(Dialects, AreListedByNameWithAnExampleThatIsReadAsTheirs) {
  const auto dialects = list_dialects();
  EXPECT_TRUE(std::ranges::is_sorted(dialects, {}, &DialectInfo::name));
  EXPECT_GE(dialects.size(), 45U);
  for (const auto& dialect : dialects) {
    EXPECT_FALSE(dialect.title.empty());
    TranscriptOptions options;
    options.dialect = dialect.name;
    EXPECT_FALSE(read_transcript(dialect.example, {}, options).conversations.empty()) << dialect.name;
  }
}

TEST(Dialects, AreDetectedOnTheirBeginning) {
  EXPECT_EQ(detect_dialect(session).name, "speaker");
  EXPECT_EQ(detect_dialect("<-- 220 mx\n--> EHLO a\n<-- 250 mx\n--> QUIT\n<-- 22").name, "msmtp");
  EXPECT_EQ(detect_dialect(std::string_view("\x7F"
                                            "ELF\0\0\0\0",
                                            8))
                .name,
            "none");
  EXPECT_LT(detect_dialect("Dear Bob,\n\n250 guests came. QUIT smoking!\n").confidence, TranscriptReader::threshold);
}

}  // namespace
}  // namespace mailparse::test
