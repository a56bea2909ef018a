#include "source/internet_checksum.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "capture_builder.hpp"

namespace mailparse {
namespace {

using namespace testing_capture;

TEST(InternetChecksum, EqualsTheNaiveSumAtEveryLengthAndAlignment) {
  std::mt19937 random(1071);
  std::string octets(300, '\0');
  for (char& octet : octets) octet = static_cast<char>(random());
  for (std::size_t from = 0; from < 8; ++from) {
    for (std::size_t size = 0; size <= 280; ++size) {
      const std::string exact = octets.substr(from, size);  // a sanitizer sees reads beyond it
      const std::uint16_t sum = fold(ones_complement_sum(exact));
      const std::uint16_t naive = static_cast<std::uint16_t>(~naive_checksum(exact));
      EXPECT_EQ(host_is_little ? std::byteswap(sum) : sum, naive) << from << " " << size;
    }
  }
}

TEST(InternetChecksum, CarriesOfManyFullWordsAreKept) {
  EXPECT_EQ(fold(ones_complement_sum(std::string(262'144, '\xFF'))), 0xFFFF);
}

TEST(TcpChecksum, VerdictsOfAllKinds) {
  const IpAddress client = IpAddress::ipv4(client4.data());
  const IpAddress server = IpAddress::ipv4(server4.data());
  for (const std::string& payload : {std::string(), std::string("x"), std::string(1460, 'a')}) {
    const std::string good = tcp_segment({.payload = payload}, client4, server4);
    EXPECT_EQ(judge_tcp_checksum(client, server, good), TcpChecksum::good);
    std::string bad = good;
    bad[4] = static_cast<char>(bad[4] ^ 1);
    EXPECT_EQ(judge_tcp_checksum(client, server, bad), TcpChecksum::bad);
    for (const std::size_t length : {good.size(), std::size_t{0}}) {
      std::string offloaded = good;
      const std::string pseudo = client4 + server4 + be(6, 2) + be(length, 2);
      offloaded.replace(16, 2, be(static_cast<std::uint16_t>(~naive_checksum(pseudo)), 2));
      EXPECT_EQ(judge_tcp_checksum(client, server, offloaded), TcpChecksum::partial);
    }
  }
}

TEST(TcpChecksum, Ipv6PseudoHeaderCounts) {
  const IpAddress client = IpAddress::ipv6(client6.data());
  const IpAddress server = IpAddress::ipv6(server6.data());
  EXPECT_EQ(judge_tcp_checksum(client, server, tcp_segment({}, client6, server6)), TcpChecksum::good);
  EXPECT_EQ(judge_tcp_checksum(client, client, tcp_segment({}, client6, server6)), TcpChecksum::bad);
}

}  // namespace
}  // namespace mailparse
