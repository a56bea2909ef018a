// What the drivers of the POP3 and IMAP sessions share: running both sides of a conversation in any order, and a
// witness.
//
// Input: one octet of options (bit 0 begun in mid-session, 1 inside TLS, 2 greeted before, 3 unstuffed, 4 small
// limits), then steps: an octet that says what, an octet of length, and that many octets where the step has any. Holds:
// the events do not depend on how octets are cut; secrets lie inside their text; messages begin before they end;
// replies answer commands that were told; numbers ascend. Logs are left out: what they elide is guessed from how they
// are cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mailparse/session/dialogue.hpp>

namespace mailparse::fuzz {

inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

/// Writes what is told, and checks it.
class Witness final : public DialogueSink {
 public:
  void report(Diagnostic diagnostic) override {
    require(diagnostic.side.has_value());
    line("finding", static_cast<std::uint64_t>(diagnostic.code), diagnostic.offset, diagnostic.length);
    line("as", static_cast<std::uint64_t>(diagnostic.severity), diagnostic.count, 0);
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
    line("secrets", reply.secrets.size(), reply.lines.size(), 0);
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
    line("auth", auth.n, static_cast<std::uint64_t>(auth.outcome), 0);
    log_.append(auth.mechanism).append(auth.identity.value_or(""));
  }
  void on_opaque(const Chunk& chunk) override { opaque_[static_cast<std::size_t>(chunk.side)] += chunk.octets; }
  void on_close(Side side, StreamEnd end, const Stamp&) override {
    line("close", static_cast<std::uint64_t>(side), static_cast<std::uint64_t>(end), 0);
  }

  [[nodiscard]] std::string log() const { return log_ + message_ + '|' + opaque_[0] + '|' + opaque_[1]; }

 private:
  void line(std::string_view what, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    log_ += '\n';
    log_ += what;
    for (const std::uint64_t number : {a, b, c}) log_ += ' ' + std::to_string(number);
    log_ += ' ';
  }

  std::string log_;
  std::string message_;
  std::string opaque_[2];
  std::uint64_t last_n_ = 0;
  std::uint64_t message_offset_ = 0;
  bool in_message_ = false;
};

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

/// Runs the steps; each run of octets comes in pieces of `piece` octets.
template <class Session, class Options>
std::string run_session(std::string_view input, std::size_t piece) {
  const auto take = [&] {
    const auto octet = static_cast<std::uint8_t>(input.empty() ? 0 : input.front());
    if (!input.empty()) input.remove_prefix(1);
    return octet;
  };
  const std::uint8_t bits = take();
  Options options;
  options.begun = (bits & 1) == 0;
  options.secured = (bits & 2) != 0;
  options.greeted = (bits & 4) != 0;
  if constexpr (requires { options.unstuffed; }) options.unstuffed = (bits & 8) != 0;
  if ((bits & 16) != 0) options.limits = {.line_octets = 64, .comment_depth = 4, .pending_commands = 4};

  Witness witness;
  Session session(witness, options);
  std::uint64_t offsets[2] = {0, 0};
  bool ended[2] = {false, false};
  const auto end = [&](Side side, StreamEnd how) {
    if (std::exchange(ended[static_cast<std::size_t>(side)], true)) return;
    session.on_end(side, how, {});
  };
  while (!input.empty()) {
    const std::uint8_t what = take();
    const std::size_t length = take();
    const auto step = static_cast<Step>(what & 7);
    const bool of_server = step == Step::server || step == Step::server_gap || step == Step::elided_reply ||
                           ((step == Step::end || step == Step::elided_body) && (what & 8) != 0);
    const Side side = of_server ? Side::server : Side::client;
    if (ended[static_cast<std::size_t>(side)]) continue;
    std::uint64_t& offset = offsets[static_cast<std::size_t>(side)];
    switch (step) {
      case Step::client:
      case Step::server: {
        std::string_view octets = input.substr(0, length);
        input.remove_prefix(octets.size());
        while (!octets.empty()) {
          const std::string_view part = octets.substr(0, piece);
          const std::vector<char> copy(part.begin(), part.end());
          session.on_chunk({side, offset, {copy.data(), copy.size()}, {}});
          offset += part.size();
          octets.remove_prefix(part.size());
        }
        break;
      }
      case Step::client_gap:
      case Step::server_gap:
        session.on_gap({side, offset, length + 1, {}});
        offset += length + 1;
        break;
      case Step::elided_body:
      case Step::elided_secret:
      case Step::elided_reply: {
        Elided elided;
        elided.side = side;
        elided.what = step == Step::elided_body     ? Elision::body
                      : step == Step::elided_secret ? Elision::secret
                                                    : Elision::reply;
        elided.offset = offset;
        session.on_elided(elided);
        break;
      }
      case Step::end:
        end(side, static_cast<StreamEnd>(length % 3));
        break;
    }
  }
  end(Side::client, StreamEnd::cut);
  end(Side::server, StreamEnd::cut);
  return witness.log();
}

template <class Session, class Options>
void check_session(std::string_view input) {
  const std::string whole = run_session<Session, Options>(input, SIZE_MAX);
  require(run_session<Session, Options>(input, 1) == whole);
  require(run_session<Session, Options>(input, 7) == whole);
}

}  // namespace mailparse::fuzz
