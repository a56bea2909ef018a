#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "unit/source/transcript_support.hpp"

namespace mailparse::test {
namespace {

std::string name_of(const testing::TestParamInfo<DialectInfo>& info) {
  std::string name(info.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
}

class DialectExample : public testing::TestWithParam<DialectInfo> {};

TEST_P(DialectExample, IsReadAsItsDialect) {
  const auto& dialect = GetParam();
  ASSERT_FALSE(dialect.title.empty());
  TranscriptOptions options;
  options.dialect = dialect.name;
  const auto told = read_transcript(dialect.example, {}, options);
  EXPECT_EQ(told.conversations.size(), 1U) << told.text;
  // A few lines may be too little to be sure; what they are taken for has to be right all the same.
  const auto found = read_transcript(dialect.example);
  if (found.dialect != "none") {
    EXPECT_EQ(found.dialect, dialect.name);
    EXPECT_EQ(found.text, told.text);
  }
}

INSTANTIATE_TEST_SUITE_P(Dialects, DialectExample, testing::ValuesIn(list_dialects().begin(), list_dialects().end()),
                         name_of);

TEST(DialectList, IsSortedAndWithoutDoubles) {
  const auto all = list_dialects();
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &DialectInfo::name));
  EXPECT_EQ(std::ranges::adjacent_find(all, {}, &DialectInfo::name), all.end());
}

}  // namespace
}  // namespace mailparse::test
