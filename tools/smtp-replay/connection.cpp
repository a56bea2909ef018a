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

constexpr std::size_t read_octets = 16 * 1024;

std::unexpected<NetworkError> failure(Kind kind, std::string text) {
  return std::unexpected(NetworkError{kind, std::move(text)});
}

}  // namespace

class Connection::State {
 public:
  State(std::chrono::milliseconds timeout, TlsOptions tls) : timeout_(timeout), tls_options_(std::move(tls)) {}

  std::expected<void, NetworkError> connect(const Target& target) {
    host_ = target.host;
    tcp::resolver resolver(io_);
    tcp::resolver::results_type found;
    const auto resolved = wait([&](auto done) {
      resolver.async_resolve(target.host, std::to_string(target.port),
                             [&found, done](const asio::error_code& error, tcp::resolver::results_type results) {
                               found = std::move(results);
                               done(error);
                             });
    });
    if (!resolved) return failure(Kind::resolve, fmt::format("{}: {}", target.host, text_of(resolved)));
    if (*resolved) return failure(Kind::resolve, fmt::format("{}: {}", target.host, resolved->message()));
    std::string last = "no address";
    for (const auto& entry : found) {
      const tcp::endpoint endpoint = entry.endpoint();
      if (target.loopback_only && !endpoint.address().is_loopback()) {
        return failure(Kind::forbidden,
                       fmt::format("{} is {}, not this machine", target.host, endpoint.address().to_string()));
      }
      const auto connected = wait([&](auto done) { socket_.async_connect(endpoint, done); });
      if (connected && !*connected) {
        address_ = endpoint.address().to_string();
        asio::error_code ignored;
        socket_.set_option(tcp::no_delay(true), ignored);
        return {};
      }
      last = connected ? connected->message() : text_of(connected);
      asio::error_code ignored;
      socket_.close(ignored);
    }
    return failure(Kind::connect, fmt::format("{}:{}: {}", target.host, target.port, last));
  }

  std::expected<void, NetworkError> start_tls() {
    asio::error_code error;
    context_.emplace(asio::ssl::context::tls_client);
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
    stream_.emplace(socket_, *context_);
    const std::string& name = tls_options_.name.empty() ? host_ : tls_options_.name;
    asio::ip::make_address(name, error);
    if (error) SSL_set_tlsext_host_name(stream_->native_handle(), name.c_str());  // RFC 6066 3: names only
    if (!tls_options_.insecure) stream_->set_verify_callback(asio::ssl::host_name_verification(name), error);
    const auto shaken = wait([&](auto done) { stream_->async_handshake(asio::ssl::stream_base::client, done); });
    if (!shaken) return failure(Kind::timeout, "TLS handshake: no answer in time");
    if (*shaken) return failure(Kind::tls, fmt::format("TLS handshake: {}", why_not(*shaken)));
    tls_version_ = SSL_get_version(stream_->native_handle());
    return {};
  }

  std::expected<void, NetworkError> write(std::string_view octets) {
    const auto done = [&](auto& stream) {
      return wait([&](auto finished) {
        asio::async_write(stream, asio::buffer(octets.data(), octets.size()),
                          [finished](const asio::error_code& error, std::size_t) { finished(error); });
      });
    };
    const auto written = stream_ ? done(*stream_) : done(socket_);
    if (!written) return failure(Kind::timeout, "the server takes no more octets");
    if (*written) return failure(Kind::closed, written->message());
    return {};
  }

  std::expected<std::string_view, NetworkError> read() {
    std::size_t size = 0;
    const auto done = [&](auto& stream) {
      return wait([&](auto finished) {
        stream.async_read_some(asio::buffer(buffer_),
                               [finished, &size](const asio::error_code& error, std::size_t got) {
                                 size = got;
                                 finished(error);
                               });
      });
    };
    const auto got = stream_ ? done(*stream_) : done(socket_);
    if (!got) return failure(Kind::timeout, "no reply in time");
    if (*got)
      return failure(Kind::closed, *got == asio::error::eof ? "the server closed the connection" : got->message());
    return std::string_view(buffer_.data(), size);
  }

  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] const std::string& tls_version() const noexcept { return tls_version_; }

  [[nodiscard]] bool readable() {
    asio::error_code error;
    return socket_.available(error) > 0 && !error;
  }

 private:
  using Waited = std::optional<asio::error_code>;  ///< nothing: the deadline passed

  static std::string text_of(const Waited&) { return "no answer in time"; }

  /// Runs one asynchronous operation to its end or to the deadline; in the second case it is cancelled first, so that
  /// nothing it uses is left in use.
  template <typename Start>
  Waited wait(Start start) {
    Waited result;
    start([&result](const asio::error_code& error) { result = error; });
    io_.restart();
    io_.run_for(timeout_);
    if (result) return result;
    asio::error_code ignored;
    socket_.close(ignored);
    io_.run();
    return std::nullopt;
  }

  [[nodiscard]] std::string why_not(const asio::error_code& error) {
    const long verdict = SSL_get_verify_result(stream_->native_handle());
    return verdict == X509_V_OK ? error.message() : X509_verify_cert_error_string(verdict);
  }

  std::chrono::milliseconds timeout_;
  TlsOptions tls_options_;
  asio::io_context io_;
  tcp::socket socket_{io_};
  std::optional<asio::ssl::context> context_;
  std::optional<asio::ssl::stream<tcp::socket&>> stream_;
  std::string host_;
  std::string address_;
  std::string tls_version_;
  std::array<char, read_octets> buffer_{};
};

Connection::Connection(std::chrono::milliseconds timeout, TlsOptions tls)
    : state_(std::make_unique<State>(timeout, std::move(tls))) {}
Connection::~Connection() = default;

std::expected<void, NetworkError> Connection::connect(const Target& target) {
  return state_->connect(target);
}
std::expected<void, NetworkError> Connection::start_tls() {
  return state_->start_tls();
}
std::expected<void, NetworkError> Connection::write(std::string_view octets) {
  return state_->write(octets);
}
std::expected<std::string_view, NetworkError> Connection::read() {
  return state_->read();
}
const std::string& Connection::address() const noexcept {
  return state_->address();
}
const std::string& Connection::tls_version() const noexcept {
  return state_->tls_version();
}
bool Connection::readable() {
  return state_->readable();
}

}  // namespace mailparse::tools
