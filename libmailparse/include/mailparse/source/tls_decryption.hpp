// Takes TLS off a conversation for which the secrets are known.
// Layer: source. RFC 8446 5 and 7, RFC 5246 6, RFC 5288, RFC 7905; draft-ietf-tls-keylogfile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <mailparse/base/stream.hpp>

namespace mailparse {

/// Secrets of TLS connections as clients and servers log them for SSLKEYLOGFILE.
class TlsKeyLog {
 public:
  /// Reads whole lines; what is none of this format is passed over. Keeps 64 MiB of secrets at most.
  void add(std::string_view text);
  [[nodiscard]] bool empty() const noexcept { return secrets_.empty(); }
  /// The secret of that label ("CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0" ...) and client random of 32 octets; empty
  /// when there is none. Lives until the next add().
  [[nodiscard]] std::string_view find(std::string_view label, std::string_view client_random) const;

 private:
  std::unordered_map<std::string, std::string> secrets_;  ///< by label and random in octets
  std::uint64_t octets_ = 0;
};

/// Why octets stay encrypted.
enum class TlsTrouble : std::uint8_t {
  none,            ///< nothing is wrong so far
  no_handshake,    ///< the handshake was not seen whole
  no_secrets,      ///< the key log does not know this connection
  cipher,          ///< the suite is none of the AEAD suites that are read
  octets_missing,  ///< records are lost; nothing behind them is read
  wrong_secret,    ///< a record does not authenticate
  renegotiation,   ///< secrets changed within TLS 1.2
  malformed,       ///< a record or message contradicts itself
};

/// "no-secrets" and so on: the enumerator's name with '-'.
[[nodiscard]] std::string_view to_string(TlsTrouble trouble) noexcept;

/// Decrypts TLS 1.2 and 1.3 with AES-GCM and ChaCha20-Poly1305.
///
/// Chunks of both sides in time order in, from the first octet of TLS on; chunks of the octets inside out, each with
/// the stamp of the octet that completed its record. The offsets inside begin at that of the side's first chunk.
/// Keeps one record a side (16 KiB) and one handshake message (64 KiB).
class TlsDecryptor {
 public:
  /// `keys` must outlive the decryptor, `inner` too.
  TlsDecryptor(const TlsKeyLog& keys, StreamSink& inner);
  ~TlsDecryptor();
  TlsDecryptor(const TlsDecryptor&) = delete;
  TlsDecryptor& operator=(const TlsDecryptor&) = delete;

  /// Where a chunk does not follow the one before it, octets are missing.
  void on_chunk(const Chunk& chunk);
  /// Octets of that side are missing here.
  void lose(Side side) noexcept;

  /// Whether octets of the inner streams were told.
  [[nodiscard]] bool decrypted() const noexcept;
  /// The first thing that went wrong.
  [[nodiscard]] TlsTrouble trouble() const noexcept;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace mailparse
