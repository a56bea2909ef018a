#include <gtest/gtest.h>

#include <mailparse/json/foreign_message.hpp>
#include <mailparse/json/message_contents.hpp>

#include "json/foreign_text.hpp"
#include "json/received_clauses.hpp"

namespace mailparse {
namespace {

using std::chrono::minutes;
using std::chrono::sys_seconds;

TEST(ForeignText, TimesAreWrittenAsPythonDoes) {
  const sys_seconds time{std::chrono::seconds(1'763'719'200)};
  EXPECT_EQ(iso_time(time, minutes(0)), "2025-11-21T10:00:00+00:00");
  EXPECT_EQ(iso_time(time, minutes(330)), "2025-11-21T15:30:00+05:30");
  EXPECT_EQ(iso_time(time, minutes(-480)), "2025-11-21T02:00:00-08:00");
}

TEST(ReceivedClauses, EachClauseStandsWithItsComments) {
  const ReceivedClauses split = split_received(
      "from a.example (b.example [192.0.2.1]) (using TLSv1.3 with cipher X) by c.example (Postfix) with ESMTPS id 4 "
      "for "
      "<d@e.example>; Tue, 17 Nov 2026 10:00:00 +0000");
  EXPECT_EQ(split.from, "a.example (b.example [192.0.2.1]) (using TLSv1.3 with cipher X)");
  EXPECT_EQ(split.by, "c.example (Postfix)");
  EXPECT_EQ(split.with, "ESMTPS");
  EXPECT_EQ(split.id, "4");
  EXPECT_EQ(split.recipient, "<d@e.example>");
  EXPECT_EQ(split.date, "Tue, 17 Nov 2026 10:00:00 +0000");
  EXPECT_TRUE(split.any());
}

TEST(ReceivedClauses, EnvelopeSenderMayStandInAComment) {
  const ReceivedClauses split = split_received("from a by b (envelope-from <c@d.example>) via UUCP; x");
  EXPECT_EQ(split.by, "b");
  EXPECT_EQ(split.envelope_from, "<c@d.example>)");
  EXPECT_EQ(split.via, "UUCP");
}

TEST(ReceivedClauses, TextWithoutClausesHasNone) {
  EXPECT_FALSE(split_received("(qmail 12345 invoked by uid 0); 17 Nov 2026 10:00:00 -0000").any());
  EXPECT_FALSE(split_received("").any());
}

Message read(std::string_view octets, ContentsCollector& contents) {
  MessageOptions options;
  options.parts = &contents;
  return read_message(octets, options);
}

TEST(MessageContents, HeadersAndOctetsOfEachPartAreKept) {
  ContentsCollector contents;
  const Message message = read(
      "Content-Type: multipart/mixed; boundary=b\r\nMIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: "
      "message/rfc822\r\n\r\n"
      "Subject: =?utf-8?Q?=C3=A9?=\r\n\r\nin\r\n--b\r\n\r\nout\r\n--b--\r\n",
      contents);
  const std::vector<PartContents> parts = contents.take();
  ASSERT_EQ(parts.size(), message.parts.size());
  EXPECT_EQ(parts[0].octets, "");
  EXPECT_EQ(parts[1].octets, "Subject: =?utf-8?Q?=C3=A9?=\r\n\r\nin");
  EXPECT_EQ(parts[2].octets, "in");
  ASSERT_EQ(parts[2].headers.size(), 1u);
  EXPECT_EQ(parts[2].headers[0].value, "\xC3\xA9");
  EXPECT_EQ(parts[3].octets, "out");
  EXPECT_EQ(parts[3].sha1, digest_hex(DigestKind::sha1, "out"));
}

TEST(MessageContents, LimitCountsWhatIsLeftOut) {
  ContentsCollector contents(3);
  const Message message = read("From: a\r\n\r\nabcdef", contents);
  const std::vector<PartContents> parts = contents.take();
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].octets, "abc");
  EXPECT_EQ(parts[0].left_out, 3u);
  EXPECT_EQ(parts[0].sha512, digest_hex(DigestKind::sha512, "abcdef"));
}

TEST(MessageContents, WhatIsNoFileAfterAllIsDropped) {
  ContentsCollector contents;
  const Message message = read("From: a\r\n\r\nbegin 644 x\r\n#0V%T\r\nno end\r\n", contents);
  EXPECT_EQ(contents.take().size(), 1u);
  ContentsCollector whole;
  const Message file = read("From: a\r\n\r\nbegin 644 x\r\n#0V%T\r\n`\r\nend\r\n", whole);
  const std::vector<PartContents> parts = whole.take();
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[1].path, file.embedded.at(0).path);
  EXPECT_EQ(parts[1].octets, "Cat");
}

}  // namespace
}  // namespace mailparse
