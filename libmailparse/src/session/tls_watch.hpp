// What can go wrong around the start of TLS and in its absence, the same in SMTP, POP3 and IMAP: credentials in the
// clear, STARTTLS stripped, refused, or followed by plain text. Layer: session, private. RFC 3207 4 to 6, RFC 2595 4,
// RFC 9051 6.2.1, RFC 8314 3 and 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

/// Whether `octets` can be the beginning of a TLS record of handshake or alert type: content type 21 or 22, which no
/// text begins with. RFC 8446 5.1. One octet decides, so that it does not matter how octets are cut.
[[nodiscard]] constexpr bool looks_like_tls(std::string_view octets) noexcept {
  return !octets.empty() && (octets[0] == '\x16' || octets[0] == '\x15');
}

/// Reports auth.cleartext and the starttls.* codes of one conversation, each as often as its definition says. The
/// session calls it with what it reads; offsets count octets of the side concerned.
class TlsWatch {
 public:
  /// `wire_exact`: what follows what on the wire is known; a transcript's order and decrypted text prove nothing.
  /// `secured`: the conversation is itself the inside of TLS.
  TlsWatch(DiagnosticSink& sink, bool wire_exact, bool secured)
      : sink_(sink), wire_exact_(wire_exact), secured_(secured) {}

  /// A keyword of a list of extensions or capabilities, in any case, at `offset` of the server's side.
  void keyword(std::string_view keyword, std::uint64_t offset);
  /// The list is complete.
  void keywords_end();
  /// STARTTLS or STLS was sent.
  void asked() noexcept { asked_ = true; }
  /// It was refused by the reply at `offset`.
  void refused(std::uint64_t offset, std::uint64_t length) noexcept;
  /// The command at `offset` shows a password or token to everybody. Reports nothing when secured.
  void credentials_in_clear(std::uint64_t offset, std::uint64_t length);

  /// TLS begins. `held` are the client's octets behind STARTTLS that came before the server's reply, from `offset`.
  void tls_begins(std::string_view held, std::uint64_t offset);
  /// The first octets of a side behind the accepted STARTTLS. Findings point at the first of them.
  void first_client_octets(std::string_view octets, std::uint64_t offset);
  void first_server_octets(std::string_view octets, std::uint64_t offset);

  [[nodiscard]] bool offered() const noexcept { return offered_; }

 private:
  void report(Code code, Side side, std::uint64_t offset, std::uint64_t length, std::uint64_t count = 1);

  DiagnosticSink& sink_;
  bool wire_exact_;
  bool secured_;
  bool offered_ = false;
  bool asked_ = false;
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  std::optional<Place> stripped_;
  std::optional<Place> refused_;
  bool stripped_told_ = false;
  bool injected_ = false;
  bool client_begun_ = false;
  bool handshake_ = false;  ///< the client's first octets were a TLS record
  bool server_begun_ = false;
  std::optional<Place> server_plain_;  ///< told once the client has begun TLS
};

}  // namespace mailparse
