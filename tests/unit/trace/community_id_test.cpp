#include <gtest/gtest.h>

#include <mailparse/trace/community_id.hpp>

namespace mailparse {
namespace {

// Vectors of the specification (baseline_deflt.json).
TEST(CommunityId, AgreesWithTheSpecification) {
  EXPECT_EQ(community_id({"128.232.110.120", 34855}, {"66.35.250.204", 80}), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id({"66.35.250.204", 80}, {"128.232.110.120", 34855}), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id({"128.232.110.120", 34855}, {"66.35.250.204", 80}, 1), "1:3V71V58M3Ksw/yuFALMcW0LAHvc=");
}

TEST(CommunityId, IsTheSameInBothDirectionsOfIpv6) {
  const Endpoint a{"2001:470:e5bf:dead:4957:2174:e82c:4887", 63943};
  const Endpoint b{"2607:f8b0:400c:c03::1a", 25};
  EXPECT_EQ(community_id(a, b), "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=");
  EXPECT_EQ(community_id(b, a), community_id(a, b));
}

TEST(CommunityId, NeedsTwoAddressesOfAKind) {
  EXPECT_FALSE(community_id({"", 1}, {"192.0.2.1", 2}));
  EXPECT_FALSE(community_id({"localhost", 1}, {"192.0.2.1", 2}));
  EXPECT_FALSE(community_id({"::1", 1}, {"192.0.2.1", 2}));
}

}  // namespace
}  // namespace mailparse
