#include <random>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <mailparse/source/ip_address.hpp>

namespace mailparse {
namespace {

IpAddress ipv6(const char* text) {
  char octets[16];
  EXPECT_EQ(inet_pton(AF_INET6, text, octets), 1);
  return IpAddress::ipv6(octets);
}

TEST(IpAddress, Ipv4IsADottedQuad) {
  EXPECT_EQ(IpAddress::ipv4("\xC0\x00\x02\x01").text(), "192.0.2.1");
}

TEST(IpAddress, NoneIsEmpty) {
  EXPECT_EQ(IpAddress{}.text(), "");
}

TEST(IpAddress, Ipv6FollowsRfc5952) {
  EXPECT_EQ(ipv6("2001:DB8:0:0:0:0:2:1").text(), "2001:db8::2:1");
  EXPECT_EQ(ipv6("2001:db8:0:1:1:1:1:1").text(), "2001:db8:0:1:1:1:1:1");  // one group is not shortened
  EXPECT_EQ(ipv6("2001:0:0:1:0:0:0:1").text(), "2001:0:0:1::1");           // the longest run
  EXPECT_EQ(ipv6("2001:db8:0:0:1:0:0:1").text(), "2001:db8::1:0:0:1");     // the first of two
  EXPECT_EQ(ipv6("::").text(), "::");
  EXPECT_EQ(ipv6("::1").text(), "::1");
  EXPECT_EQ(ipv6("1::").text(), "1::");
  EXPECT_EQ(ipv6("::ffff:192.0.2.1").text(), "::ffff:192.0.2.1");
}

TEST(IpAddress, TextReadsBackAsTheSameOctets) {
  std::mt19937 random(5952);
  for (int i = 0; i < 2000; ++i) {
    char octets[16];
    for (char& octet : octets) octet = static_cast<char>(random() % 3 == 0 ? random() : 0);
    const IpAddress address = IpAddress::ipv6(octets);
    EXPECT_EQ(ipv6(address.text().c_str()), address) << address.text();
  }
}

TEST(IpAddress, FamiliesDiffer) {
  char octets[16] = {10, 0, 0, 1};
  EXPECT_NE(IpAddress::ipv4(octets), IpAddress::ipv6(octets));
  EXPECT_LT(IpAddress::ipv4(octets), IpAddress::ipv6(octets));
  EXPECT_NE(std::hash<IpAddress>{}(IpAddress::ipv4(octets)), std::hash<IpAddress>{}(IpAddress::ipv6(octets)));
}

}  // namespace
}  // namespace mailparse
