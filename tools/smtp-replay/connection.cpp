#include "smtp-replay/connection.hpp"

#include <array>
#include <optional>
#include <utility>

#include <asio.hpp>
#include <asio/ssl.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

namespace mailparse::tools {
namespace {

using asio::ip::tcp;
using Kind = NetworkError::Kind;
using Socket = asio::generic::stream_protocol::socket;

constexpr std::size_t read_octets = 16 * 1024;

std::unexpected<NetworkError> failure(Kind kind, std::string text) {
  return std::unexpected(NetworkError{kind, std::move(text)});
}

using Waited = std::optional<asio::error_code>;  ///< nothing: the deadline passed

/// Runs one asynchronous operation to its end or to the deadline; in the second case `cancel` is called first, so that
/// nothing that the operation uses is left in use.
template <typename Start, typename Cancel>
Waited wait(asio::io_context& io, std::chrono::milliseconds patience, Start start, Cancel cancel) {
  Waited result;
  start([&result](const asio::error_code& error) { result = error; });
  io.restart();
  io.run_for(patience);
  if (result) return result;
  cancel();
  io.run();
  return std::nullopt;
}

std::string reason(const Waited& waited) {
  return waited ? waited->message() : "no answer in time";
}

/// The addresses of a target; forbidden where one of them is another machine's and that was not allowed.
std::expected<tcp::resolver::results_type, NetworkError> resolve(asio::io_context& io, const Target& target,
                                                                 std::chrono::milliseconds patience) {
  tcp::resolver resolver(io);
  tcp::resolver::results_type found;
  const auto resolved = wait(
      io, patience,
      [&](auto done) {
        resolver.async_resolve(target.host, std::to_string(target.port),
                               [&found, done](const asio::error_code& error, tcp::resolver::results_type results) {
                                 found = std::move(results);
                                 done(error);
                               });
      },
      [&] { resolver.cancel(); });
  if (!resolved || *resolved) return failure(Kind::resolve, fmt::format("{}: {}", target.host, reason(resolved)));
  for (const auto& entry : found) {
    const auto address = entry.endpoint().address();
    if (target.loopback_only && !address.is_loopback())
      return failure(Kind::forbidden, fmt::format("{} is {}, not this machine", target.host, address.to_string()));
  }
  return found;
}

std::string text_of(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  return fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"), address.to_string(), endpoint.port());
}

std::string why_not(SSL* tls, const asio::error_code& error) {
  const long verdict = SSL_get_verify_result(tls);
  return verdict == X509_V_OK ? error.message() : X509_verify_cert_error_string(verdict);
}

}  // namespace

class Connection::State {
 public:
  State(std::chrono::milliseconds timeout, TlsOptions tls) : timeout_(timeout), tls_options_(std::move(tls)) {}

  std::expected<void, NetworkError> connect(const Target& target) {
    host_ = target.host;
    if (!target.unix_path.empty()) return connect_local(target.unix_path);
    const auto found = resolve(io_, target, timeout_);
    if (!found) return std::unexpected(found.error());
    Waited connected = asio::error_code(asio::error::host_not_found);
    for (const auto& entry : *found) {
      const tcp::endpoint endpoint = entry.endpoint();
      connected = run([&](auto done) { socket_.async_connect(endpoint, done); });
      if (connected && !*connected) return opened(endpoint), std::expected<void, NetworkError>{};
      close();
    }
    return failure(Kind::connect, fmt::format("{}:{}: {}", target.host, target.port, reason(connected)));
  }

  /// Takes over a socket that is connected to a client.
  void adopt(tcp::socket accepted) {
    asio::error_code ignored;
    const tcp::endpoint peer = accepted.remote_endpoint(ignored);
    const auto protocol = accepted.local_endpoint(ignored).protocol();
    const auto native = accepted.release(ignored);
    socket_.assign(asio::generic::stream_protocol(protocol.family(), protocol.type()), native, ignored);
    peer_ = "client";
    opened(peer);
  }

  std::expected<void, NetworkError> start_tls() {
    asio::error_code error;
    context_.emplace(asio::ssl::context::tls_client);
    if (const auto ready = trust(); !ready) return ready;
    stream_.emplace(socket_, *context_);
    const std::string& name = tls_options_.name.empty() ? host_ : tls_options_.name;
    asio::ip::make_address(name, error);
    if (error) SSL_set_tlsext_host_name(stream_->native_handle(), name.c_str());  // RFC 6066 3: names only
    if (!tls_options_.insecure) stream_->set_verify_callback(asio::ssl::host_name_verification(name), error);
    return shake(asio::ssl::stream_base::client);
  }

