#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/source/tls.hpp>

namespace mailparse {
namespace {

using testing::ElementsAre;

std::string number(std::uint64_t value, std::size_t octets) {
  std::string text;
  while (octets-- > 0) text += static_cast<char>(value >> (8 * octets));
  return text;
}

/// Octets behind their length.
std::string vector(std::size_t length_octets, const std::string& octets) {
  return number(octets.size(), length_octets) + octets;
}

std::string list(std::initializer_list<std::uint16_t> values) {
  std::string octets;
  for (const std::uint16_t value : values) octets += number(value, 2);
  return octets;
}

std::string extension(std::uint16_t type, const std::string& content = {}) {
  return number(type, 2) + vector(2, content);
}

std::string message(std::uint8_t type, const std::string& body) {
  return number(type, 1) + vector(3, body);
}

std::string record(std::uint8_t type, const std::string& octets) {
  return number(type, 1) + "\x03\x01" + vector(2, octets);
}

/// What Chrome 108 sends, with GREASE: the example of the JA4 description.
std::string chrome_hello() {
  const std::string extensions =
      extension(0x0A0A) + extension(0x001B, "\x02" + list({2})) +
      extension(0x0000, vector(2, number(0, 1) + vector(2, "mx.example"))) + extension(0x0033) +
      extension(0x0010, vector(2, vector(1, "h2") + vector(1, "http/1.1"))) + extension(0x4469) + extension(0x0017) +
      extension(0x002D) +
      extension(0x000D, vector(2, list({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601}))) +
      extension(0x0005) + extension(0x0023) + extension(0x0012) +
      extension(0x002B, vector(1, list({0x1A1A, 0x0304, 0x0303}))) + extension(0xFF01) +
      extension(0x000B, vector(1, number(0, 1))) +
      extension(0x000A, vector(2, list({0x2A2A, 0x001D, 0x0017, 0x0018}))) + extension(0x0015) + extension(0x3A3A);
  return message(1, "\x03\x03" + std::string(32, 'r') + vector(1, std::string(32, 's')) +
                        vector(2, list({0x4A4A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8,
                                        0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035})) +
                        vector(1, number(0, 1)) + vector(2, extensions));
}

std::string server_hello(std::uint16_t cipher, const std::string& extensions) {
  return message(
      2, "\x03\x03" + std::string(32, 'r') + vector(1, "") + number(cipher, 2) + number(0, 1) + vector(2, extensions));
}

TEST(TlsReader, ReadsAClientHello) {
  TlsReader reader;
  EXPECT_EQ(reader.is_tls(Side::client), std::nullopt);
  reader.feed(Side::client, record(22, chrome_hello()));
  EXPECT_EQ(reader.is_tls(Side::client), true);
  ASSERT_TRUE(reader.client_hello());
  const TlsClientHello& hello = *reader.client_hello();
  EXPECT_EQ(hello.version, 0x0304);
  EXPECT_EQ(hello.legacy_version, 0x0303);
  EXPECT_EQ(hello.server_name, "mx.example");
  EXPECT_THAT(hello.alpn, ElementsAre("h2", "http/1.1"));
  EXPECT_EQ(hello.ciphers.size(), 15U);
  EXPECT_EQ(hello.extensions.size(), 16U);
  EXPECT_THAT(hello.groups, ElementsAre(0x001D, 0x0017, 0x0018));
}

TEST(TlsReader, FingerprintsAsJa3AndJa4Describe) {
  TlsReader reader;
  reader.feed(Side::client, record(22, chrome_hello()));
  EXPECT_EQ(reader.client_hello()->ja3,
            digest_hex(DigestKind::md5,
                       "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,"
                       "27-0-51-16-17513-23-45-13-5-35-18-43-65281-11-10-21,29-23-24,0"));
  EXPECT_EQ(reader.client_hello()->ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(TlsReader, ReadsWhatTheServerChose) {
  TlsReader reader;
  reader.feed(Side::server, record(22, server_hello(0x1302, extension(0x002B, list({0x0304})))));
  EXPECT_EQ(reader.server_hello()->version, 0x0304);
  EXPECT_EQ(reader.server_hello()->cipher, 0x1302);

  TlsReader older;
  older.feed(Side::server, record(22, server_hello(0xC02F, extension(16, vector(2, vector(1, "smtp"))))));
  EXPECT_EQ(older.server_hello()->version, 0x0303);
  EXPECT_EQ(older.server_hello()->alpn, "smtp");
}

TEST(TlsReader, NamesVersionsAndCiphers) {
  EXPECT_EQ(tls_version_name(0x0303), "TLSv1.2");
  EXPECT_EQ(tls_version_name(0x7F1C), "0x7f1c");
  EXPECT_EQ(tls_cipher_name(0x1301), "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(tls_cipher_name(0xC030), "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
  EXPECT_EQ(tls_cipher_name(0xFAFA), "0xfafa");
}

struct Validity {
  const char* not_before = "20260101000000Z";
  const char* not_after = "20261231235959Z";
};

/// DER of a certificate for mx.example.
std::string certificate_der(const Validity& validity = {}) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* made = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_set_version(made, 2);
  ASN1_TIME_set_string(X509_getm_notBefore(made), validity.not_before);
  ASN1_TIME_set_string(X509_getm_notAfter(made), validity.not_after);
  X509_set_pubkey(made, key);
  X509_NAME* name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("mx.example"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Example"), -1, -1, 0);
  X509_set_issuer_name(made, name);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                              "DNS:mx.example,DNS:*.mx.example,IP:192.0.2.1,IP:2001:db8::1");
  X509_add_ext(made, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(made, key, EVP_sha256());
  unsigned char* der = nullptr;
  const int length = i2d_X509(made, &der);
  std::string octets(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  X509_free(made);
  EVP_PKEY_free(key);
  return octets;
}

TEST(TlsReader, ReadsTheServersCertificate) {
  const std::string der = certificate_der();
  const std::string other(1000, 'x');
  const std::string flight =
      server_hello(0xC02F, "") + message(11, vector(3, vector(3, der) + vector(3, other))) + message(14, "");
  TlsReader reader;
  reader.feed(Side::server, record(22, flight.substr(0, 500)) + record(22, flight.substr(500)));
  ASSERT_TRUE(reader.certificate());
  EXPECT_EQ(reader.certificate()->subject, "O=Example,CN=mx.example");
  EXPECT_EQ(reader.certificate()->issuer, "O=Example,CN=mx.example");
  EXPECT_THAT(reader.certificate()->names, ElementsAre("mx.example", "*.mx.example", "192.0.2.1", "2001:db8::1"));
  EXPECT_EQ(rfc3339(*reader.certificate()->not_before), "2026-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rfc3339(*reader.certificate()->not_after), "2026-12-31T23:59:59.000000000Z");
  EXPECT_EQ(reader.certificate()->sha256, digest_hex(DigestKind::sha256, der));
}

TEST(TlsReader, TellsOfAValidityWhatATimestampHolds) {
  const auto read = [](const Validity& validity) {
    TlsReader reader;
    reader.feed(Side::server,
                record(22, server_hello(0xC02F, "") + message(11, vector(3, vector(3, certificate_der(validity))))));
    return reader.certificate().value_or(TlsCertificate{});
  };
  const TlsCertificate widest = read({.not_before = "16770921001244Z", .not_after = "22620411234716Z"});
  EXPECT_EQ(rfc3339(widest.not_before.value_or(Timestamp{})), "1677-09-21T00:12:44.000000000Z");
  EXPECT_EQ(rfc3339(widest.not_after.value_or(Timestamp{})), "2262-04-11T23:47:16.000000000Z");
  const TlsCertificate wider = read({.not_before = "16770921001243Z", .not_after = "22620411234717Z"});
  EXPECT_EQ(wider.subject, widest.subject);
  EXPECT_FALSE(wider.not_before);
  EXPECT_FALSE(wider.not_after);
  EXPECT_FALSE(read({.not_after = "99991231235959Z"}).not_after);
}

TEST(TlsReader, ReadsTheSameInAnyCut) {
  const std::string client = record(22, chrome_hello());
  const std::string server =
      record(22, server_hello(0xC02F, "") + message(11, vector(3, vector(3, certificate_der()))));
  for (std::size_t cut = 1; cut < std::max(client.size(), server.size()); ++cut) {
    TlsReader reader;
    for (std::size_t at = 0; at < client.size(); at += cut)
      reader.feed(Side::client, std::string_view(client).substr(at, cut));
    for (std::size_t at = 0; at < server.size(); at += cut)
      reader.feed(Side::server, std::string_view(server).substr(at, cut));
    ASSERT_TRUE(reader.client_hello() && reader.server_hello() && reader.certificate()) << cut;
    EXPECT_EQ(reader.client_hello()->ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1") << cut;
    EXPECT_EQ(reader.certificate()->subject, "O=Example,CN=mx.example") << cut;
  }
}

TEST(TlsReader, StopsWhereEncryptionBegins) {
  TlsReader reader;
  reader.feed(Side::client, record(20, "\x01") + record(22, chrome_hello()));
  reader.feed(Side::server, record(23, std::string(100, 'x')));
  EXPECT_FALSE(reader.client_hello());
  EXPECT_TRUE(reader.done());
}

TEST(TlsReader, KnowsWhatIsNoTls) {
  TlsReader reader;
  reader.feed(Side::client, "EHLO x\r\n");
  EXPECT_EQ(reader.is_tls(Side::client), false);
  EXPECT_EQ(reader.is_tls(Side::server), std::nullopt);
}

TEST(TlsReader, ReadsNothingBehindALoss) {
  TlsReader reader;
  reader.lose(Side::client);
  reader.feed(Side::client, record(22, chrome_hello()));
  EXPECT_FALSE(reader.client_hello());
}

TEST(TlsReader, SurvivesEveryTruncationAndEveryWrongOctet) {
  const std::string hello = chrome_hello();
  for (std::size_t length = 0; length < hello.size(); ++length) {
    TlsReader reader;
    // The message says that it is shorter than its own lengths.
    reader.feed(Side::client, record(22, message(1, hello.substr(4, length))));
    EXPECT_EQ(reader.is_tls(Side::client), true);
  }
  for (std::size_t at = 4; at < hello.size(); ++at) {
    std::string wrong = hello;
    wrong[at] = '\xFF';
    TlsReader reader;
    reader.feed(Side::client, record(22, wrong));
    EXPECT_EQ(reader.is_tls(Side::client), true);
  }
}

TEST(TlsReader, KeepsNoMessageBeyondItsLimit) {
  TlsReader reader;
  reader.feed(Side::server, record(22, number(11, 1) + number(0xFFFFFF, 3) + "x"));
  EXPECT_FALSE(reader.done());
  reader.feed(Side::client, record(23, "x"));
  EXPECT_TRUE(reader.done());
}

}  // namespace
}  // namespace mailparse
