// A passive reader of TLS: what both sides say in clear before they encrypt.
// Layer: source. RFC 8446, RFC 5246, RFC 6066 3 (server name), RFC 7301 (ALPN), RFC 8701 (GREASE).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/provenance.hpp>
#include <mailparse/base/time.hpp>

namespace mailparse {

/// "SSLv3", "TLSv1.0" ... "TLSv1.3"; "0x7f1c" where the number has no name.
[[nodiscard]] std::string tls_version_name(std::uint16_t version);

/// IANA's name ("TLS_AES_128_GCM_SHA256"), or the number as "0x1301" where this project has no name.
[[nodiscard]] std::string tls_cipher_name(std::uint16_t cipher);

/// GREASE values (RFC 8701) are left out of the lists and not counted in the fingerprints.
struct TlsClientHello {
  std::uint16_t version = 0;         ///< the highest one offered
  std::uint16_t legacy_version = 0;  ///< of the message's fixed part
  std::string server_name;           ///< empty: none; octets as sent
  std::vector<std::string> alpn;     ///< octets as sent
  std::vector<std::uint16_t> ciphers;
  std::vector<std::uint16_t> extensions;  ///< in the order sent
  std::vector<std::uint16_t> groups;
  std::vector<std::uint8_t> point_formats;
  std::vector<std::uint16_t> signature_algorithms;
  std::string ja3;  ///< MD5, lower-case hexadecimal
  std::string ja4;  ///< for TLS over TCP
};

struct TlsServerHello {
  std::uint16_t version = 0;  ///< chosen
  std::uint16_t cipher = 0;   ///< chosen
  std::string alpn;           ///< chosen; empty: none, or encrypted (TLS 1.3)
};

/// The server's own certificate, in clear up to TLS 1.2 only.
struct TlsCertificate {
  std::string subject;  ///< RFC 2253 form
  std::string issuer;
  std::vector<std::string> names;  ///< subject alternative names: DNS names and addresses
  std::optional<Timestamp> not_before;
  std::optional<Timestamp> not_after;
  std::string sha256;  ///< of the DER octets, lower-case hexadecimal
};

/// Reads both streams of one connection from the first octet of TLS on. Keeps at most one handshake message of 64 KiB a
/// side; what cannot be read ends the reading of that side, never with an error.
class TlsReader {
 public:
  /// Octets of one side that follow those before.
  void feed(Side side, std::string_view octets);
  /// Octets of one side are missing: nothing more of it is read.
  void lose(Side side) noexcept;

  /// Whether the side's octets so far are TLS records; absent before its first record header.
  [[nodiscard]] std::optional<bool> is_tls(Side side) const noexcept;
  /// Whether nothing more can be learned from either side.
  [[nodiscard]] bool done() const noexcept;

  [[nodiscard]] const std::optional<TlsClientHello>& client_hello() const noexcept { return client_hello_; }
  [[nodiscard]] const std::optional<TlsServerHello>& server_hello() const noexcept { return server_hello_; }
  [[nodiscard]] const std::optional<TlsCertificate>& certificate() const noexcept { return certificate_; }

 private:
  struct Stream {
    std::string header;             ///< of the record being read, up to 5 octets
    std::uint32_t record_left = 0;  ///< octets of its body to come
    bool seen = false;              ///< one record header was read
    bool handshake = false;         ///< the record is one of the handshake protocol
    bool over = false;              ///< encrypted, lost or no TLS from here on
    bool alien = false;             ///< it is no TLS
    std::string message;            ///< handshake octets that no message has used yet
  };

  void begin_record(Stream& stream);
  void read_messages(Side side, Stream& stream);
  void read_message(Side side, std::uint8_t type, std::string_view body);
  [[nodiscard]] Stream& stream_of(Side side) noexcept { return streams_[side == Side::client ? 0 : 1]; }

  std::array<Stream, 2> streams_;
  std::optional<TlsClientHello> client_hello_;
  std::optional<TlsServerHello> server_hello_;
  std::optional<TlsCertificate> certificate_;
};

}  // namespace mailparse
