// What a session tells, as lines of text, so that a test reads as its expectation.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <mailparse/session/dialogue.hpp>

namespace mailparse {

/// Tells events as lines of text: `C2 FETCH <a FETCH 1 BODY[]>`, `S a OK ->2 <done>`, `M ...`, `A ...`, `!
/// code@offset`.
class DialogueLog final : public DialogueSink {
 public:
  void on_command(const CommandEvent& command) override {
    add("C" + std::to_string(command.n) + " " + std::string(command.verb) + " <" +
        masked(command.text, command.secrets) + ">");
  }
  void on_reply(const ReplyEvent& reply) override {
    add("S " + std::string(reply.tag) + " " + std::string(reply.status) +
        (reply.answers ? " ->" + std::to_string(*reply.answers) : "") + " <" +
        masked(reply.lines.front(), reply.secrets) + ">" + rest(reply.lines.subspan(1)));
  }
  void on_message_start(const MessageStart& start) override {
    message_ = "M " + std::string(start.verb) + " " + std::to_string(start.n) + " at " + std::to_string(start.offset) +
               " id " + std::string(start.id) + " box " + std::string(start.mailbox) +
               (start.partial ? " partial" : "") + " <";
  }
  void on_message_octets(std::string_view octets, std::uint64_t, const Stamp&) override { message_ += octets; }
  void on_message_gap(std::uint64_t length, const Stamp&) override {
    message_ += "(" + std::to_string(length) + " lost)";
  }
  void on_message_end(MessageEnd end, std::optional<std::uint64_t>, std::uint64_t offset, const Stamp&) override {
    add(std::exchange(message_, {}) + "> " + std::string(to_string(end)) + " " + std::to_string(offset));
  }
  void on_auth(const AuthEvent& auth) override {
    constexpr std::string_view outcomes[] = {"accepted", "rejected", "aborted", "unknown"};
    add("A " + std::to_string(auth.n) + " " + std::string(auth.mechanism) + " " +
        std::string(auth.identity.value_or("-")) + " " + std::string(outcomes[static_cast<std::size_t>(auth.outcome)]));
  }
  void on_opaque(const Chunk& chunk) override { opaque[static_cast<std::size_t>(chunk.side)] += chunk.octets; }
  void on_smuggled(const SmuggledEvent&) override { add("smuggled"); }
  void on_close(Side, StreamEnd, const Stamp&) override {}
  void report(Diagnostic d) override {
    add("! " + std::string(info(d.code).name) + "@" + std::to_string(d.offset) + "+" + std::to_string(d.length));
  }

  std::vector<std::string> lines;
  std::string opaque[2];

 private:
  static std::string rest(std::span<const std::string_view> more) {
    std::string out;
    for (const auto line : more) out += " <" + std::string(line) + ">";
    return out;
  }
  static std::string masked(std::string_view text, std::span<const SecretRange> secrets) {
    std::string out;
    std::size_t at = 0;
    for (const SecretRange& secret : secrets) {
      out += text.substr(at, secret.offset - at);
      out += "***";
      at = secret.offset + secret.length;
    }
    return out += text.substr(at);
  }
  void add(std::string line) { lines.push_back(std::move(line)); }
  std::string message_;
};

using Turn = std::pair<char, std::string_view>;  ///< 'C' or 'S', octets

/// Runs the turns through a session, each turn fed in pieces of `step` octets, and closes both sides.
template <class Session, class Options>
DialogueLog run_session(const std::vector<Turn>& turns, std::size_t step, const Options& options,
                        StreamEnd end = StreamEnd::closed) {
  DialogueLog log;
  Session session(log, options);
  std::uint64_t offsets[2] = {0, 0};
  for (const auto& [who, octets] : turns) {
    const Side side = who == 'C' ? Side::client : Side::server;
    std::uint64_t& offset = offsets[static_cast<std::size_t>(side)];
    for (std::size_t at = 0; at < octets.size(); at += step) {
      const std::string piece(octets.substr(at, step));  // a copy, so that a view kept too long is seen by ASan
      session.on_chunk({.side = side, .offset = offset, .octets = piece, .stamp = {}});
      offset += piece.size();
    }
  }
  session.on_end(Side::client, end, {});
  session.on_end(Side::server, end, {});
  return log;
}

}  // namespace mailparse
