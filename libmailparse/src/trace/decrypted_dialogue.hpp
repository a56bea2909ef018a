// A dialogue that goes on inside TLS, told as one with what came before it.
// Layer: trace, private. RFC 3207, RFC 2595, RFC 9051 6.2.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <mailparse/base/limits.hpp>
#include <mailparse/session/dialogue.hpp>
#include <mailparse/source/conversation.hpp>
#include <mailparse/source/tls_decryption.hpp>
#include <mailparse/trace/session_recorder.hpp>

namespace mailparse {

/// Stands between a session and its recorder. Where the session can read no further and the key log has the secrets of
/// the TLS that begins there, a second session reads the inside, and its commands are numbered on from the first one's.
/// Offsets of what is inside count on from the first octet of TLS. Where something is wrong with the TLS, the
/// dialogue ends there and the rest is opaque.
class DecryptedDialogue final : public DialogueSink {
 public:
  /// `keys` and `recorder` must outlive it.
  DecryptedDialogue(const TlsKeyLog& keys, Protocol protocol, const ConversationStart& start, const Limits& limits,
                    SessionRecorder& recorder);
  ~DecryptedDialogue() override;

  void on_command(const CommandEvent& command) override;
  void on_reply(const ReplyEvent& reply) override { recorder_.on_reply(reply); }
  void on_message_start(const MessageStart& start) override { recorder_.on_message_start(start); }
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override {
    recorder_.on_message_octets(octets, offset, stamp);
  }
  void on_message_gap(std::uint64_t length, const Stamp& stamp) override { recorder_.on_message_gap(length, stamp); }
  void on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset,
                      const Stamp& stamp) override {
    recorder_.on_message_end(end, n, offset, stamp);
  }
  void on_uid(std::string_view uid) override { recorder_.on_uid(uid); }
  void on_auth(const AuthEvent& auth) override { recorder_.on_auth(auth); }
  void on_smuggled(const SmuggledEvent& hidden) override { recorder_.on_smuggled(hidden); }
  void on_opaque(const Chunk& chunk) override;
  void on_close(Side side, StreamEnd end, const Stamp& stamp) override;
  void report(Diagnostic diagnostic) override { recorder_.report(std::move(diagnostic)); }

  /// The conversation is over: tells the recorder what became of its TLS.
  void finish();

 private:
  class Inside;

  const TlsKeyLog& keys_;
  Protocol protocol_;
  ConversationStart start_;
  Limits limits_;
  SessionRecorder& recorder_;
  std::uint64_t commands_ = 0;  ///< number of the last one in the clear
  std::unique_ptr<Inside> inside_;
};

}  // namespace mailparse
