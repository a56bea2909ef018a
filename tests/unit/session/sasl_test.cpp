#include "session/sasl.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/scan/base64.hpp>

namespace mailparse {
namespace {

struct Case {
  std::string_view mechanism;
  std::vector<std::string> responses;
  std::optional<std::string> identity;
  bool reveals;
};

TEST(Sasl, IdentityAndExposureByMechanism) {
  const std::string scram_proof = "c=biws,r=x,p=y";
  const Case cases[] = {
      {"plain", {std::string("\0alice\0secret", 13)}, "alice", true},
      {"PLAIN", {std::string("boss\0alice\0secret", 17)}, "alice", true},
      {"LOGIN", {"alice", "secret"}, "alice", true},
      {"LOGIN", {"alice"}, "alice", false},
      {"CRAM-MD5", {"tim b b913a602c7eda7a495b4e6e7334d3890"}, "tim b", false},
      {"DIGEST-MD5", {"charset=utf-8,username=\"chris\",realm=\"elwood\",nonce=\"n\"", ""}, "chris", false},
      {"SCRAM-SHA-256", {"n,,n=us=2Cer=3D,r=rOprNGfwEbeRWgbNEkqO", scram_proof}, "us,er=", false},
      {"XOAUTH2", {"user=someuser@example.com\1auth=Bearer ya29\1\1"}, "someuser@example.com", true},
      {"OAUTHBEARER", {"n,a=user@example.com,\1host=h\1port=143\1auth=Bearer t\1\1"}, "user@example.com", true},
      {"EXTERNAL", {"fred@example.com"}, "fred@example.com", false},
      {"ANONYMOUS", {"sirhc"}, std::nullopt, false},
      {"GSSAPI", {"whatever"}, std::nullopt, false},
  };
  for (const auto& [mechanism, responses, identity, reveals] : cases) {
    SaslExchange exchange(mechanism);
    for (const auto& response : responses) exchange.client_response(base64_encode(response));
    EXPECT_EQ(exchange.identity(), identity) << mechanism;
    EXPECT_EQ(exchange.reveals_password(), reveals) << mechanism;
    EXPECT_FALSE(exchange.aborted()) << mechanism;
  }
}

TEST(Sasl, NtlmNamesDomainAndUserOfTheThirdMessage) {
  std::string message("NTLMSSP\0\3\0\0\0", 12);
  message.resize(64, '\0');
  const std::string domain("D\0O\0M\0", 6), user("b\0\xF6\0b\0", 6);
  const auto buffer = [&](std::size_t at, const std::string& text) {
    message[at] = message[at + 2] = static_cast<char>(text.size());
    message[at + 4] = static_cast<char>(message.size());
    message += text;
  };
  buffer(28, domain);
  buffer(36, user);
  message[60] = 1;
  SaslExchange exchange("ntlm");
  exchange.client_response(base64_encode(std::string("NTLMSSP\0\1\0\0\0", 12)));
  EXPECT_FALSE(exchange.identity());
  exchange.client_response(base64_encode(message));
  EXPECT_EQ(exchange.identity(),
            "DOM\\b\xC3\xB6"
            "b");
  message[40] = '\xFF';  // the user's offset lies outside
  SaslExchange broken("NTLM");
  broken.client_response(base64_encode(message));
  EXPECT_FALSE(broken.identity());
}

TEST(Sasl, StarGivesUp) {
  SaslExchange exchange("LOGIN");
  exchange.client_response("*");
  EXPECT_TRUE(exchange.aborted());
  EXPECT_FALSE(exchange.identity());
}

TEST(Sasl, WhatIsNoBase64StillCountsAsAResponse) {
  SaslExchange exchange("LOGIN");
  exchange.client_response("not base64!");
  exchange.client_response(base64_encode("secret"));
  EXPECT_FALSE(exchange.identity());
  EXPECT_TRUE(exchange.reveals_password());
}

TEST(Sasl, TokensOfEveryLength) {
  for (std::size_t size = 0; size < 70; ++size) {
    std::string octets;
    for (std::size_t i = 0; i < size; ++i) octets.push_back(static_cast<char>(i * 7 + size));
    EXPECT_EQ(decode_base64_token(base64_encode(octets)), octets);
  }
  EXPECT_EQ(decode_base64_token("YQ"), "a");
  EXPECT_FALSE(decode_base64_token("Y Q="));
}

}  // namespace
}  // namespace mailparse
