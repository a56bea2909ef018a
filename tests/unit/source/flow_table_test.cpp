#include "source/tcp/flow_table.hpp"

#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "unit/source/stream_reference.hpp"

namespace mailparse::tcp {
namespace {

FlowKey key_of(const TcpSegment& segment) {
  return {segment, FlowKey::direction(segment)};
}

FlowKey key_of(std::uint16_t port) {
  return key_of(test::bare_segment(Side::client, port));
}

TEST(FlowKey, IsTheSameInBothDirections) {
  const TcpSegment up = test::bare_segment(Side::client);
  const TcpSegment down = test::bare_segment(Side::server);
  EXPECT_EQ(key_of(up), key_of(down));
  EXPECT_NE(FlowKey::direction(up), FlowKey::direction(down));
}

TEST(FlowKey, GivesEndpointsBack) {
  const TcpSegment up = test::bare_segment(Side::client, 40'001);
  const unsigned direction = FlowKey::direction(up);
  const FlowKey key = key_of(up);
  EXPECT_EQ(key.address(direction).text(), "192.0.2.10");
  EXPECT_EQ(key.port(direction), 40'001);
  EXPECT_EQ(key.address(1 - direction).text(), "198.51.100.25");
  EXPECT_EQ(key.port(1 - direction), 25);
}

TEST(FlowTable, FindsWhatAMapFinds) {
  FlowTable table(1);
  std::map<std::uint16_t, FlowTable::Id> model;
  std::mt19937 random(7);
  for (int step = 0; step < 200'000; ++step) {
    const auto port = static_cast<std::uint16_t>(random() % 5000);
    const auto known = model.find(port);
    ASSERT_EQ(table.find(key_of(port)), known == model.end() ? FlowTable::none : known->second);
    if (known == model.end()) {
      model[port] = table.insert(key_of(port));
    } else if (random() % 2 == 0) {
      table.erase(known->second);
      model.erase(known);
    }
    ASSERT_EQ(table.size(), model.size());
  }
}

TEST(FlowTable, NumbersKeysDensely) {
  FlowTable table(1);
  for (std::uint16_t port = 0; port < 3000; ++port) EXPECT_EQ(table.insert(key_of(port)), port);
  table.erase(17);
  EXPECT_EQ(table.insert(key_of(60'000)), 17U);
  EXPECT_EQ(table.key(17), key_of(60'000));
}

}  // namespace
}  // namespace mailparse::tcp
