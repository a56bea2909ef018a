#include <string>

#include <gtest/gtest.h>

#include <mailparse/message/partial.hpp>

namespace mailparse {
namespace {

std::optional<std::string> add(PartialJoiner& joiner, const std::string& octets) {
  const auto whole = joiner.add(read_message(octets), octets);
  return whole ? std::optional(whole->octets) : std::nullopt;
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

TEST(PartialJoiner, NamesWhatItJoinedAndWhatIsMissing) {
  PartialJoiner joiner;
  EXPECT_FALSE(add(joiner, second));
  ASSERT_EQ(joiner.incomplete().size(), 1u);
  EXPECT_EQ(joiner.incomplete()[0].id, "ABC@host.example");
  EXPECT_EQ(joiner.incomplete()[0].numbers, std::vector<std::uint32_t>{2});
  EXPECT_EQ(joiner.incomplete()[0].total, 2u);
  const Message front = read_message(first);
  const auto whole = joiner.add(front, first);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->id, "ABC@host.example");
  EXPECT_EQ(whole->fragments, (std::vector{front.id, read_message(second).id}));
  EXPECT_TRUE(joiner.incomplete().empty());
}

TEST(PartialJoiner, ABodyWithoutAHeaderStaysABody) {
  PartialJoiner joiner;
  EXPECT_EQ(
      add(joiner, "To: a@b.example\r\nContent-Type: message/partial; id=x; number=1; total=1\r\n\r\n no field\r\n"),
      "To: a@b.example\r\n\r\n no field\r\n");
}

TEST(PartialJoiner, WhatWasJoinedLeavesItsRoom) {
  PartialJoiner joiner(first.size() + second.size());
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(add(joiner, first));
    EXPECT_EQ(add(joiner, second), joined);
  }
}

TEST(PartialJoiner, KeepsNoMoreThanItsLimit) {
  PartialJoiner joiner(first.size() + second.size() - 1);
  EXPECT_FALSE(add(joiner, first));
  EXPECT_FALSE(add(joiner, second));
}

}  // namespace
}  // namespace mailparse
