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

#include "dialogue_witness.hpp"

namespace {

using namespace mailparse;
using fuzz::require;
using fuzz::Step;

/// Both streams as far as they came; missing octets are NUL.
struct Streams {
  std::string octets[2];

  [[nodiscard]] bool shows(Side side, std::uint64_t offset, std::string_view text) const {
    const std::string& stream = octets[static_cast<std::size_t>(side)];
    return offset <= stream.size() && text.size() <= stream.size() - offset &&
           stream.compare(offset, text.size(), text) == 0;
  }
};

/// Holds the session's views against the streams besides.
class SmtpWitness final : public fuzz::Witness {
 public:
  explicit SmtpWitness(const Streams& streams) : streams_(streams) {}

  void on_command(const CommandEvent& command) override {
    require(command.observed ? streams_.shows(Side::client, command.offset, command.text) : command.length == 0);
    require(command.offset >= command_offset_);
    command_offset_ = command.offset;
    Witness::on_command(command);
  }
  void on_reply(const ReplyEvent& reply) override {
    require(reply.code.has_value());
    require(reply.offset >= reply_offset_);
    reply_offset_ = reply.offset + reply.length;
    require(reply_offset_ <= streams_.octets[1].size());
    Witness::on_reply(reply);
  }
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override {
    require(streams_.shows(Side::client, offset, octets));
    Witness::on_message_octets(octets, offset, stamp);
  }
  void on_smuggled(const SmuggledEvent& smuggled) override {
    require(streams_.shows(Side::client, smuggled.message_offset, smuggled.message));
    line("smuggled", smuggled.offset, smuggled.length, static_cast<std::uint64_t>(smuggled.outcome));
  }
  void on_opaque(const Chunk& chunk) override {
    require(streams_.shows(chunk.side, chunk.offset, chunk.octets));
    Witness::on_opaque(chunk);
  }

 private:
  const Streams& streams_;
  std::uint64_t command_offset_ = 0;
  std::uint64_t reply_offset_ = 0;
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
  SmtpWitness witness(streams);
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