  std::expected<void, NetworkError> accept_tls(const TlsIdentity& identity) {
    asio::error_code error;
    context_.emplace(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context_->native_handle(), TLS1_2_VERSION);
    context_->use_certificate_chain(asio::buffer(identity.certificate), error);
    if (!error) context_->use_private_key(asio::buffer(identity.key), asio::ssl::context::pem, error);
    if (error) return failure(Kind::tls, fmt::format("certificate: {}", error.message()));
    stream_.emplace(socket_, *context_);
    return shake(asio::ssl::stream_base::server);
  }

  std::expected<void, NetworkError> write(std::string_view octets) {
    const auto done = [&](auto& stream) {
      return run([&](auto finished) {
        asio::async_write(stream, asio::buffer(octets.data(), octets.size()),
                          [finished](const asio::error_code& error, std::size_t) { finished(error); });
      });
    };
    const auto written = stream_ ? done(*stream_) : done(socket_);
    if (!written) return failure(Kind::timeout, fmt::format("the {} takes no more octets", peer_));
    if (*written) return failure(Kind::closed, written->message());
    return {};
  }

  std::expected<std::string_view, NetworkError> read(std::chrono::milliseconds patience) {
    std::size_t size = 0;
    const auto done = [&](auto& stream) {
      return wait(
          io_, patience,
          [&](auto finished) {
            stream.async_read_some(asio::buffer(buffer_),
                                   [finished, &size](const asio::error_code& error, std::size_t got) {
                                     size = got;
                                     finished(error);
                                   });
          },
          [this] {
            asio::error_code ignored;
            socket_.cancel(ignored);
          });
    };
    const auto got = stream_ ? done(*stream_) : done(socket_);
    if (!got && size > 0) return std::string_view(buffer_.data(), size);  // it came at the last moment
    if (!got) return failure(Kind::timeout, peer_ == "server" ? "no reply in time" : "no command in time");
    if (*got) {
      const bool orderly = *got == asio::error::eof || *got == asio::ssl::error::stream_truncated;
      return failure(Kind::closed, orderly ? fmt::format("the {} closed the connection", peer_) : got->message());
    }
    return std::string_view(buffer_.data(), size);
  }

  void close() {
    asio::error_code ignored;
    socket_.close(ignored);
  }

  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& tls_version() const noexcept { return tls_version_; }

  [[nodiscard]] bool readable() {
    asio::error_code error;
    // Under TLS octets on the socket may be nothing that is read: session tickets.
    if (stream_) return SSL_pending(stream_->native_handle()) > 0;
    return socket_.available(error) > 0 && !error;
  }

 private:
  template <typename Start>
  Waited run(Start start) {
    return wait(io_, timeout_, std::move(start), [this] { close(); });
  }

  std::expected<void, NetworkError> connect_local(const std::string& path) {
    host_ = "localhost";
    asio::local::stream_protocol::endpoint endpoint;
    if (path.size() + 1 > endpoint.capacity()) return failure(Kind::connect, fmt::format("{}: too long", path));
    endpoint.path(path);
    const auto connected = run([&](auto done) { socket_.async_connect(endpoint, done); });
    if (!connected || *connected) return failure(Kind::connect, fmt::format("{}: {}", path, reason(connected)));
    address_ = path;
    return {};
  }

