#include <array>
#include <string>

#include <gtest/gtest.h>

#include <mailparse/scan/uuencode.hpp>

namespace mailparse {
namespace {

std::optional<std::string> decode(std::string_view line) {
  std::array<char, uuencoded_line_octets> out;
  const auto size = decode_uuencoded_line(line, out);
  if (!size) return std::nullopt;
  return std::string(out.data(), *size);
}

TEST(Uuencode, OneLine) {
  EXPECT_EQ(decode("#0V%T"), "Cat");
  EXPECT_EQ(decode("%0V%T1T4 "), "CatGE");
  EXPECT_EQ(decode("`"), "");
  EXPECT_EQ(decode(" "), "");
}

TEST(Uuencode, BlanksCutOffTheEndAreZeros) {
  EXPECT_EQ(decode("#0V$"), std::string("Ca\0", 3));
  EXPECT_EQ(decode("#"), std::nullopt);
  EXPECT_EQ(decode("#0V%"), std::string("Ca@"));
  EXPECT_EQ(decode("&0V%T"), std::nullopt);
}

TEST(Uuencode, WhatIsNoSuchLine) {
  EXPECT_EQ(decode(""), std::nullopt);
  EXPECT_EQ(decode("#0v%t"), std::nullopt);
  EXPECT_EQ(decode("\t"), std::nullopt);
}

TEST(Uuencode, TheLongestLineFillsItsRoom) {
  EXPECT_EQ(decode("_" + std::string(84, '`')), std::string(63, '\0'));
}

}  // namespace
}  // namespace mailparse
