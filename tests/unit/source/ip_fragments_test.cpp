#include "source/ip_fragments.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

DatagramKey key(std::uint32_t identification) {
  return {IpAddress::ipv4("\x0A\x00\x00\x01"), IpAddress::ipv4("\x0A\x00\x00\x02"), identification, 6};
}

Fragment piece(std::string_view datagram, std::size_t from, std::size_t size, std::uint32_t identification = 1,
               int second = 0) {
  const std::string_view octets = datagram.substr(from, size);
  return {key(identification),
          static_cast<std::uint32_t>(from),
          from + octets.size() < datagram.size(),
          octets,
          {Timestamp(std::chrono::seconds(1000 + second)), 1, 0}};
}

std::string text(std::size_t size) {
  std::string octets(size, '\0');
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<char>('a' + i * 7 % 26);
  return octets;
}

TEST(IpFragments, AnyOrderAndDuplicatesGiveTheDatagram) {
  std::mt19937 random(791);
  for (int round = 0; round < 300; ++round) {
    const std::string datagram = text(9 + random() % 3000);
    std::vector<Fragment> fragments;
    for (std::size_t at = 0; at < datagram.size();) {
      const std::size_t size = std::min<std::size_t>((1 + random() % 20) * 8, datagram.size() - at);
      fragments.push_back(piece(datagram, at, size));
      at += size;
    }
    if (fragments.size() < 2) continue;
    std::vector<Fragment> order = fragments;
    order.insert(order.end(), fragments.begin(), fragments.end() - 1);  // duplicates before the whole is there
    std::ranges::shuffle(order, random);
    IpFragments reader(1 << 20);
    int whole = 0;
    for (const Fragment& fragment : order) {
      const IpFragments::Result result = reader.add(fragment);
      EXPECT_FALSE(result.conflict);
      if (!result.datagram) continue;
      ++whole;
      EXPECT_EQ(*result.datagram, datagram);
    }
    EXPECT_GE(whole, 1);
  }
}

TEST(IpFragments, OverlapThatDiffersIsToldOnceAndTheFirstCopyKept) {
  const std::string first(32, 'A');
  const std::string second(32, 'B');
  IpFragments reader(1 << 20);
  EXPECT_FALSE(reader.add(piece(first, 0, 16)).conflict);
  EXPECT_TRUE(reader.add(piece(second, 8, 16)).conflict);
  EXPECT_FALSE(reader.add(piece(second, 0, 8)).conflict);
  const IpFragments::Result result = reader.add(piece(first, 24, 8));
  ASSERT_TRUE(result.datagram);
  EXPECT_EQ(*result.datagram, std::string(16, 'A') + std::string(8, 'B') + std::string(8, 'A'));
}

TEST(IpFragments, PiecesBehindTheLastFragmentAreCutOff) {
  const std::string datagram = text(20);
  IpFragments reader(1 << 20);
  EXPECT_FALSE(reader.add(piece(datagram, 16, 4)).datagram);
  EXPECT_FALSE(reader.add(piece(text(100), 40, 8)).datagram);
  const IpFragments::Result result = reader.add(piece(datagram, 0, 16));
  ASSERT_TRUE(result.datagram);
  EXPECT_EQ(*result.datagram, datagram);
}

TEST(IpFragments, DatagramsAndProtocolsAreKeptApart) {
  const std::string datagram = text(16);
  IpFragments reader(1 << 20);
  EXPECT_FALSE(reader.add(piece(datagram, 0, 8, 1)).datagram);
  EXPECT_FALSE(reader.add(piece(datagram, 8, 8, 2)).datagram);
  Fragment other = piece(datagram, 8, 8, 1);
  other.key.protocol = 17;
  EXPECT_FALSE(reader.add(other).datagram);
  EXPECT_EQ(reader.pending(), 3u);
  EXPECT_TRUE(reader.add(piece(datagram, 8, 8, 1)).datagram);
  EXPECT_EQ(reader.pending(), 2u);
}

TEST(IpFragments, WhatIsNotCompletedInAMinuteIsForgotten) {
  const std::string datagram = text(16);
  IpFragments reader(1 << 20);
  EXPECT_FALSE(reader.add(piece(datagram, 0, 8, 1, 0)).datagram);
  EXPECT_FALSE(reader.add(piece(datagram, 8, 8, 1, 61)).datagram);
}

TEST(IpFragments, MemoryIsBounded) {
  IpFragments reader(1 << 20);
  const std::string datagram = text(65'528);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    EXPECT_FALSE(reader.add(piece(datagram, 64'000, 8, i)).datagram);
    EXPECT_LE(reader.kept_octets(), 1U << 20);
  }
  EXPECT_FALSE(reader.add(piece(datagram, 0, 8, 4999)).datagram);
  EXPECT_GT(reader.pending(), 1u);
}

TEST(IpFragments, ImpossiblePiecesAreIgnored) {
  IpFragments reader(1 << 20);
  EXPECT_FALSE(reader.add({key(1), 65'528, false, "12345678", {}}).datagram);
  EXPECT_FALSE(reader.add({key(1), 0, true, "1234567", {}}).datagram);
  EXPECT_FALSE(reader.add({key(1), 3, false, "12345678", {}}).datagram);
  EXPECT_EQ(reader.pending(), 0u);
}

TEST(IpFragments, NothingIsCountedForWhatIsGone) {
  IpFragments reader(1 << 20);
  const std::string datagram = text(100);
  EXPECT_FALSE(reader.add(piece(datagram, 0, 48)).datagram);
  EXPECT_TRUE(reader.add(piece(datagram, 48, 52)).datagram);
  EXPECT_EQ(reader.kept_octets(), 0u);
}

}  // namespace
}  // namespace mailparse
