#include <algorithm>
#include <optional>
#include <utility>

#include <mailparse/source/tls.hpp>
#include <mailparse/source/tls_decryption.hpp>

#include "source/tls/cursor.hpp"
#include "source/tls/key_schedule.hpp"

namespace mailparse {
namespace {

constexpr std::size_t header_octets = 5;
constexpr std::size_t random_octets = 32;
/// RFC 5246 6.2.3, RFC 8446 5.2.
constexpr std::size_t record_limit = (1U << 14) + 2048;
constexpr std::size_t message_limit = 64 * 1024;

constexpr std::uint8_t change_cipher_spec_record = 20;
constexpr std::uint8_t alert_record = 21;
constexpr std::uint8_t handshake_record = 22;
constexpr std::uint8_t data_record = 23;

constexpr std::uint8_t client_hello_message = 1;
constexpr std::uint8_t server_hello_message = 2;
constexpr std::uint8_t finished_message = 20;
constexpr std::uint8_t key_update_message = 24;

/// A ServerHello with this random is a HelloRetryRequest. RFC 8446 4.1.3.
constexpr std::string_view retry_random =
    "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91"
    "\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09\xE2\xC8\xA8\x33\x9C";

constexpr std::array<std::string_view, 2> handshake_labels{"CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                                                           "SERVER_HANDSHAKE_TRAFFIC_SECRET"};
constexpr std::array<std::string_view, 2> traffic_labels{"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"};

}  // namespace

std::string_view to_string(TlsTrouble trouble) noexcept {
  switch (trouble) {
    case TlsTrouble::none:
      return "none";
    case TlsTrouble::no_handshake:
      return "no-handshake";
    case TlsTrouble::no_secrets:
      return "no-secrets";
    case TlsTrouble::cipher:
      return "cipher";
    case TlsTrouble::octets_missing:
      return "octets-missing";
    case TlsTrouble::wrong_secret:
      return "wrong-secret";
    case TlsTrouble::renegotiation:
      return "renegotiation";
    case TlsTrouble::malformed:
      return "malformed";
  }
  return {};
}

class TlsDecryptor::Machine {
 public:
  Machine(const TlsKeyLog& keys, StreamSink& inner) : keys_(keys), inner_(inner) {}

  void chunk(const Chunk& chunk);
  void lose(Side side) noexcept {
    Stream& stream = streams_[static_cast<std::size_t>(side)];
    if (!stream.over) fail(stream, TlsTrouble::octets_missing);
  }
  [[nodiscard]] bool decrypted() const noexcept { return decrypted_; }
  [[nodiscard]] TlsTrouble trouble() const noexcept { return trouble_; }

 private:
  struct Stream {
    std::string record;                 ///< the unfinished one, with its header
    std::string message;                ///< handshake octets that no message has used yet
    std::optional<std::uint64_t> next;  ///< offset of the next octet outside
    std::uint64_t offset = 0;           ///< and inside
    std::string secret;                 ///< TLS 1.3: of the keys
    tls::TrafficKeys keys;
    bool sealed = false;       ///< records are encrypted
    bool application = false;  ///< TLS 1.3: the handshake of this side is over
    bool over = false;         ///< nothing more is read
  };

  void record(Side side, Stream& stream, const Stamp& stamp);
  void content(Side side, Stream& stream, std::uint8_t type, std::string_view octets, const Stamp& stamp);
  void messages(Side side, Stream& stream);
  void message(Side side, Stream& stream, std::uint8_t type, std::string_view body);
  void server_hello(std::string_view body);
  void seal12(Side side, Stream& stream);
  void seal13();
  void use_secret(Stream& stream, std::string_view secret);
  void fail(Stream& stream, TlsTrouble trouble) noexcept {
    stream.over = true;
    stream.record = {};
    stream.message = {};
    if (trouble_ == TlsTrouble::none) trouble_ = trouble;
  }
  void fail_both(TlsTrouble trouble) noexcept {
    for (Stream& stream : streams_) fail(stream, trouble);
  }

