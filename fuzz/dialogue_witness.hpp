// What the drivers of the mail sessions share: the steps of an input, and a witness of what a session tells.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/session/dialogue.hpp>

#include "require.hpp"

namespace mailparse::fuzz {

/// What a step does: the low three bits.
enum class Step : std::uint8_t {
  client,
  server,
  client_gap,
  server_gap,
  elided_body,
  elided_secret,
  elided_reply,
  end
};

/// Writes what is told, and checks it.
class Witness : public DialogueSink {
 public:
  void report(Diagnostic diagnostic) override {
    require(diagnostic.side.has_value());
    line("finding", static_cast<std::uint64_t>(diagnostic.code), diagnostic.offset, diagnostic.length);
    line("as", static_cast<std::uint64_t>(diagnostic.severity), diagnostic.count, diagnostic.detail.size());
  }
  void on_command(const CommandEvent& command) override {
    require(command.n == last_n_ + 1);
    last_n_ = command.n;
    for (const SecretRange& secret : command.secrets) require(secret.offset + secret.length <= command.text.size());
    line("command", command.n, command.offset, command.length);
    log_.append(command.tag).append(command.verb).append(command.text);
    line("secrets", command.secrets.size(), 0, 0);
  }
  void on_reply(const ReplyEvent& reply) override {
    require(!reply.lines.empty() && (!reply.answers || *reply.answers <= last_n_));
    for (const SecretRange& secret : reply.secrets) {
      require(secret.line < reply.lines.size() && secret.offset + secret.length <= reply.lines[secret.line].size());
    }
    line("reply", reply.answers.value_or(~0ULL), reply.offset, reply.length);
    line("secrets", reply.secrets.size(), reply.lines.size(), reply.code.value_or(0));
    line(reply.further ? "further" : "first", 0, 0, 0);
    log_.append(reply.tag).append(reply.status);
    for (const auto text : reply.lines) log_ += text;
  }
  void on_message_start(const MessageStart& start) override {
    require(!in_message_ && start.n <= last_n_);
    in_message_ = true;
    message_offset_ = start.offset;
    line("start", start.n, start.offset, start.partial ? 1 : 0);
    line("range", start.origin.value_or(~0ULL), start.asked, 0);
    log_.append(start.mailbox).append(start.id);
  }
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp&) override {
    require(in_message_ && !octets.empty() && offset >= message_offset_);
    message_offset_ = offset + octets.size();
    message_ += octets;
  }
  void on_message_gap(std::uint64_t length, const Stamp&) override {
    require(in_message_);
    line("gap", length, message_.size(), 0);
  }
  void on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset, const Stamp&) override {
    require(in_message_);
    in_message_ = false;
    log_ += message_;
    message_.clear();
    line("end", static_cast<std::uint64_t>(end), n.value_or(0), offset);
  }
  void on_auth(const AuthEvent& auth) override {
    line("auth", auth.n, static_cast<std::uint64_t>(auth.outcome), auth.code.value_or(0));
    log_.append(auth.mechanism).append(auth.identity.value_or(""));
  }
  void on_opaque(const Chunk& chunk) override { opaque_[static_cast<std::size_t>(chunk.side)] += chunk.octets; }
  void on_close(Side side, StreamEnd end, const Stamp&) override {
    line("close", static_cast<std::uint64_t>(side), static_cast<std::uint64_t>(end), 0);
  }

  [[nodiscard]] std::string log() const { return log_ + message_ + '|' + opaque_[0] + '|' + opaque_[1]; }

 protected:
  void line(std::string_view what, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    log_ += '\n';
    log_ += what;
    for (const std::uint64_t number : {a, b, c}) log_ += ' ' + std::to_string(number);
    log_ += ' ';
  }

 private:
  std::string log_;
  std::string message_;
  std::string opaque_[2];
  std::uint64_t last_n_ = 0;
  std::uint64_t message_offset_ = 0;
  bool in_message_ = false;
};

}  // namespace mailparse::fuzz
