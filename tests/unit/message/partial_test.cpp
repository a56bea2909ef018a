#include <string>

#include <gtest/gtest.h>

#include <mailparse/message/partial.hpp>

namespace mailparse {
namespace {

std::optional<std::string> add(PartialJoiner& joiner, const std::string& octets) {
  return joiner.add(read_message(octets), octets);
}

const std::string first =
    "X-Weird-Header-1: Foo\r\nFrom: Bill@host.example\r\nTo: joe@otherhost.example\r\nSubject: Audio mail (part 1 of "
    "2)\r\n"
    "Message-ID: <id1@host.example>\r\nMIME-Version: 1.0\r\n"
    "Content-type: message/partial; id=\"ABC@host.example\"; number=1; total=2\r\n\r\n"
    "X-Weird-Header-1: Bar\r\nX-Weird-Header-2: Hello\r\nMessage-ID: <anotherid@foo.example>\r\nSubject: Audio mail\r\n"
    "MIME-Version: 1.0\r\nContent-type: audio/basic\r\nContent-transfer-encoding: base64\r\n\r\nAAAA\r\n";
const std::string second =
    "From: Bill@host.example\r\nSubject: Audio mail (part 2 of 2)\r\nMIME-Version: 1.0\r\nMessage-ID: "
    "<id2@host.example>\r\n"
    "Content-type: message/partial; id=\"ABC@host.example\"; number=2; total=2\r\n\r\nBBBB\r\n";
/// As RFC 2046 5.2.2.1 joins them.
const std::string joined =
    "X-Weird-Header-1: Foo\r\nFrom: Bill@host.example\r\nTo: joe@otherhost.example\r\nMessage-ID: "
    "<anotherid@foo.example>\r\n"
    "Subject: Audio mail\r\nMIME-Version: 1.0\r\nContent-type: audio/basic\r\nContent-transfer-encoding: base64\r\n\r\n"
    "AAAA\r\nBBBB\r\n";

TEST(PartialJoiner, JoinsInAnyOrder) {
  PartialJoiner joiner;
  EXPECT_FALSE(add(joiner, first));
  EXPECT_EQ(add(joiner, second), joined);
  EXPECT_FALSE(add(joiner, second));
  EXPECT_FALSE(add(joiner, second)) << "a fragment that is there already";
  EXPECT_EQ(add(joiner, first), joined);
}

TEST(PartialJoiner, OthersAreNoFragments) {
  PartialJoiner joiner;
  EXPECT_FALSE(add(joiner, "From: a@b.example\n\nx\n"));
  EXPECT_FALSE(partial_place(read_message("Content-Type: message/partial; id=x\n\nx\n")));
  EXPECT_FALSE(partial_place(read_message("Content-Type: message/partial; id=x; number=0\n\nx\n")));
  EXPECT_FALSE(partial_place(read_message("Content-Type: message/partial; id=x; number=99999999999\n\nx\n")));
  EXPECT_FALSE(add(joiner, "Content-Type: message/partial; id=x; number=3; total=2\n\nx\n"));
  EXPECT_FALSE(add(joiner, "Content-Type: message/partial; id=x; number=1; total=2\n\nA: b\n\nx\n"));
}

TEST(PartialJoiner, KeepsNoMoreThanItsLimit) {
  PartialJoiner joiner(first.size() + second.size() - 1);
  EXPECT_FALSE(add(joiner, first));
  EXPECT_FALSE(add(joiner, second));
}

}  // namespace
}  // namespace mailparse
