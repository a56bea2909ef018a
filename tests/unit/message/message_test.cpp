#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/message/message.hpp>

namespace mailparse {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

/// Reads whole and octet by octet; both must give the same record.
Message read(const std::string& octets) {
  Message whole = read_message(octets);
  MessageReader reader;
  for (const char& c : octets) reader.feed({&c, 1});
  const Message split = reader.finish();
  EXPECT_EQ(split.id, whole.id);
  EXPECT_EQ(split.parts.size(), whole.parts.size());
  for (std::size_t i = 0; i < std::min(split.parts.size(), whole.parts.size()); ++i) {
    EXPECT_EQ(split.parts[i].sha256, whole.parts[i].sha256);
    EXPECT_EQ(split.parts[i].body_length, whole.parts[i].body_length);
  }
  EXPECT_EQ(split.findings.size(), whole.findings.size());
  return whole;
}

std::vector<std::string> codes(const Message& message) {
  std::vector<std::string> out;
  for (const Diagnostic& finding : message.findings) out.emplace_back(info(finding.code).name);
  return out;
}

std::vector<std::string> paths(const Message& message) {
  std::vector<std::string> out;
  for (const MessagePart& part : message.parts) out.push_back(part.path);
  return out;
}

const std::string head = "From: a@example.com\nDate: Tue, 17 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n";

TEST(Message, PlainMailHasOnePartAndNoFindings) {
  const Message message = read(head + "Subject: =?utf-8?q?=C3=A4?=\n\nhello\n");
  EXPECT_THAT(paths(message), ElementsAre("1"));
  EXPECT_EQ(message.parts[0].sha256, digest_hex(DigestKind::sha256, "hello\n"));
  EXPECT_EQ(message.parts[0].decoded_size, 6u);
  EXPECT_EQ(message.fields.subject, "ä");
  EXPECT_THAT(codes(message), IsEmpty());
}

TEST(Message, EmptyInputHasOneFinding) {
  EXPECT_THAT(codes(read("")), ElementsAre("msg.empty"));
}

TEST(Message, DigestsAreOfDecodedOctets) {
  const Message message =
      read(head + "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjcK\n");
  EXPECT_EQ(message.parts[0].sha256, digest_hex(DigestKind::sha256, "%PDF-1.7\n"));
  EXPECT_EQ(message.parts[0].sniffed_type, "application/pdf");
  EXPECT_TRUE(message.parts[0].attachment);
}

TEST(Message, SoftLineBreaksOfCrLinesAreJoined) {
  std::string octets = head + "Content-Transfer-Encoding: quoted-printable\n\none =\ntwo=20  \nthree\n";
  const std::string content = "one two \nthree\n";
  EXPECT_EQ(read(octets).parts[0].sha256, digest_hex(DigestKind::sha256, content));
  std::ranges::replace(octets, '\n', '\r');
  EXPECT_EQ(read(octets).parts[0].sha256, digest_hex(DigestKind::sha256, content));
}

TEST(Message, LinesThatEndInCrAreMeasuredByCr) {
  std::string octets = head + "\n" + std::string(998, 'a') + "\n" + std::string(10, 'b') + "\n";
  EXPECT_THAT(codes(read(octets)), ::testing::Not(Contains("mime.line.too-long")));
  std::ranges::replace(octets, '\n', '\r');
  EXPECT_THAT(codes(read(octets)), ::testing::Not(Contains("mime.line.too-long")));
}

TEST(Message, EncodedMessageIsReadOn) {
  const Message message =
      read(head + "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoKYm9keQo=\n");
  EXPECT_THAT(paths(message), ElementsAre("1", "1.1"));
  EXPECT_EQ(message.parts[1].origin, PartOrigin::decoded);
  EXPECT_EQ(message.parts[1].sha256, digest_hex(DigestKind::sha256, "body\n"));
  EXPECT_THAT(codes(message), Contains("mime.cte.not-allowed-on-composite"));
}

TEST(Message, EnclosedMessageIsDigestedAsAWhole) {
  const Message message = read(
      head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nA: b\n\nx\n--b--\n");
  ASSERT_THAT(paths(message), ElementsAre("0", "1", "1.1"));
  EXPECT_EQ(message.parts[1].sha256, digest_hex(DigestKind::sha256, "A: b\n\nx"));
}

TEST(Message, UuencodedFileInTextIsToldBesideTheParts) {
  const Message message = read(head + "\nsee\nbegin 644 a.txt\n#0V%T\n`\nend\n");
  EXPECT_THAT(paths(message), ElementsAre("1"));
  ASSERT_EQ(message.embedded.size(), 1u);
  EXPECT_EQ(message.embedded[0].path, "1.1");
  EXPECT_EQ(message.embedded[0].filename, "a.txt");
  EXPECT_EQ(message.embedded[0].sha256, digest_hex(DigestKind::sha256, "Cat"));
  EXPECT_THAT(codes(message), Contains("mime.text.uuencode"));
}

TEST(Message, NamesOfOnePartThatDifferInTypeAreTold) {
  const Message message =
      read(head + "Content-Type: text/plain; name=b.exe\nContent-Disposition: attachment; filename=a.txt\n\nx\n");
  EXPECT_EQ(message.parts[0].filename, "a.txt");
  EXPECT_EQ(message.parts[0].names.size(), 2u);
  EXPECT_THAT(codes(message), Contains("attach.filename.conflict"));
}

TEST(Message, TextInUtf16IsReadAfterConversion) {
  std::string octets("\xFF\xFE", 2);
  for (const char c : std::string("Subject: x\r\n\r\nhello\r\n")) octets += {c, '\0'};
  const Message message = read(octets);
  EXPECT_EQ(message.size, octets.size());
  EXPECT_EQ(message.fields.subject, "x");
  EXPECT_THAT(codes(message), Contains("msg.encoding.utf16"));
}

TEST(Message, LineEndsAreJudgedByTheFirstLine) {
  EXPECT_THAT(codes(read("Subject: x\r\n\r\na\nb\r\n")), Contains("msg.bare-lf"));
  EXPECT_THAT(codes(read("Subject: x\n\na\nb\n")), testing::Not(Contains("msg.bare-lf")));
  EXPECT_THAT(codes(read("Subject: x\r\r\n\r\r\nb\r\r\n")), Contains("msg.cr-cr-lf"));
  EXPECT_THAT(codes(read("Subject: x\n\na\rb\n")), Contains("msg.bare-cr"));
}

TEST(Message, InvalidUtf8IsCountedTheSameInAnyCut) {
  const Message message =
      read(head +
           "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\xC3\xA4 \xE2\x82 \xC0\xAF\n");
  EXPECT_THAT(codes(message), Contains("mime.charset.invalid-utf8"));
}

TEST(Message, EntityHiddenInAnEpilogueIsTold) {
  const Message message = read(
      head + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\nContent-Type: text/html\n\n<b>hidden\n");
  EXPECT_THAT(codes(message), Contains("mime.multipart.entity-in-epilogue"));
}

}  // namespace
}  // namespace mailparse
