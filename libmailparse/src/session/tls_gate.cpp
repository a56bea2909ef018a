#include "session/tls_gate.hpp"

#include <utility>

namespace mailparse {

void TlsGate::on_chunk(Chunk chunk) {
  chunk.side == Side::client ? client(chunk) : server(chunk);
}

void TlsGate::client(Chunk& chunk) {
  while (!chunk.octets.empty()) {
    if (state_ == State::accepted) {
      watch_.first_client_octets(chunk.octets, chunk.offset);
      state_ = looks_like_tls(chunk.octets) ? State::opaque : State::plain;
    }
    if (state_ == State::opaque) return sink_.on_opaque(chunk);
    if (state_ == State::asked) {
      hold(chunk);
      continue;
    }
    reader_.read_client(chunk);
  }
}

void TlsGate::server(Chunk& chunk) {
  while (!chunk.octets.empty()) {
    if (state_ == State::accepted) watch_.first_server_octets(chunk.octets, chunk.offset);
    if (state_ == State::accepted && server_line_begins_ && looks_like_tls(chunk.octets)) server_tls_ = true;
    if (state_ == State::opaque || server_tls_) return sink_.on_opaque(chunk);
    const std::string_view before = chunk.octets;
    reader_.read_server(chunk);
    const std::size_t taken = before.size() - chunk.octets.size();
    if (taken > 0) server_line_begins_ = before[taken - 1] == '\n';
  }
}

void TlsGate::hold(Chunk& chunk) {
  if (held_.empty()) {
    held_offset_ = chunk.offset;
    held_stamp_ = chunk.stamp;
  }
  // So much and no more, that what follows does not depend on how the octets are cut.
  const std::string_view part = chunk.octets.substr(0, limit_ + 1 - held_.size());
  held_.append(part);
  chunk.octets.remove_prefix(part.size());
  chunk.offset += part.size();
  // A client that says so much without waiting is not answered any more, or the server's side is missing.
  if (held_.size() > limit_) interrupt();
}

void TlsGate::asked() {
  if (state_ != State::plain) return;
  watch_.asked();
  if (!interrupted_) state_ = State::asked;
}

void TlsGate::accepted() {
  if (state_ != State::asked) return;
  watch_.tls_begins(held_, held_offset_);
  if (looks_like_tls(held_)) {
    state_ = State::opaque;
  } else {
    // What was injected is told like any command; behind it stands the handshake.
    state_ = State::plain;
    release();
    state_ = State::accepted;
  }
  if (held_.empty()) return;
  sink_.on_opaque({.side = Side::client, .offset = held_offset_, .octets = held_, .stamp = held_stamp_});
  held_.clear();
}

void TlsGate::refused(std::uint64_t offset, std::uint64_t length) {
  if (state_ != State::asked) return;
  watch_.refused(offset, length);
  state_ = State::plain;
  release();
}

void TlsGate::interrupt() {
  if (state_ != State::asked) return;
  state_ = looks_like_tls(held_) ? State::opaque : State::plain;
  if (state_ == State::plain) {
    // What was held may ask once more; it does not wait for that reply either.
    interrupted_ = true;
    release();
    interrupted_ = false;
    return;
  }
  sink_.on_opaque({.side = Side::client, .offset = held_offset_, .octets = held_, .stamp = held_stamp_});
  held_.clear();
}

void TlsGate::release() {
  const std::string held = std::exchange(held_, {});
  Chunk chunk{.side = Side::client, .offset = held_offset_, .octets = held, .stamp = held_stamp_};
  client(chunk);
}

}  // namespace mailparse
