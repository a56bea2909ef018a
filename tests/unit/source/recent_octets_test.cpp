#include "source/tcp/recent_octets.hpp"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mailparse::tcp {
namespace {

/// Puts the first copies together again: '?' forgotten, '-' missing.
struct Copies final : SecondCopySink {
  void on_second_copy(const FirstCopy& first, std::string_view second) override {
    EXPECT_EQ(first.begin, next);
    next += second.size();
    if (first.kind == FirstCopy::Kind::octets) {
      EXPECT_EQ(first.octets.size(), second.size());
      text += first.octets;
    } else {
      text.append(second.size(), first.kind == FirstCopy::Kind::missing ? '-' : '?');
    }
    last_frame = first.frame;
  }
  Position next = 0;
  std::string text;
  std::uint64_t last_frame = 0;
};

std::string first_copy(const RecentOctets& recent, Position begin, std::size_t length) {
  Copies copies;
  copies.next = begin;
  recent.compare(begin, std::string(length, 'x'), copies);
  return copies.text;
}

TEST(RecentOctets, GivesBackWhatWasDelivered) {
  RecentPool pool(1 << 20);
  RecentOctets recent(pool);
  recent.append(100, "abcd", 1, 64);
  recent.append_missing(104, 107, 2);
  recent.append(107, "efgh", 3, 64);
  EXPECT_EQ(first_copy(recent, 100, 11), "abcd---efgh");
  EXPECT_EQ(first_copy(recent, 102, 6), "cd---e");
  EXPECT_EQ(first_copy(recent, 98, 4), "??ab");
}

TEST(RecentOctets, IsTheTailOfItsStream) {
  std::mt19937 random(3);
  RecentPool pool(1 << 20);
  RecentOctets recent(pool);
  std::string stream;
  while (stream.size() < 1'000'000) {
    std::string octets(1 + random() % (random() % 50 == 0 ? 70'000 : 3'000), '\0');
    for (char& octet : octets) octet = static_cast<char>('a' + random() % 26);
    recent.append(stream.size(), octets, 1, 64);
    stream += octets;
    const std::size_t begin = stream.size() - std::min<std::size_t>(stream.size(), random() % 100'000 + 1);
    const std::string copy = first_copy(recent, begin, stream.size() - begin);
    const std::size_t forgotten = std::min(copy.find_first_not_of('?'), copy.size());
    ASSERT_EQ(copy.substr(forgotten), stream.substr(begin + forgotten));
    // At worst the unused end of the buffer is lost to a segment that did not fit there.
    const std::size_t kept = copy.size() - forgotten;
    ASSERT_GE(kept, std::min<std::size_t>(stream.size() - begin,
                                          std::min<std::size_t>(octets.size(), RecentOctets::octets_limit)));
  }
}

TEST(RecentPool, ForgetsTheOldestFirst) {
  RecentPool pool(10'000);
  std::vector<std::unique_ptr<RecentOctets>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(std::make_unique<RecentOctets>(pool));
    all.back()->append(0, std::string(1000, 'a'), 1, 64);
    EXPECT_LE(pool.octets(), 10'000U);
  }
  EXPECT_EQ(first_copy(*all.front(), 0, 2), "??");
  EXPECT_EQ(first_copy(*all.back(), 0, 2), "aa");
  all.clear();
  EXPECT_EQ(pool.octets(), 0U);
}

TEST(RecentPool, HandsWholeBuffersOnWithinItsLimit) {
  const std::string whole(RecentOctets::octets_limit, 'a');
  RecentPool pool(3 * RecentOctets::octets_limit);
  for (int i = 0; i < 8; ++i) {
    RecentOctets one(pool);
    RecentOctets other(pool);
    other.append(0, std::string(10'000, 'b'), 1, 64);
    one.append(0, whole, 1, 64);
    EXPECT_EQ(first_copy(one, whole.size() - 2, 2), "aa");
    EXPECT_EQ(first_copy(other, 9'998, 2), "bb");
    EXPECT_LE(pool.octets(), 3 * RecentOctets::octets_limit);
  }
  // Both of the last two had a whole buffer, the second one that was left by another.
  EXPECT_EQ(pool.octets(), 2 * RecentOctets::octets_limit);
}

}  // namespace
}  // namespace mailparse::tcp
