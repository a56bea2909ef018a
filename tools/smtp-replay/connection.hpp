// A connection to a mail server with a deadline for every wait, plain or under TLS.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace mailparse::tools {

struct NetworkError {
  enum class Kind : std::uint8_t {
    resolve,    ///< the host's name has no address
    forbidden,  ///< it has one that is not allowed
    connect,    ///< nobody listens there
    timeout,    ///< the deadline passed
    closed,     ///< the server closed or reset the connection
    tls,        ///< no TLS: handshake or certificate
  } kind = Kind::closed;
  std::string text;
};

struct TlsOptions {
  std::string ca_file;    ///< empty: those that the system trusts
  std::string name;       ///< that the certificate must bear, and asked for with SNI; empty: the host's
  bool insecure = false;  ///< any certificate will do
};

/// Where to connect. `loopback_only`: an address that is not loopback is refused after the name was resolved, and the
/// address found is the one connected to, so that no second look-up can lead elsewhere.
struct Target {
  std::string host;
  std::uint16_t port = 0;
  bool loopback_only = true;
};

class Connection {
 public:
  Connection(std::chrono::milliseconds timeout, TlsOptions tls);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] std::expected<void, NetworkError> connect(const Target& target);
  /// Makes the connection a TLS one, version 1.2 at least. RFC 3207, RFC 8996.
  [[nodiscard]] std::expected<void, NetworkError> start_tls();
  [[nodiscard]] std::expected<void, NetworkError> write(std::string_view octets);
  /// At least one octet; the view lives until the next call.
  [[nodiscard]] std::expected<std::string_view, NetworkError> read();

  /// Of the server, known once connected.
  [[nodiscard]] const std::string& address() const noexcept;
  /// "TLSv1.3", once there is TLS.
  [[nodiscard]] const std::string& tls_version() const noexcept;
  /// Whether octets have come that nobody read yet.
  [[nodiscard]] bool readable();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace mailparse::tools
