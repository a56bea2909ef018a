#include "common/text_width.hpp"

#include <gtest/gtest.h>

namespace mailparse::tools {
namespace {

TEST(TextWidth, WideCharactersTakeTwoColumnsAndCombiningOnesNone) {
  EXPECT_EQ(text_width("abc"), 3u);
  EXPECT_EQ(text_width("経理部"), 6u);
  EXPECT_EQ(text_width("e\xCC\x81"), 1u);
  EXPECT_EQ(text_width("\xE2\x8F\xB0"), 2u);
  EXPECT_EQ(text_width("a\xE2\x80\x8B"), 1u);
  EXPECT_EQ(text_width("Отчёт"), 5u);
}

TEST(TextWidth, FittedTextNeverTakesMoreColumns) {
  EXPECT_EQ(fit_text("abcdef", 6), "abcdef");
  EXPECT_EQ(fit_text("abcdef", 4), "abc…");
  EXPECT_EQ(fit_text("経理部", 4), "経…");
  for (std::size_t columns = 0; columns < 8; ++columns) EXPECT_LE(text_width(fit_text("経理x部", columns)), columns);
}

TEST(TextWidth, PaddingCountsColumns) {
  EXPECT_EQ(pad_text("経", 4), "経  ");
  EXPECT_EQ(pad_text("abcdef", 3), "abcdef");
}

TEST(TextWidth, LinesAreCutAtBlanksAndLoseNothingElse) {
  EXPECT_EQ(wrap_text("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap_text("abcdefghij", 4), (std::vector<std::string>{"abcd", "efgh", "ij"}));
  EXPECT_EQ(wrap_text("経理部経理部", 5), (std::vector<std::string>{"経理", "部経", "理部"}));
  EXPECT_EQ(wrap_text("", 5), std::vector<std::string>{""});
  for (const std::string& line : wrap_text("aaaa bb cccccccc d eeeeeeeeeeeeeeee", 7)) EXPECT_LE(text_width(line), 7u);
}

}  // namespace
}  // namespace mailparse::tools
