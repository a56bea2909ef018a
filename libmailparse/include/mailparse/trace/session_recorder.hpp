// Turns one dialogue into its record.
// Layer: trace. The records contract in docs/schema/session.json; RFC 5321 3.3, RFC 2033, RFC 3207.
#pragma once

#include <memory>
#include <string_view>

#include <mailparse/base/limits.hpp>
#include <mailparse/session/dialogue.hpp>
#include <mailparse/source/conversation.hpp>
#include <mailparse/trace/trace_listener.hpp>

namespace mailparse {

struct RecorderOptions {
  bool show_secrets = false;  ///< passwords and their proofs stay readable in the texts
  Limits limits{};
};

/// Pairs commands with replies, tells transactions apart, digests messages as they pass, and hands the finished record
/// to a listener. Message octets are never kept. What is beyond `limits` is counted in the record and left out.
class SessionRecorder final : public DialogueSink {
 public:
  /// `listener` must outlive the recorder. The listener is told of the conversation's opening at once.
  SessionRecorder(ConversationStart start, Protocol protocol, std::optional<double> confidence,
                  const RecorderOptions& options, TraceListener& listener);
  ~SessionRecorder() override;
  SessionRecorder(const SessionRecorder&) = delete;
  SessionRecorder& operator=(const SessionRecorder&) = delete;

  void on_command(const CommandEvent& command) override;
  void on_reply(const ReplyEvent& reply) override;
  void on_message_start(const MessageStart& start) override;
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override;
  void on_message_gap(std::uint64_t length, const Stamp& stamp) override;
  void on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset,
                      const Stamp& stamp) override;
  void on_uid(std::string_view uid) override;
  void on_auth(const AuthEvent& auth) override;
  void on_smuggled(const SmuggledEvent& hidden) override;
  void on_opaque(const Chunk& chunk) override;
  void on_close(Side side, StreamEnd end, const Stamp& stamp) override;
  void report(Diagnostic diagnostic) override;

  /// Octets of TLS whose inside is, or may yet be, told as this dialogue.
  void on_tls(const Chunk& chunk);
  /// The conversation began with a TLS handshake.
  void mark_implicit_tls();
  /// What else is known of its TLS, but for what on_opaque() and on_tls() showed.
  void mark_tls(const TlsRecord& known);
  /// The conversation came through a tunnel.
  void mark_tunnel(const Tunnel& tunnel);
  /// What DNS calls both ends.
  void mark_names(PeerNames names);
  /// Something is left out by the source on purpose: the record is not complete. Called before the reader of the
  /// protocol hears of it.
  void mark_elided(const Elided& elided);
  /// The conversation is over: completes the record and gives it to the listener. Nothing may be called afterwards.
  void finish(const ConversationEnd& end);

  [[nodiscard]] const SessionRecord& record() const noexcept;

 private:
  class Recording;
  std::unique_ptr<Recording> recording_;
};

}  // namespace mailparse
