#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <mailparse/message/mime_reader.hpp>

#include "mime_events.hpp"

namespace mailparse {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// Reads `message` whole, octet by octet and split at every offset; the events must be the same.
std::string read(const std::string& message) {
  std::string faults;
  const std::string whole = test::read_events(message, {}, &faults);
  EXPECT_EQ(faults, "");
  std::vector<std::size_t> every;
  for (std::size_t at = 1; at < message.size(); ++at) {
    every.push_back(at);
    EXPECT_EQ(test::read_events(message, {at}, &faults), whole) << "split at " << at;
    EXPECT_EQ(faults, "") << "split at " << at;
  }
  EXPECT_EQ(test::read_events(message, every), whole) << "octet by octet";
  return whole;
}

std::string multipart(const std::string& body, const std::string& boundary = "b") {
  return "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\n\n" + body;
}
constexpr std::size_t head = sizeof("Content-Type: multipart/mixed; boundary=\"b\"\n\n") - 1;
std::string at(std::size_t offset) {
  return std::to_string(head + offset);
}

TEST(MimeReader, PlainMessageIsHeaderAndBody) {
  const std::string log = read("Subject: x\r\n\r\nhello\r\n--\r\nme\r\n");
  EXPECT_THAT(log, HasSubstr("header of 0 0+14\n"));
  EXPECT_THAT(log, HasSubstr("body of 0 14+15\n"));
}

TEST(MimeReader, EmptyMessageHasAnEntity) {
  EXPECT_EQ(
      test::read_events(""),
      "entity 0 in 0 number 0 at 0\nheader 0 text/plain leaf 0+0\nend 0 at 0 with input octets 0 lines 0 nul 0\n");
}

TEST(MimeReader, ADelimiterInTheHeaderIsNoMisspelledField) {
  const std::string log = read("A b: 1\nContent-Type: multipart/mixed; boundary=b\n--b\nX: 1\n\none\n--b--\n");
  EXPECT_THAT(log, HasSubstr("hdr.no-colon 49+4"));
  EXPECT_THAT(log, HasSubstr("delimiter of 0 49+4\n"));
}

TEST(MimeReader, LineEndBeforeADelimiterBelongsToIt) {
  const std::string log = read(multipart("pre\n--b\n\none\n--b\nX: 1\n\ntwo\n\n--b--\npost\n"));
  EXPECT_THAT(log, HasSubstr("preamble of 0 " + at(0) + "+3\n"));
  EXPECT_THAT(log, HasSubstr("delimiter of 0 " + at(3) + "+5\n"));
  EXPECT_THAT(log, HasSubstr("body of 1 " + at(9) + "+3\n"));
  EXPECT_THAT(log, HasSubstr("delimiter of 0 " + at(12) + "+5\n"));
  EXPECT_THAT(log, HasSubstr("body of 2 " + at(23) + "+4\n"));
  EXPECT_THAT(log, HasSubstr("close-delimiter of 0 " + at(27) + "+6\n"));
  EXPECT_THAT(log, HasSubstr("epilogue of 0 " + at(33) + "+6\n"));
}

TEST(MimeReader, DelimiterRightAfterTheHeaderMakesAnEmptyBody) {
  const std::string log = read(multipart("--b\n\n--b--"));
  EXPECT_THAT(log, Not(HasSubstr("body of")));
  EXPECT_THAT(log, HasSubstr("close-delimiter of 0 " + at(5) + "+5\n"));
}

TEST(MimeReader, PrefixOfABoundaryIsNoDelimiter) {
  const std::string log = read(multipart("--b\n\nx\n--bb\n--b-\n--bx--\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("body of 1 " + at(5) + "+18\n"));
  EXPECT_THAT(log, HasSubstr("mime.boundary.prefix-line " + at(7) + "+4 x3\n"));
}

TEST(MimeReader, BlanksMayFollowADelimiter) {
  const std::string log = read(multipart("--b \t\r\n\r\nx\r\n--b-- \r\n"));
  EXPECT_THAT(log, HasSubstr("delimiter of 0 " + at(0) + "+7\n"));
  EXPECT_THAT(log, HasSubstr("body of 1 " + at(9) + "+1\n"));
  EXPECT_THAT(log, HasSubstr("close-delimiter of 0 " + at(10) + "+8\n"));
}

TEST(MimeReader, NestedMultipartWithPrefixBoundaryIsToldApart) {
  const std::string inner = "Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\ni\n--bb--\n";
  const std::string log = read(multipart("--b\n" + inner + "--b\n\no\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("entity 2 in 1 number 1"));
  EXPECT_THAT(log, HasSubstr("entity 3 in 0 number 2"));
  EXPECT_THAT(log, Not(HasSubstr("mime.")));
}

TEST(MimeReader, BoundaryReusedByAChildIsTheInnermostFirst) {
  const std::string inner = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ni\n--b--\n";
  const std::string log = read(multipart("--b\n" + inner + "--b\n\no\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("mime.boundary.reused-by-child"));
  EXPECT_THAT(log, HasSubstr("entity 2 in 1 number 1"));
  EXPECT_THAT(log, HasSubstr("entity 3 in 0 number 2"));
}

TEST(MimeReader, OuterDelimiterEndsUnclosedInner) {
  const std::string log = read(multipart("--b\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("mime.multipart.unclosed"));
  EXPECT_THAT(log, HasSubstr("body of 2 " + at(52) + "+1\n"));
}

TEST(MimeReader, EnclosedMessageIsAnEntityOfItsOwn) {
  const std::string log = read(multipart("--b\nContent-Type: message/rfc822\n\nSubject: in\n\nbody\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("header 1 message/rfc822 message"));
  EXPECT_THAT(log, HasSubstr("entity 2 in 1 number 0"));
  EXPECT_THAT(log, HasSubstr("body of 2 " + at(47) + "+4\n"));
}

TEST(MimeReader, DigestPartsAreMessagesByDefault) {
  const std::string log = read("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\nbody\n--b--\n");
  EXPECT_THAT(log, HasSubstr("header 1 message/rfc822 message"));
}

TEST(MimeReader, EncodedMessageIsALeafHere) {
  const std::string log = read("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoK\n");
  EXPECT_THAT(log, HasSubstr("header 0 message/rfc822 encoded"));
}

TEST(MimeReader, DelimiterInsideAHeaderEndsThePart) {
  const std::string log = read(multipart("--b\nX: 1\n--b\n\ntwo\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("header of 1 " + at(4) + "+5\n"));
  EXPECT_THAT(log, HasSubstr("entity 2 in 0 number 2"));
}

TEST(MimeReader, DelimiterOfAMultipartWithoutEmptyLineIsFound) {
  const std::string log = read("Content-Type: multipart/mixed; boundary=b\n--b\n\none\n--b--\n");
  EXPECT_THAT(log, HasSubstr("delimiter of 0 42+4\n"));
  EXPECT_THAT(log, HasSubstr("body of 1 47+3\n"));
}

TEST(MimeReader, BareCrBeforeADelimiterIsToldAndDoesNotSplit) {
  const std::string log = read(multipart("--b\n\nx\r--b--\ny\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("mime.boundary.delimiter-not-at-crlf " + at(6) + "+6"));
  EXPECT_THAT(log, HasSubstr("body of 1 " + at(5) + "+9\n"));
}

TEST(MimeReader, MessageWithoutLfHasCrForLineEnds) {
  const std::string log = read("Content-Type: multipart/mixed; boundary=b\r\r--b\r\rone\r--b--\r");
  EXPECT_THAT(log, HasSubstr("body of 1 48+3\n"));
}

TEST(MimeReader, CloseDelimiterWithTextIsNone) {
  const std::string log = read(multipart("--b\n\nx\n--b--y\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("mime.boundary.close-trailing-text " + at(12) + "+1"));
  EXPECT_THAT(log, HasSubstr("body of 1 " + at(5) + "+8\n"));
}

TEST(MimeReader, PartsBehindTheCloseDelimiterAreEpilogue) {
  const std::string log = read(multipart("--b\n\nx\n--b--\n--b\n\ny\n--b--\n"));
  EXPECT_THAT(log, HasSubstr("mime.multipart.content-after-close " + at(13) + "+3 x1"));
  EXPECT_THAT(log, Not(HasSubstr("entity 2")));
}

TEST(MimeReader, MessageThatEndsInAPartHeaderIsTold) {
  const std::string log = read(multipart("--b\nContent-Type: text/html"));
  EXPECT_THAT(log, HasSubstr("mime.part.headers-truncated"));
  EXPECT_THAT(log, HasSubstr("mime.multipart.unclosed"));
}

TEST(MimeReader, DepthLimitMakesAnOpaquePart) {
  std::string message;
  for (int i = 0; i < 150; ++i)
    message += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" + std::to_string(i) + "\n";
  const std::string log = test::read_events(message);
  EXPECT_THAT(log, HasSubstr("limit.mime-depth"));
  EXPECT_THAT(log, HasSubstr("header 100 multipart/mixed opaque"));
  EXPECT_THAT(log, Not(HasSubstr("entity 101")));
}

TEST(MimeReader, PartLimitLeavesOneRawRange) {
  std::string message = multipart("");
  for (int i = 0; i < 10'100; ++i) message += "--b\n\nx\n";
  test::MimeEvents events;
  MimeReader reader(events);
  reader.feed(message);
  reader.finish();
  EXPECT_EQ(events.faults(), "");
  EXPECT_EQ(events.octets(), message);
  EXPECT_THAT(events.codes(), Contains("limit.mime-parts"));
  EXPECT_THAT(events.log(), HasSubstr("unread of 0"));
  EXPECT_THAT(events.log(), Not(HasSubstr("entity 10000 ")));
}

}  // namespace
}  // namespace mailparse
