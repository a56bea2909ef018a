#include "message/content_digests.hpp"

#include <random>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

std::string random_octets(std::size_t size) {
  std::mt19937 random(static_cast<unsigned>(size));
  std::string octets(size, '\0');
  for (char& octet : octets) octet = static_cast<char>(random());
  return octets;
}

class ContentDigestsOn : public testing::TestWithParam<DigestRoad> {
 protected:
  void SetUp() override {
    if (GetParam() == DigestRoad::lanes_first && !has_digest_lanes())
      GTEST_SKIP() << "this processor has no instructions for SHA-256";
  }
};

/// Content of `sizes.second` octets behind `sizes.first` that are of the message alone, fed in pieces of `piece`.
void expect_digests_of_the_library(DigestRoad road, std::pair<std::size_t, std::size_t> sizes, std::size_t piece) {
  const std::string octets = random_octets(sizes.first + sizes.second);
  const std::string_view content = std::string_view(octets).substr(sizes.first);
  MessageDigest message(road);
  ContentDigests digests(true, message, road);
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    const std::string_view fed = std::string_view(octets).substr(at, piece);
    message.update(fed);
    const std::size_t outside = sizes.first - std::min(sizes.first, at);
    digests.update(fed.substr(std::min(outside, fed.size())));
    message.settle();
  }
  MessagePart part;
  digests.finish(part);
  ASSERT_EQ(part.decoded_size, content.size());
  ASSERT_EQ(part.md5, digest_hex(DigestKind::md5, content)) << sizes.first << '+' << sizes.second << '/' << piece;
  ASSERT_EQ(part.sha256, digest_hex(DigestKind::sha256, content)) << sizes.first << '+' << sizes.second << '/' << piece;
  ASSERT_EQ(message.finish_hex(), digest_hex(DigestKind::sha256, octets)) << octets.size() << '/' << piece;
}

TEST_P(ContentDigestsOn, EverySizeIsDigestedAsTheLibraryDoes) {
  for (std::size_t size = 0; size < 300; ++size) expect_digests_of_the_library(GetParam(), {0, size}, 1000);
}

TEST_P(ContentDigestsOn, CutsChangeNothing) {
  for (const std::size_t piece : {1, 7, 63, 64, 65, 127, 128, 200}) {
    for (std::size_t size = 0; size < 520; size += 13) expect_digests_of_the_library(GetParam(), {100, size}, piece);
  }
}

TEST_P(ContentDigestsOn, TheMessageMayWaitLongerOrShorterThanItsContent) {
  for (const std::size_t before : {0, 1, 64, 700, 4096}) {
    for (const std::size_t inside : {0, 64, 333, 2000})
      expect_digests_of_the_library(GetParam(), {before, inside}, 900);
  }
}

TEST_P(ContentDigestsOn, DecodedContentMayBeLargerThanItsMessage) {
  const std::string octets = random_octets(500), content = random_octets(3000);
  MessageDigest message(GetParam());
  ContentDigests first(true, message, GetParam()), second(true, message, GetParam());
  message.update(octets);
  first.update(content);
  second.update(octets);
  message.settle();
  MessagePart part;
  first.finish(part);
  EXPECT_EQ(part.md5, digest_hex(DigestKind::md5, content));
  second.finish(part);
  EXPECT_EQ(part.sha256, digest_hex(DigestKind::sha256, octets));
  EXPECT_EQ(message.finish_hex(), digest_hex(DigestKind::sha256, octets));
}

TEST_P(ContentDigestsOn, OctetsAreOnlyCountedWhereNoDigestIsWanted) {
  MessageDigest message(GetParam());
  ContentDigests digests(false, message, GetParam());
  digests.update("12345");
  MessagePart part;
  digests.finish(part);
  EXPECT_EQ(part.decoded_size, 5U);
  EXPECT_EQ(part.md5, "");
  EXPECT_EQ(part.sha256, "");
}

INSTANTIATE_TEST_SUITE_P(EveryRoad, ContentDigestsOn, testing::Values(DigestRoad::lanes_first, DigestRoad::library),
                         [](const auto& info) {
                           return info.param == DigestRoad::library ? std::string("Library") : std::string("Lanes");
                         });

}  // namespace
}  // namespace mailparse
