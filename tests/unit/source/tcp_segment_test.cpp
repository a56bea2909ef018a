#include <string>

#include <gtest/gtest.h>

#include <mailparse/source/tcp_segment.hpp>

namespace mailparse {
namespace {

using namespace std::string_literals;

TEST(TcpOptions, SynOptionsAreRead) {
  const TcpOptions options =
      parse_tcp_options("\x02\x04\x05\xB4\x01\x03\x03\x07\x04\x02\x08\x0A\x00\x00\x00\x01\x00\x00\x00\x02"s);
  EXPECT_EQ(options.maximum_segment_size, 1460);
  EXPECT_EQ(options.window_scale, 7);
  EXPECT_TRUE(options.sack_permitted);
  EXPECT_TRUE(options.timestamps);
  EXPECT_FALSE(options.malformed);
}

TEST(TcpOptions, SackBlocksAreRead) {
  const TcpOptions options =
      parse_tcp_options("\x01\x01\x05\x12\x00\x00\x00\x01\x00\x00\x00\x09\x80\x00\x00\x00\x80\x00\x00\x10"s);
  ASSERT_EQ(options.sack_blocks, 2);
  EXPECT_EQ(options.sack[0].right, 9u);
  EXPECT_EQ(options.sack[1].left, 0x80000000u);
}

TEST(TcpOptions, WindowScaleAboveFourteenIsFourteen) {
  EXPECT_EQ(parse_tcp_options("\x03\x03\xFF"s).window_scale, 14);
}

TEST(TcpOptions, EndOfListEnds) {
  EXPECT_FALSE(parse_tcp_options("\x00\x05\x00\x00"s).malformed);
}

TEST(TcpOptions, ImpossibleLengthIsMalformedAndKeepsThoseBefore) {
  for (const std::string& bad : {"\x08\x00"s, "\x08\x01"s, "\x08\x0A\x00"s, "\x08"s}) {
    const TcpOptions options = parse_tcp_options("\x02\x04\x05\xB4"s + bad);
    EXPECT_TRUE(options.malformed);
    EXPECT_EQ(options.maximum_segment_size, 1460);
  }
}

TEST(TcpOptions, WhatTheCaptureCutOffIsNoFault) {
  EXPECT_FALSE(parse_tcp_options("\x08\x0A\x00"s, false).malformed);
  EXPECT_FALSE(parse_tcp_options("\x08"s, false).malformed);
  EXPECT_TRUE(parse_tcp_options("\x08\x00\x00"s, false).malformed);
}

}  // namespace
}  // namespace mailparse
