// The door between a dialogue in plain text and TLS: holds what the client sends behind STARTTLS until the reply
// decides what it is, and turns both sides opaque once TLS begins. For POP3 and IMAP. Layer: session, private. RFC 2595
// 4, RFC 9051 6.2.1.
#pragma once

#include <cstdint>
#include <string>

#include <mailparse/base/limits.hpp>
#include <mailparse/base/stream.hpp>
#include <mailparse/session/dialogue.hpp>

#include "session/tls_watch.hpp"

namespace mailparse {

/// Reads plain text behind the gate.
class PlainReader {
 public:
  virtual ~PlainReader() = default;
  /// Removes from the front of `chunk` what it reads: one command at most, so that the gate may close behind it.
  virtual void read_client(Chunk& chunk) = 0;
  /// The same for one reply.
  virtual void read_server(Chunk& chunk) = 0;
};

class TlsGate {
 public:
  TlsGate(PlainReader& reader, DialogueSink& sink, const Limits& limits, bool wire_exact, bool secured)
      : reader_(reader), sink_(sink), watch_(sink, wire_exact, secured), limit_(limits.line_octets) {}

  void on_chunk(Chunk chunk);
  /// Octets are missing or a side has ended: nothing waits for the reply any longer.
  void interrupt();

  /// STARTTLS or STLS was read.
  void asked();
  void accepted();
  void refused(std::uint64_t offset, std::uint64_t length);
  /// Both sides are opaque from here on, for a reason other than TLS.
  void close() noexcept { state_ = State::opaque; }

  [[nodiscard]] bool opaque() const noexcept { return state_ == State::opaque; }
  [[nodiscard]] TlsWatch& watch() noexcept { return watch_; }

 private:
  enum class State : std::uint8_t {
    plain,     ///< both sides are read
    asked,     ///< the client's octets are held until the reply comes
    accepted,  ///< the client's next octets show whether TLS begins
    opaque,    ///< nothing is read any more
  };

  void client(Chunk& chunk);
  void server(Chunk& chunk);
  /// Takes from the front of `chunk` what may be held.
  void hold(Chunk& chunk);
  void release();

  PlainReader& reader_;
  DialogueSink& sink_;
  TlsWatch watch_;
  std::uint64_t limit_;
  State state_ = State::plain;
  bool server_line_begins_ = true;
  bool server_tls_ = false;   ///< the server began TLS, whatever the client does
  bool interrupted_ = false;  ///< what was held is being read without a reply
  std::string held_;
  std::uint64_t held_offset_ = 0;
  Stamp held_stamp_;
};

}  // namespace mailparse