  void opened(const tcp::endpoint& peer) {
    asio::error_code ignored;
    address_ = peer.address().to_string();
    port_ = peer.port();
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  /// Whom the client believes, and how it proves itself.
  std::expected<void, NetworkError> trust() {
    asio::error_code error;
    SSL_CTX_set_min_proto_version(context_->native_handle(), TLS1_2_VERSION);
    if (!tls_options_.insecure) {
      context_->set_verify_mode(asio::ssl::verify_peer, error);
      if (tls_options_.ca_file.empty()) {
        context_->set_default_verify_paths(error);
      } else {
        context_->load_verify_file(tls_options_.ca_file, error);
      }
      if (error) return failure(Kind::tls, fmt::format("certificates: {}", error.message()));
    }
    if (tls_options_.certificate.empty()) return {};
    const std::string& key = tls_options_.key.empty() ? tls_options_.certificate : tls_options_.key;
    context_->use_certificate_chain_file(tls_options_.certificate, error);
    if (!error) context_->use_private_key_file(key, asio::ssl::context::pem, error);
    if (error) return failure(Kind::tls, fmt::format("the client's certificate: {}", error.message()));
    return {};
  }

  std::expected<void, NetworkError> shake(asio::ssl::stream_base::handshake_type side) {
    const auto shaken = run([&](auto done) { stream_->async_handshake(side, done); });
    if (!shaken) return failure(Kind::timeout, "TLS handshake: no answer in time");
    if (*shaken)
      return failure(Kind::tls, fmt::format("TLS handshake: {}", why_not(stream_->native_handle(), *shaken)));
    tls_version_ = SSL_get_version(stream_->native_handle());
    return {};
  }

  std::chrono::milliseconds timeout_;
  TlsOptions tls_options_;
  asio::io_context io_;
  Socket socket_{io_};
  std::optional<asio::ssl::context> context_;
  std::optional<asio::ssl::stream<Socket&>> stream_;
  std::string peer_ = "server";
  std::string host_;
  std::string address_;
  std::uint16_t port_ = 0;
  std::string tls_version_;
  std::array<char, read_octets> buffer_{};
};

Connection::Connection(std::chrono::milliseconds timeout, TlsOptions tls)
    : state_(std::make_unique<State>(timeout, std::move(tls))) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;

std::expected<void, NetworkError> Connection::connect(const Target& target) {
  return state_->connect(target);
}
std::expected<void, NetworkError> Connection::start_tls() {
  return state_->start_tls();
}
std::expected<void, NetworkError> Connection::accept_tls(const TlsIdentity& identity) {
  return state_->accept_tls(identity);
}
std::expected<void, NetworkError> Connection::write(std::string_view octets) {
  return state_->write(octets);
}
std::expected<std::string_view, NetworkError> Connection::read() {
  return state_->read(state_->timeout());
}
std::expected<std::string_view, NetworkError> Connection::read(std::chrono::milliseconds patience) {
  return state_->read(patience);
}
void Connection::close() {
  state_->close();
}
const std::string& Connection::address() const noexcept {
  return state_->address();
}
std::uint16_t Connection::port() const noexcept {
  return state_->port();
}
const std::string& Connection::tls_version() const noexcept {
  return state_->tls_version();
}
bool Connection::readable() {
  return state_->readable();
}

class Listener::State {
 public:
  std::expected<void, NetworkError> listen(const Target& target) {
    constexpr std::chrono::seconds patience{10};
    const auto found = resolve(io_, target, patience);
    if (!found) return std::unexpected(found.error());
    asio::error_code error = asio::error::host_not_found;
    for (const auto& entry : *found) {
      const tcp::endpoint endpoint = entry.endpoint();
      acceptor_.open(endpoint.protocol(), error);
      if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
      if (!error) acceptor_.bind(endpoint, error);
      if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
      if (!error) return address_ = text_of(acceptor_.local_endpoint(error)), std::expected<void, NetworkError>{};
      asio::error_code ignored;
      acceptor_.close(ignored);
    }
    return failure(Kind::connect, fmt::format("{}:{}: {}", target.host, target.port, error.message()));
  }

  std::expected<Connection, NetworkError> accept(std::chrono::milliseconds patience,
                                                 std::chrono::milliseconds timeout) {
    tcp::socket accepted(io_);
    const auto got = wait(
        io_, patience, [&](auto done) { acceptor_.async_accept(accepted, done); },
        [&] {
          asio::error_code ignored;
          acceptor_.cancel(ignored);
        });
    if (!got) return failure(Kind::timeout, "no client in time");
    if (*got) return failure(Kind::closed, got->message());
    Connection connection(timeout, {});
    connection.state_->adopt(std::move(accepted));
    return connection;
  }

  [[nodiscard]] const std::string& address() const noexcept { return address_; }

 private:
  asio::io_context io_;
  tcp::acceptor acceptor_{io_};
  std::string address_;
};

Listener::Listener() : state_(std::make_unique<State>()) {}
Listener::~Listener() = default;
std::expected<void, NetworkError> Listener::listen(const Target& target) {
  return state_->listen(target);
}
const std::string& Listener::address() const noexcept {
  return state_->address();
}
std::expected<Connection, NetworkError> Listener::accept(std::chrono::milliseconds patience,
                                                         std::chrono::milliseconds timeout) {
  return state_->accept(patience, timeout);
}

}  // namespace mailparse::tools
