// The session parser for each protocol.
// Layer: trace, private.
#pragma once

#include <memory>

#include <mailparse/base/limits.hpp>
#include <mailparse/base/stream.hpp>
#include <mailparse/session/dialogue.hpp>
#include <mailparse/source/conversation.hpp>
#include <mailparse/trace/session_recorder.hpp>

namespace mailparse {

/// How far TLS reaches around what is read.
enum class Secured : std::uint8_t {
  no,      ///< in the clear, as far as it is read
  whole,   ///< the whole conversation is its inside
  midway,  ///< the inside of TLS that began in the midst of a conversation: no greeting comes
};

/// Reads a conversation of a mail protocol and tells `sink`.
[[nodiscard]] std::unique_ptr<StreamSink> make_session_reader(Protocol protocol, const ConversationStart& start,
                                                              const Limits& limits, Secured secured,
                                                              DialogueSink& sink);

/// Reads nothing of the octets; ends and findings go to `recorder`. `tls`: the octets are a TLS handshake.
[[nodiscard]] std::unique_ptr<StreamSink> make_opaque_reader(bool tls, SessionRecorder& recorder);

}  // namespace mailparse