  const TlsKeyLog& keys_;
  StreamSink& inner_;
  std::array<Stream, 2> streams_;
  std::string client_random_;
  std::string server_random_;
  const tls::Suite* suite_ = nullptr;
  TlsTrouble trouble_ = TlsTrouble::none;
  bool decrypted_ = false;
};

void TlsDecryptor::Machine::chunk(const Chunk& chunk) {
  Stream& stream = streams_[static_cast<std::size_t>(chunk.side)];
  if (!stream.next) stream.offset = chunk.offset;
  if (stream.next.value_or(chunk.offset) != chunk.offset) lose(chunk.side);
  stream.next = chunk.offset + chunk.octets.size();
  std::string_view octets = chunk.octets;
  while (!octets.empty() && !stream.over) {
    const std::size_t have = stream.record.size();
    std::size_t wanted = header_octets;
    if (have >= header_octets) {
      const auto length = tls::Cursor(std::string_view(stream.record).substr(3)).u16();
      if (length > record_limit || stream.record[1] != 3) return fail(stream, TlsTrouble::malformed);
      wanted += length;
    }
    const std::string_view part = octets.substr(0, wanted - have);
    stream.record += part;
    octets.remove_prefix(part.size());
    if (stream.record.size() < wanted) return;
    if (wanted == header_octets && std::string_view(stream.record).substr(3) != std::string_view("\0\0", 2)) continue;
    record(chunk.side, stream, chunk.stamp);
    stream.record.clear();
  }
}

void TlsDecryptor::Machine::record(Side side, Stream& stream, const Stamp& stamp) {
  const std::string whole = std::exchange(stream.record, {});
  const std::string_view header = std::string_view(whole).substr(0, header_octets);
  const std::string_view body = std::string_view(whole).substr(header_octets);
  const auto type = static_cast<std::uint8_t>(header[0]);
  if (type == change_cipher_spec_record) {
    // In TLS 1.3 it is for show only (RFC 8446 D.4).
    if (suite_ == nullptr) return fail_both(TlsTrouble::no_handshake);
    return suite_->tls13 ? void() : seal12(side, stream);
  }
  if (!stream.sealed) {
    if (type == data_record) return fail_both(TlsTrouble::no_handshake);
    return content(side, stream, type, body, stamp);
  }
  // An alert before the keys are in use is plain even in TLS 1.3.
  if (suite_->tls13 && type == alert_record) return;
  std::optional<std::string> plain = tls::open_record(*suite_, stream.keys, header, body);
  if (!plain) return fail(stream, TlsTrouble::wrong_secret);
  if (!suite_->tls13) return content(side, stream, type, *plain, stamp);
  const std::size_t last = plain->find_last_not_of('\0');
  if (last == std::string::npos) return fail(stream, TlsTrouble::malformed);
  content(side, stream, static_cast<std::uint8_t>((*plain)[last]), std::string_view(*plain).substr(0, last), stamp);
}

void TlsDecryptor::Machine::content(Side side, Stream& stream, std::uint8_t type, std::string_view octets,
                                    const Stamp& stamp) {
  if (type == handshake_record) {
    stream.message += octets;
    return messages(side, stream);
  }
  if (type != data_record || octets.empty()) return;
  decrypted_ = true;
  const std::uint64_t offset = std::exchange(stream.offset, stream.offset + octets.size());
  inner_.on_chunk({.side = side, .offset = offset, .octets = octets, .stamp = stamp});
}

void TlsDecryptor::Machine::messages(Side side, Stream& stream) {
  std::size_t used = 0;
  while (!stream.over && stream.message.size() - used >= 4) {
    tls::Cursor cursor(std::string_view(stream.message).substr(used));
    const std::uint8_t type = cursor.u8();
    const std::uint32_t length = cursor.number(3);
    if (length > message_limit) return fail(stream, TlsTrouble::malformed);
    const std::string body(cursor.take(length));
    if (!cursor.ok()) break;
    used += 4 + length;
    message(side, stream, type, body);
  }
  if (!stream.over) stream.message.erase(0, used);
}

void TlsDecryptor::Machine::message(Side side, Stream& stream, std::uint8_t type, std::string_view body) {
  if (side == Side::client && type == client_hello_message) {
    if (stream.sealed) return fail_both(TlsTrouble::renegotiation);
    client_random_ = body.substr(std::min<std::size_t>(2, body.size()), random_octets);
  } else if (side == Side::server && type == server_hello_message) {
    server_hello(body);
  } else if (type == finished_message && suite_ != nullptr && suite_->tls13 && !stream.application) {
    stream.application = true;
    use_secret(stream, keys_.find(traffic_labels[static_cast<std::size_t>(side)], client_random_));
  } else if (type == key_update_message && stream.application) {
    const std::string next = tls::next_secret(*suite_, stream.secret);
    use_secret(stream, next);
  }
}

void TlsDecryptor::Machine::server_hello(std::string_view body) {
  tls::Cursor cursor(body);
  cursor.u16();
  server_random_ = cursor.take(random_octets);
  cursor.vector(1);  // session identifier
  const std::uint16_t number = cursor.u16();
  if (!cursor.ok() || client_random_.size() != random_octets) return fail_both(TlsTrouble::no_handshake);
  if (server_random_ == retry_random) return;
  suite_ = tls::find_suite(number);
  if (suite_ == nullptr) return fail_both(TlsTrouble::cipher);
  if (suite_->tls13) seal13();
}

void TlsDecryptor::Machine::seal13() {
  for (std::size_t side = 0; side < 2; ++side)
    use_secret(streams_[side], keys_.find(handshake_labels[side], client_random_));
}

/// RFC 8446 5.3: each change of keys begins a new count.
void TlsDecryptor::Machine::use_secret(Stream& stream, std::string_view secret) {
  if (secret.empty()) return fail(stream, TlsTrouble::no_secrets);
  stream.keys = tls::traffic_keys(*suite_, secret);
  stream.secret = secret;
  stream.sealed = true;
}

void TlsDecryptor::Machine::seal12(Side side, Stream& stream) {
  if (stream.sealed) return fail_both(TlsTrouble::renegotiation);
  const std::string_view master_secret = keys_.find("CLIENT_RANDOM", client_random_);
  if (master_secret.empty()) return fail_both(TlsTrouble::no_secrets);
  stream.keys = tls::key_block(*suite_, master_secret, client_random_, server_random_)[static_cast<std::size_t>(side)];
  stream.sealed = true;
}

TlsDecryptor::TlsDecryptor(const TlsKeyLog& keys, StreamSink& inner)
    : machine_(std::make_unique<Machine>(keys, inner)) {}
TlsDecryptor::~TlsDecryptor() = default;

void TlsDecryptor::on_chunk(const Chunk& chunk) {
  machine_->chunk(chunk);
}
void TlsDecryptor::lose(Side side) noexcept {
  machine_->lose(side);
}
bool TlsDecryptor::decrypted() const noexcept {
  return machine_->decrypted();
}
TlsTrouble TlsDecryptor::trouble() const noexcept {
  return machine_->trouble();
}

}  // namespace mailparse
