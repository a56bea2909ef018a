#include "common/limit_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mailparse::tools {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(LimitOptions, EveryLimitIsSetByItsName) {
  for (const LimitRow& row : list_limits()) {
    Limits limits;
    EXPECT_THAT(set_limit(limits, std::string(row.name) + "=7"), IsEmpty());
    EXPECT_EQ(limits.*row.value, 7U) << row.name;
    EXPECT_THAT(limit_list(), HasSubstr(std::string(row.name) + " "));
  }
}

TEST(LimitOptions, UnitsArePowersOf1024) {
  Limits limits;
  EXPECT_THAT(set_limit(limits, "line-octets=3K"), IsEmpty());
  EXPECT_EQ(limits.line_octets, 3072U);
  EXPECT_THAT(set_limit(limits, "line-octets=2M"), IsEmpty());
  EXPECT_EQ(limits.line_octets, 2U << 20);
  EXPECT_THAT(set_limit(limits, "line-octets=5G"), IsEmpty());
  EXPECT_EQ(limits.line_octets, std::uint64_t{5} << 30);
}

TEST(LimitOptions, WhatIsNoLimitChangesNothingAndIsTold) {
  for (const char* wrong :
       {"", "=", "line-octets", "line-octets=", "line-octets=0", "line-octets=-1", "line-octets=1x", "line-octets=1KK",
        "line-octets=99999999999999999999", "line-octets=99999999999G", "nonsense=1"}) {
    Limits limits;
    EXPECT_FALSE(set_limit(limits, wrong).empty()) << wrong;
    EXPECT_EQ(limits.line_octets, Limits{}.line_octets) << wrong;
  }
}

}  // namespace
}  // namespace mailparse::tools
