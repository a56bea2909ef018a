// The live conversation, read by the library's own session and kept as an ordinary session record.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/session/smtp_session.hpp>
#include <mailparse/trace/session_recorder.hpp>

#include "smtp-replay/recorded_session.hpp"

namespace mailparse::tools {

struct LiveReply {
  RecordedReply reply;    ///< secrets masked
  std::string challenge;  ///< the last line as sent; for SASL only
  bool asked_for = true;  ///< false: it answers nothing that was sent
  Timestamp at;
};

class LiveSession final : public DialogueSink {
 public:
  /// `listener` receives the record at finish() and must outlive this.
  LiveSession(Protocol protocol, std::optional<Endpoint> server, TraceListener& listener);

  void sent(std::string_view octets) { feed(Side::client, octets); }
  void received(std::string_view octets) { feed(Side::server, octets); }
  /// The oldest reply that was not taken yet.
  [[nodiscard]] std::optional<LiveReply> take_reply();
  /// The server closed, or the client when it had enough.
  void closed(Side side);
  void finish();

  void on_command(const CommandEvent& command) override { recorder_.on_command(command); }
  void on_reply(const ReplyEvent& reply) override;
  void on_message_start(const MessageStart& start) override { recorder_.on_message_start(start); }
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override {
    recorder_.on_message_octets(octets, offset, stamp);
  }
  void on_message_gap(std::uint64_t length, const Stamp& stamp) override { recorder_.on_message_gap(length, stamp); }
  void on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset,
                      const Stamp& stamp) override {
    recorder_.on_message_end(end, n, offset, stamp);
  }
  void on_auth(const AuthEvent& auth) override { recorder_.on_auth(auth); }
  void on_smuggled(const SmuggledEvent& hidden) override { recorder_.on_smuggled(hidden); }
  void on_opaque(const Chunk& chunk) override { recorder_.on_opaque(chunk); }
  void on_close(Side side, StreamEnd end, const Stamp& stamp) override { recorder_.on_close(side, end, stamp); }
  void report(Diagnostic diagnostic) override { recorder_.report(std::move(diagnostic)); }

 private:
  void feed(Side side, std::string_view octets);
  [[nodiscard]] Stamp now() const;

  std::uint64_t client_octets_ = 0;
  std::uint64_t server_octets_ = 0;
  std::deque<LiveReply> replies_;
  SessionRecorder recorder_;
  SmtpSession session_;
};

}  // namespace mailparse::tools
