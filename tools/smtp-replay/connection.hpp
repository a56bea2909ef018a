// A connection to a mail server, or from a client, with a deadline for every wait, plain or under TLS.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "smtp-replay/tls_identity.hpp"

namespace mailparse::tools {

struct NetworkError {
  enum class Kind : std::uint8_t {
    resolve,    ///< the host's name has no address
    forbidden,  ///< it has one that is not allowed
    connect,    ///< nobody listens there
    timeout,    ///< the deadline passed
    closed,     ///< the peer closed or reset the connection
    tls,        ///< no TLS: handshake or certificate
  } kind = Kind::closed;
  std::string text;
};

struct TlsOptions {
  std::string ca_file;      ///< empty: those that the system trusts
  std::string name;         ///< that the certificate must bear, and asked for with SNI; empty: the host's
  std::string certificate;  ///< PEM file with the client's own; empty: none
  std::string key;          ///< PEM file with its key; empty: in the same file
  bool insecure = false;    ///< any certificate will do
};

/// Where to connect or listen. `loopback_only`: an address that is not loopback is refused after the name was resolved,
/// and the address found is the one used, so that no second look-up can lead elsewhere.
struct Target {
  std::string host;
  std::uint16_t port = 0;
  bool loopback_only = true;
  std::string unix_path{};  ///< a local socket in place of host and port
};

class Connection {
 public:
  Connection(std::chrono::milliseconds timeout, TlsOptions tls);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] std::expected<void, NetworkError> connect(const Target& target);
  /// Makes the connection a TLS one as the client, version 1.2 at least. RFC 3207, RFC 8996.
  [[nodiscard]] std::expected<void, NetworkError> start_tls();
  /// The same as the server.
  [[nodiscard]] std::expected<void, NetworkError> accept_tls(const TlsIdentity& identity);
  [[nodiscard]] std::expected<void, NetworkError> write(std::string_view octets);
  /// At least one octet; the view lives until the next call.
  [[nodiscard]] std::expected<std::string_view, NetworkError> read();
  /// The same with a deadline of its own; the connection stays usable behind it.
  [[nodiscard]] std::expected<std::string_view, NetworkError> read(std::chrono::milliseconds patience);
  void close();

  /// Of the peer, known once connected.
  [[nodiscard]] const std::string& address() const noexcept;
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// "TLSv1.3", once there is TLS.
  [[nodiscard]] const std::string& tls_version() const noexcept;
  /// Whether octets have come that nobody read yet.
  [[nodiscard]] bool readable();

 private:
  friend class Listener;
  class State;
  std::unique_ptr<State> state_;
};

/// Takes connections of clients, one after the other.
class Listener {
 public:
  Listener();
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Port 0: any that is free.
  [[nodiscard]] std::expected<void, NetworkError> listen(const Target& target);
  /// "127.0.0.1:2525", "[::1]:2525".
  [[nodiscard]] const std::string& address() const noexcept;
  /// The next client. NetworkError::Kind::timeout after `patience`; waits are short enough for signals to be noticed.
  [[nodiscard]] std::expected<Connection, NetworkError> accept(std::chrono::milliseconds patience,
                                                               std::chrono::milliseconds timeout);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace mailparse::tools
