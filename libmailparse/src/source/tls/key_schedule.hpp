// Keys of the AEAD suites, and the records they protect.
// Layer: source, private. RFC 8446 5.2 to 5.3 and 7.1 to 7.3, RFC 5246 5 and 6.3, RFC 5288 3, RFC 7905 2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse::tls {

/// An AEAD suite.
struct Suite {
  std::uint16_t number = 0;
  const char* cipher = nullptr;  ///< OpenSSL's name
  std::uint8_t key_octets = 0;
  bool sha384 = false;          ///< hash of the key schedule; otherwise SHA-256
  bool explicit_nonce = false;  ///< AES-GCM of TLS 1.2 sends half of its nonce
  bool tls13 = false;
};

/// Null for a suite that is not read here.
[[nodiscard]] const Suite* find_suite(std::uint16_t number) noexcept;

/// Protects one direction from one change of keys to the next.
struct TrafficKeys {
  std::string key;
  std::string iv;  ///< 12 octets, or 4 where the rest is explicit
  std::uint64_t sequence = 0;
};

/// RFC 8446 7.3.
[[nodiscard]] TrafficKeys traffic_keys(const Suite& suite, std::string_view secret);
/// The secret behind a KeyUpdate. RFC 8446 7.2.
[[nodiscard]] std::string next_secret(const Suite& suite, std::string_view secret);
/// Of the client and the server. RFC 5246 6.3.
[[nodiscard]] std::array<TrafficKeys, 2> key_block(const Suite& suite, std::string_view master_secret,
                                                   std::string_view client_random, std::string_view server_random);

/// The content of a record, `header` its five octets; in TLS 1.3 with the inner type and padding behind it. Counts the
/// sequence number on. Absent when the record does not authenticate.
[[nodiscard]] std::optional<std::string> open_record(const Suite& suite, TrafficKeys& keys, std::string_view header,
                                                     std::string_view body);

}  // namespace mailparse::tls
