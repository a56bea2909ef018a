#include <gtest/gtest.h>

#include <mailparse/trace/shard.hpp>

namespace mailparse {
namespace {

ConversationStart between(std::uint16_t client_port, std::uint16_t server_port = 25) {
  ConversationStart start;
  start.client = Endpoint{"192.0.2.1", client_port};
  start.server = Endpoint{"2001:db8::25", server_port};
  return start;
}

TEST(Shard, EachConversationHasOnePart) {
  for (const std::uint32_t parts : {1U, 2U, 3U, 7U, 100U}) {
    for (std::uint16_t port = 1000; port < 1400; ++port) {
      unsigned owners = 0;
      for (std::uint32_t part = 1; part <= parts; ++part) owners += Shard{part, parts}.has(between(port), "a.pcap");
      EXPECT_EQ(owners, 1U) << parts << ' ' << port;
    }
  }
}

TEST(Shard, DirectionAndFileMeanNothingToAConnection) {
  for (std::uint16_t port = 1000; port < 1400; ++port) {
    ConversationStart turned = between(port);
    std::swap(turned.client, turned.server);
    EXPECT_EQ((Shard{2, 7}.has(between(port), "a.pcap")), (Shard{2, 7}.has(turned, "b.pcap"))) << port;
  }
}

TEST(Shard, PartsAreOfLikeSize) {
  std::array<unsigned, 4> sizes{};
  for (std::uint16_t port = 1000; port < 9000; ++port) {
    for (std::uint32_t part = 1; part <= 4; ++part) sizes[part - 1] += Shard{part, 4}.has(between(port), {});
  }
  for (const unsigned size : sizes) EXPECT_NEAR(size, 2000, 200);
}

TEST(Shard, TranscriptsAreDealtByFileAndPlace) {
  ConversationStart start;
  start.format = "text";
  unsigned mine = 0;
  for (std::uint64_t line = 1; line <= 1000; ++line) {
    start.first.frame = line;
    mine += Shard{1, 2}.has(start, "/one/log.txt");
    EXPECT_EQ((Shard{1, 2}.has(start, "/one/log.txt")), (Shard{1, 2}.has(start, "log.txt"))) << line;
  }
  EXPECT_NEAR(mine, 500, 80);
}

}  // namespace
}  // namespace mailparse
