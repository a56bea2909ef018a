#include <algorithm>
#include <utility>

#include <mailparse/source/tls.hpp>

#include "source/tls/cursor.hpp"
#include "source/tls/hello.hpp"

namespace mailparse {

namespace {

constexpr std::size_t header_octets = 5;
/// RFC 5246 6.2.3: what an encrypted fragment may have beyond 2^14.
constexpr std::uint32_t record_limit = (1U << 14) + 2048;
/// A chain of certificates of this length has not been met; OpenSSL takes 100 KiB at most.
constexpr std::size_t message_limit = 64 * 1024;
constexpr std::uint8_t change_cipher_spec_record = 20;
constexpr std::uint8_t alert_record = 21;
constexpr std::uint8_t handshake_record = 22;
constexpr std::uint8_t heartbeat_record = 24;

constexpr std::uint8_t client_hello_message = 1;
constexpr std::uint8_t server_hello_message = 2;
constexpr std::uint8_t certificate_message = 11;
constexpr std::uint16_t tls13 = 0x0304;

}  // namespace

void TlsReader::feed(Side side, std::string_view octets) {
  Stream& stream = stream_of(side);
  while (!octets.empty() && !stream.over) {
    if (stream.record_left == 0) {
      const std::size_t length = std::min(octets.size(), header_octets - stream.header.size());
      stream.header += octets.substr(0, length);
      octets.remove_prefix(length);
      if (stream.header.size() == header_octets) begin_record(stream);
      continue;
    }
    const std::string_view part = octets.substr(0, stream.record_left);
    octets.remove_prefix(part.size());
    stream.record_left -= static_cast<std::uint32_t>(part.size());
    if (!stream.handshake) continue;
    stream.message += part;
    read_messages(side, stream);
  }
}

void TlsReader::begin_record(Stream& stream) {
  tls::Cursor cursor(stream.header);
  const std::uint8_t type = cursor.u8();
  const std::uint16_t version = cursor.u16();
  stream.record_left = cursor.u16();
  stream.header.clear();
  stream.handshake = type == handshake_record;
  if (type < change_cipher_spec_record || type > heartbeat_record || version >> 8 != 3 ||
      stream.record_left > record_limit) {
    stream.alien = !stream.seen;
    stream.over = true;
    return;
  }
  stream.seen = true;
  // What follows is encrypted. TLS 1.3 sends it for show only (RFC 8446 D.4), and has nothing more in clear either.
  if (type != handshake_record && type != alert_record) stream.over = true;
}

void TlsReader::read_messages(Side side, Stream& stream) {
  std::string_view rest = stream.message;
  while (!stream.over && rest.size() >= 4) {
    tls::Cursor cursor(rest);
    const std::uint8_t type = cursor.u8();
    const std::uint32_t length = cursor.number(3);
    if (length > message_limit) {
      stream.over = true;
      return;
    }
    if (rest.size() < 4 + length) break;
    read_message(side, type, rest.substr(4, length));
    rest.remove_prefix(4 + length);
  }
  stream.message.erase(0, stream.message.size() - rest.size());
}

void TlsReader::read_message(Side side, std::uint8_t type, std::string_view body) {
  if (side == Side::client) {
    // A second one, after HelloRetryRequest, has nothing new to say.
    if (type == client_hello_message && !client_hello_) client_hello_ = tls::parse_client_hello(body);
    return;
  }
  if (type == server_hello_message) server_hello_ = tls::parse_server_hello(body);
  if (type != certificate_message || certificate_ || (server_hello_ && server_hello_->version >= tls13)) return;
  // The server's own comes first (RFC 5246 7.4.2).
  tls::Cursor chain(tls::Cursor(body).vector(3));
  certificate_ = tls::parse_certificate(chain.vector(3));
}

void TlsReader::lose(Side side) noexcept {
  stream_of(side).over = true;
}

std::optional<bool> TlsReader::is_tls(Side side) const noexcept {
  const Stream& stream = streams_[side == Side::client ? 0 : 1];
  if (stream.alien) return false;
  return stream.seen ? std::optional(true) : std::nullopt;
}

bool TlsReader::done() const noexcept {
  return streams_[0].over && streams_[1].over;
}

}  // namespace mailparse
