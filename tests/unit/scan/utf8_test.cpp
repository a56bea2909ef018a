#include <string>

#include <gtest/gtest.h>

#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

TEST(Utf8, SaysWhereTheFirstBadSequenceBegins) {
  EXPECT_EQ(valid_utf8_prefix(""), 0U);
  EXPECT_EQ(valid_utf8_prefix("abc"), 3U);
  EXPECT_EQ(valid_utf8_prefix("a\xC3\xA9z"), 4U);
  EXPECT_EQ(valid_utf8_prefix("a\xC3z"), 1U);
  EXPECT_EQ(valid_utf8_prefix("ab\xE2\x82"), 2U);
  EXPECT_EQ(valid_utf8_prefix("\xC0\x80"), 0U);          // overlong
  EXPECT_EQ(valid_utf8_prefix("a\xED\xA0\x80"), 1U);     // surrogate
  EXPECT_EQ(valid_utf8_prefix("\xF4\x90\x80\x80"), 0U);  // above U+10FFFF
  EXPECT_EQ(valid_utf8_prefix("\xF0\x9F\x98\x80"), 4U);
}

TEST(Utf8, BlocksAreCutBetweenSequences) {
  for (std::size_t lead = 4090; lead < 4100; ++lead) {
    std::string text(lead, 'a');
    for (int i = 0; i < 3000; ++i) text += "\xE2\x82\xAC";
    EXPECT_EQ(valid_utf8_prefix(text), text.size());
    const std::size_t bad = text.size();
    text += "\xFF";
    text += std::string(5000, 'b');
    EXPECT_EQ(valid_utf8_prefix(text), bad);
    text[lead + 3] = 'x';
    EXPECT_EQ(valid_utf8_prefix(text), lead + 3 + 1);
    text[lead + 1] = 'x';
    EXPECT_EQ(valid_utf8_prefix(text), lead);
  }
}

TEST(Utf8, AgreesWithSimdjsonOnEveryTwoAndThreeOctets) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      for (const unsigned third : {0x00U, 0x7FU, 0x80U, 0xBFU, 0xC0U}) {
        const std::string text{static_cast<char>(first), static_cast<char>(second), static_cast<char>(third)};
        std::size_t at = 0;
        while (at < text.size()) {
          const std::size_t length = utf8_sequence_length(std::string_view(text).substr(at));
          if (length == 0) break;
          at += length;
        }
        EXPECT_EQ(is_utf8(text), at == text.size());
        EXPECT_EQ(valid_utf8_prefix(text), at);
      }
    }
  }
}

}  // namespace
}  // namespace mailparse
