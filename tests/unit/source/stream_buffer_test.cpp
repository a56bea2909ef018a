#include "source/tcp/stream_buffer.hpp"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace mailparse::tcp {
namespace {

struct Copies final : SecondCopySink {
  void on_second_copy(const FirstCopy& first, std::string_view second) override {
    EXPECT_EQ(first.octets.size(), second.size());
    octets += second.size();
  }
  std::uint64_t octets = 0;
};

std::string all_of(StreamBuffer& buffer) {
  std::string text;
  while (!buffer.empty()) {
    const Position begin = buffer.first_begin();
    const Piece piece = buffer.take_first();
    if (!text.empty()) text += ' ';
    text += std::to_string(begin) + ":" + (piece.octets.empty() ? std::string(piece.end - begin, '?') : piece.octets);
  }
  return text;
}

TEST(StreamBuffer, KeepsTheFirstCopy) {
  std::uint64_t total = 0;
  StreamBuffer buffer(total);
  Copies copies;
  EXPECT_EQ(buffer.insert(10, "bbbb", {}, copies), 4U);
  EXPECT_EQ(buffer.insert(20, "dd", {}, copies), 2U);
  EXPECT_EQ(buffer.insert(8, "xxxxxxxxxxxxxxxx", {}, copies), 10U);
  EXPECT_EQ(copies.octets, 6U);
  EXPECT_EQ(all_of(buffer), "8:xx 10:bbbb 14:xxxxxx 20:dd 22:xx");
  EXPECT_EQ(total, 0U);
}

TEST(StreamBuffer, PrefersOctetsToTheirAbsence) {
  std::uint64_t total = 0;
  StreamBuffer buffer(total);
  Copies copies;
  buffer.insert(4, "bb", {}, copies);
  buffer.insert_cut(2, 10, {});
  EXPECT_EQ(buffer.insert(7, "cc", {}, copies), 2U);
  EXPECT_EQ(copies.octets, 0U);
  EXPECT_EQ(all_of(buffer), "2:?? 4:bb 6:? 7:cc 9:?");
}

TEST(StreamBuffer, DropsWhatCameInASyn) {
  std::uint64_t total = 0;
  StreamBuffer buffer(total);
  Copies copies;
  buffer.insert(0, "syn", {.in_syn = true}, copies);
  buffer.insert(3, "data", {}, copies);
  EXPECT_EQ(buffer.drop_syn_octets(), 3U);
  EXPECT_EQ(all_of(buffer), "3:data");
}

TEST(StreamBuffer, HoldsWhatAMapOfOctetsHolds) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    std::uint64_t total = 0;
    StreamBuffer buffer(total);
    Copies copies;
    std::map<Position, char> model;
    for (int step = 0; step < 40; ++step) {
      const Position begin = random() % 200;
      const std::string octets(1 + random() % 30, static_cast<char>('a' + random() % 26));
      if (random() % 4 == 0) {
        buffer.insert_cut(begin, begin + octets.size(), {});
        for (Position at = begin; at < begin + octets.size(); ++at) model.try_emplace(at, '?');
        continue;
      }
      buffer.insert(begin, octets, {}, copies);
      for (std::size_t i = 0; i < octets.size(); ++i) {
        char& place = model.try_emplace(begin + i, '?').first->second;
        if (place == '?') place = octets[i];
      }
    }
    std::map<Position, char> held;
    while (!buffer.empty()) {
      const Position begin = buffer.first_begin();
      const Piece piece = buffer.take_first();
      for (Position at = begin; at < piece.end; ++at) {
        ASSERT_TRUE(held.emplace(at, piece.octets.empty() ? '?' : piece.octets[at - begin]).second);
      }
    }
    ASSERT_EQ(held, model);
    ASSERT_EQ(total, 0U);
  }
}

}  // namespace
}  // namespace mailparse::tcp
