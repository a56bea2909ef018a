// The SMTP session on both sides of a conversation in any order.
//
// Input: one octet of options (bit 0 LMTP, 1 begun in mid-session, 2 a log, 3 unstuffed, 4 small limits), then steps:
// an octet that says what (see Step), an octet of length, and that many octets where the step has any. Holds: the
// events do not depend on how octets are cut; every view shows the octets at its offset; offsets ascend; messages begin
// before they end; each command is answered at most as often as LMTP and PRDR allow numbers to repeat.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/session/smtp_command.hpp>
#include <mailparse/session/smtp_session.hpp>

namespace {

using namespace mailparse;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

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

/// Both streams as far as they came; missing octets are NUL.
struct Streams {
  std::string octets[2];

  [[nodiscard]] bool shows(Side side, std::uint64_t offset, std::string_view text) const {
    const std::string& stream = octets[static_cast<std::size_t>(side)];
    return offset <= stream.size() && text.size() <= stream.size() - offset &&
           stream.compare(offset, text.size(), text) == 0;
  }
};

/// Writes what is told, and checks it.
class Witness final : public DialogueSink {
 public:
  explicit Witness(const Streams& streams) : streams_(streams) {}

  void report(Diagnostic diagnostic) override {
    require(diagnostic.side.has_value());
    line("finding", static_cast<std::uint64_t>(diagnostic.code), diagnostic.offset, diagnostic.length);
    line("as", static_cast<std::uint64_t>(diagnostic.severity), diagnostic.count, diagnostic.detail.size());
  }
  void on_command(const CommandEvent& command) override {
    require(command.n == last_n_ + 1);
    last_n_ = command.n;
    require(command.observed ? streams_.shows(Side::client, command.offset, command.text) : command.length == 0);
    require(command.offset >= command_offset_);
    command_offset_ = command.offset;
    for (const SecretRange& secret : command.secrets) require(secret.offset + secret.length <= command.text.size());
    line("command", command.n, command.offset, command.length);
    log_ += command.verb;
    line("secrets", command.secrets.size(), 0, 0);
  }
  void on_reply(const ReplyEvent& reply) override {
    require(reply.code.has_value() && !reply.lines.empty());
    require(!reply.answers || *reply.answers <= last_n_);
    require(reply.offset >= reply_offset_);
    reply_offset_ = reply.offset + reply.length;
    require(reply_offset_ <= streams_.octets[1].size());
    for (const SecretRange& secret : reply.secrets) {
      require(secret.line < reply.lines.size() && secret.offset + secret.length <= reply.lines[secret.line].size());
    }
    line("reply", *reply.code, reply.offset, reply.length);
    line(reply.further ? "further" : "answers", reply.answers.value_or(~0ULL), reply.lines.size(),
         reply.secrets.size());
    for (const auto text : reply.lines) log_ += text;
  }
  void on_message_start(const MessageStart& start) override {
    require(!in_message_ && start.n <= last_n_);
    in_message_ = true;
    message_offset_ = start.offset;
    line("start", start.n, start.offset, 0);
  }
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp&) override {
    require(in_message_ && !octets.empty() && offset >= message_offset_);
    require(streams_.shows(Side::client, offset, octets));
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
    log_ += auth.identity.value_or("");
  }
  void on_smuggled(const SmuggledEvent& smuggled) override {
    require(streams_.shows(Side::client, smuggled.message_offset, smuggled.message));
    line("smuggled", smuggled.offset, smuggled.length, static_cast<std::uint64_t>(smuggled.outcome));
  }
  void on_opaque(const Chunk& chunk) override {
    require(streams_.shows(chunk.side, chunk.offset, chunk.octets));
    opaque_[static_cast<std::size_t>(chunk.side)] += chunk.octets;
  }
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

  const Streams& streams_;
  std::string log_;
  std::string message_;
  std::string opaque_[2];
  std::uint64_t last_n_ = 0;
  std::uint64_t command_offset_ = 0;
  std::uint64_t reply_offset_ = 0;
  std::uint64_t message_offset_ = 0;
  bool in_message_ = false;
};

/// Runs the steps; each run of octets comes in pieces of `piece` octets.
std::string run(std::string_view input, std::size_t piece) {
  const auto take = [&] {
    const auto octet = static_cast<std::uint8_t>(input.empty() ? 0 : input.front());
    if (!input.empty()) input.remove_prefix(1);
    return octet;
  };
  const std::uint8_t bits = take();
  SmtpSessionOptions options;
  options.lmtp = (bits & 1) != 0;
  options.begun = (bits & 2) == 0;
  options.wire_exact = (bits & 4) == 0;
  options.unstuffed = (bits & 8) != 0;
  if ((bits & 16) != 0) options.limits = {.line_octets = 64, .pending_commands = 4, .reply_lines = 4};

  Streams streams;
  Witness witness(streams);
  SmtpSession session(witness, options);
  bool ended[2] = {false, false};
  while (!input.empty()) {
    const std::uint8_t what = take();
    const std::size_t length = take();
    const auto step = static_cast<Step>(what & 7);
    const Side side = step == Step::server || step == Step::server_gap || step == Step::elided_reply ||
                              (step == Step::end && (what & 8) != 0)
                          ? Side::server
                          : Side::client;
    if (ended[static_cast<std::size_t>(side)]) continue;
    std::string& stream = streams.octets[static_cast<std::size_t>(side)];
    switch (step) {
      case Step::client:
      case Step::server: {
        std::string_view octets = input.substr(0, length);
        input.remove_prefix(octets.size());
        while (!octets.empty()) {
          const std::string_view part = octets.substr(0, piece);
          const std::vector<char> copy(part.begin(), part.end());
          const std::uint64_t offset = stream.size();
          stream += part;
          session.on_chunk({side, offset, {copy.data(), copy.size()}, {}});
          octets.remove_prefix(part.size());
        }
        break;
      }
      case Step::client_gap:
      case Step::server_gap: {
        const std::uint64_t offset = stream.size();
        stream.append(length + 1, '\0');
        session.on_gap({side, offset, length + 1, {}});
        break;
      }
      case Step::elided_body:
      case Step::elided_secret:
      case Step::elided_reply: {
        Elided elided;
        elided.side = side;
        elided.what = step == Step::elided_body     ? Elision::body
                      : step == Step::elided_secret ? Elision::secret
                                                    : Elision::reply;
        elided.offset = stream.size();
        if (length > 0) elided.octets = length;
        session.on_elided(elided);
        break;
      }
      case Step::end:
        ended[static_cast<std::size_t>(side)] = true;
        session.on_end(side, static_cast<StreamEnd>(length % 3), {});
        break;
    }
  }
  session.finish();
  return witness.log();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string whole = run(input, SIZE_MAX);
  require(run(input, 1) == whole);
  require(run(input, 7) == whole);
  return 0;
}
