#include "trace/record_text.hpp"

#include <array>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

TEST(RecordText, MasksRangesInAnyOrderAndOverlap) {
  Arena arena;
  RecordText text(arena, 1000, false);
  const std::array<SecretRange, 3> secrets{{{6, 3, 0}, {0, 4, 0}, {2, 3, 0}}};
  EXPECT_EQ(text.keep_masked("0123456789", secrets), "***5***9");
}

TEST(RecordText, MasksRangesThatGoBeyondTheText) {
  Arena arena;
  RecordText text(arena, 1000, false);
  const std::array<SecretRange, 2> secrets{{{3, ~std::uint64_t{0}, 0}, {100, 5, 0}}};
  EXPECT_EQ(text.keep_masked("abcdef", secrets), "abc***");
}

TEST(RecordText, AnEmptySecretStaysUnmasked) {
  Arena arena;
  RecordText text(arena, 1000, false);
  const std::array<SecretRange, 1> secrets{{{3, 0, 0}}};
  EXPECT_EQ(text.keep_masked("abcdef", secrets), "abcdef");
}

TEST(RecordText, SpendsItsBudgetOnce) {
  Arena arena;
  RecordText text(arena, 10, false);
  EXPECT_TRUE(text.afford(6));
  EXPECT_FALSE(text.afford(6));
  EXPECT_TRUE(text.afford(4));
  EXPECT_FALSE(text.afford(1));
}

}  // namespace
}  // namespace mailparse
