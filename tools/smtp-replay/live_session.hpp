// The live conversation, read by the library's own session and kept as an ordinary session record.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/stream.hpp>
#include <mailparse/session/dialogue.hpp>
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

struct LiveCommand {
  std::string verb;       ///< as in CommandEvent
  std::string text;       ///< as sent
  std::string shown;      ///< secrets masked
  std::uint64_t end = 0;  ///< client octets up to the end of the line
};

struct LiveEnds {
  std::uint64_t number = 1;  ///< N of the record's id "s-N"
  std::optional<Endpoint> client;
  std::optional<Endpoint> server;
  bool secured = false;  ///< TLS from the first octet
};

/// N of a recorded session's id "s-N", so that the live one bears the same; 1 where the id is of another form.
[[nodiscard]] std::uint64_t number_of(std::string_view id) noexcept;

class LiveSession final : public DialogueSink {
 public:
  /// Octets of all messages that are kept for comparison; what is beyond is left out.
  static constexpr std::size_t most_message_octets = 64 * 1024 * 1024;

  /// `listener` receives the record at finish() and must outlive this.
  LiveSession(Protocol protocol, LiveEnds ends, TraceListener& listener);
  ~LiveSession() override;

  /// Octets that `side` sent.
  void feed(Side side, std::string_view octets);
  /// The server says no more before the client speaks again.
  void settle();
  /// The oldest reply that was not taken yet.
  [[nodiscard]] std::optional<LiveReply> take_reply();
  /// The oldest command that was not taken yet; the end of a message's octets is one.
  [[nodiscard]] std::optional<LiveCommand> take_command();
  /// Messages in transit, as the receiver keeps them; the last one may still grow.
  [[nodiscard]] const std::vector<std::string>& messages() const noexcept { return messages_; }
  /// A message has begun and not ended.
  [[nodiscard]] bool in_message() const noexcept { return in_message_; }
  [[nodiscard]] std::uint64_t client_octets() const noexcept { return client_octets_; }
  /// `side` closed.
  void closed(Side side);
  void finish();

  void on_command(const CommandEvent& command) override;
  void on_reply(const ReplyEvent& reply) override;
  void on_message_start(const MessageStart& start) override;
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override;
  void on_message_gap(std::uint64_t length, const Stamp& stamp) override { recorder_.on_message_gap(length, stamp); }
  void on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset,
                      const Stamp& stamp) override;
  void on_auth(const AuthEvent& auth) override { recorder_.on_auth(auth); }
  void on_smuggled(const SmuggledEvent& hidden) override { recorder_.on_smuggled(hidden); }
  void on_opaque(const Chunk& chunk) override { recorder_.on_opaque(chunk); }
  void on_close(Side side, StreamEnd end, const Stamp& stamp) override { recorder_.on_close(side, end, stamp); }
  void report(Diagnostic diagnostic) override { recorder_.report(std::move(diagnostic)); }

 private:
  [[nodiscard]] static Stamp now();
  void end(Side side, StreamEnd how);

  std::uint64_t client_octets_ = 0;
  std::uint64_t server_octets_ = 0;
  std::size_t kept_octets_ = 0;
  bool in_message_ = false;
  std::array<bool, 2> ended_{};
  std::deque<LiveReply> replies_;
  std::vector<std::string> untagged_;  ///< IMAP: responses that belong to the next tagged one
  std::deque<LiveCommand> commands_;
  std::vector<std::string> messages_;
  SessionRecorder recorder_;
  std::unique_ptr<StreamSink> session_;
  SmtpSession* smtp_ = nullptr;  ///< session_, where it is one
};

}  // namespace mailparse::tools
