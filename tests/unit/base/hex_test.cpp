#include <string_view>

#include <gtest/gtest.h>

#include <mailparse/base/hex.hpp>

namespace mailparse {
namespace {

using namespace std::string_view_literals;

TEST(HexText, HasTwoDigitsForEachOctet) {
  EXPECT_EQ(hex_text(""), "");
  EXPECT_EQ(hex_text("\0\x09\x7F\x80\xAB\xFF"sv), "00097f80abff");
}

}  // namespace
}  // namespace mailparse
