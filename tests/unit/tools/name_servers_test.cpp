#include "common/name_servers.hpp"

#include <string_view>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace mailparse::tools {
namespace {

/// The port of the server that `text` names; 0: it names none.
unsigned port_of(std::string_view text, int family) {
  const auto server = read_name_server(text);
  if (!server || server->address.ss_family != family) return 0;
  // The port stands at the same place in both kinds of address.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&server->address)->sin_port);
}

TEST(NameServers, AreAddressesWithOrWithoutAPort) {
  EXPECT_EQ(port_of("192.0.2.53", AF_INET), 53U);
  EXPECT_EQ(port_of("192.0.2.53:5353", AF_INET), 5353U);
  EXPECT_EQ(port_of("2001:db8::53", AF_INET6), 53U);
  EXPECT_EQ(port_of("[2001:db8::53]", AF_INET6), 53U);
  EXPECT_EQ(port_of("[::1]:65535", AF_INET6), 65535U);
}

TEST(NameServers, AreNoNamesAndNoHalves) {
  for (const std::string_view text : {"", "localhost", "192.0.2", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536",
                                      "[::1", "[::1]53", "[192.0.2.53]:53", "::1:x", ":53", "192.0.2.53 "}) {
    EXPECT_FALSE(read_name_server(text)) << text;
  }
}

}  // namespace
}  // namespace mailparse::tools
