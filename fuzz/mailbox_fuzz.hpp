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

#include "dialogue_witness.hpp"

namespace mailparse::fuzz {

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
