#include "trace/tls_trail.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string vector(std::string_view octets, std::size_t length_octets) {
  std::string text;
  for (std::size_t i = length_octets; i-- > 0;) text += static_cast<char>(octets.size() >> (8 * i) & 0xFF);
  return text.append(octets);
}

std::string handshake(char type, std::string_view body) {
  return "\x16\x03\x01"s + vector(type + vector(body, 3), 2);
}

std::string client_hello() {
  const std::string sni = "\0\0"s + vector(vector("\0"s + vector("mx.example", 2), 2), 2);
  return handshake(1, "\x03\x03"s + std::string(32, 'r') + '\0' + vector("\x13\x01\xC0\x2F", 2) + vector("\0"sv, 1) +
                          vector(sni, 2));
}

std::string server_hello() {
  return handshake(2, "\x03\x03"s + std::string(32, 's') + '\0' + "\xC0\x2F\0"s);
}

Seldom<TlsRecord> told(TlsTrail& trail) {
  Seldom<TlsRecord> record;
  trail.tell(record);
  return record;
}

TEST(TlsTrail, TellsBothHellosWhateverTheCut) {
  const std::string client = client_hello();
  const std::string server = server_hello();
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, client.size()}) {
    TlsTrail trail;
    for (std::size_t at = 0; at < client.size(); at += step)
      trail.push({Side::client, 100 + at, std::string_view(client).substr(at, step), {}});
    for (std::size_t at = 0; at < server.size(); at += step)
      trail.push({Side::server, 50 + at, std::string_view(server).substr(at, step), {}});
    const auto record = told(trail);
    ASSERT_TRUE(record && record->client_hello && record->server_hello);
    EXPECT_EQ(record->client_hello->server_name, "mx.example");
    EXPECT_EQ(tls_cipher_name(record->server_hello->cipher), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    EXPECT_FALSE(record->certificate);
  }
}

TEST(TlsTrail, KeepsWhatTheDialogueKnew) {
  TlsTrail trail;
  const std::string client = client_hello();
  trail.push({Side::client, 0, client, {}});
  Seldom<TlsRecord> record = TlsRecord{};
  record->accepted = true;
  trail.tell(record);
  EXPECT_TRUE(record->accepted);
  EXPECT_TRUE(record->client_hello);
}

TEST(TlsTrail, ReadsNoFurtherWhereOctetsAreMissing) {
  TlsTrail trail;
  const std::string client = client_hello();
  trail.push({Side::client, 0, std::string_view(client).substr(0, 40), {}});
  trail.push({Side::client, 41, std::string_view(client).substr(41), {}});
  EXPECT_FALSE(told(trail));
}

TEST(TlsTrail, TellsNothingOfOctetsThatAreNoTls) {
  TlsTrail trail;
  trail.push({Side::client, 0, "\x78\x9C compressed", {}});
  trail.push({Side::server, 0, "\x78\x9C compressed", {}});
  EXPECT_FALSE(told(trail));
}

}  // namespace
}  // namespace mailparse
