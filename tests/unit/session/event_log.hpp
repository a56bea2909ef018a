// A dialogue as readable lines, for tests that compare whole dialogues.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/session/dialogue.hpp>

namespace mailparse::testing {

/// Octets as C would write them.
std::string escape(std::string_view octets);
/// The octets that escape() wrote.
std::string unescape(std::string_view text);

/// Writes a line for each event. Runs of message octets, and of opaque octets of one side, that follow each other are
/// one line, so that the log does not depend on how a stream is cut. Breaches of what every dialogue promises (views
/// inside, offsets ascending, messages that begin before they end) are lines that begin with "BROKEN".
class EventLog final : public DialogueSink {
 public:
  /// `places`: commands and replies with their offsets and lengths too.
  explicit EventLog(bool places) : places_(places) {}

  void report(Diagnostic diagnostic) override;
  void on_command(const CommandEvent& command) override;
  void on_reply(const ReplyEvent& reply) override;
  void on_message_start(const MessageStart& start) override;
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override;
  void on_message_gap(std::uint64_t length, const Stamp& stamp) override;
  void on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset,
                      const Stamp& stamp) override;
  void on_auth(const AuthEvent& auth) override;
  void on_uid(std::string_view uid) override;
  void on_smuggled(const SmuggledEvent& smuggled) override;
  void on_opaque(const Chunk& chunk) override;
  void on_close(Side side, StreamEnd end, const Stamp& stamp) override;

  /// The log so far, a line an event.
  [[nodiscard]] std::string text();
  /// Codes of the findings, sorted: "code(severity)".
  [[nodiscard]] std::vector<std::string> codes() const;

 private:
  void add(std::string line);
  void flush();
  std::string hidden(std::string_view text, std::span<const SecretRange> secrets, std::uint64_t line);

  bool places_;
  std::string log_;
  std::string octets_;
  std::string opaque_;
  Side opaque_side_ = Side::client;
  std::vector<std::string> codes_;
  std::uint64_t last_n_ = 0;
  std::uint64_t message_offset_ = 0;
  bool in_message_ = false;
};

}  // namespace mailparse::testing
