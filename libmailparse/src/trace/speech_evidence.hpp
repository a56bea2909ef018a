// How much a single line speaks for each line-based protocol.
// Layer: trace, private. RFC 5321 4, RFC 2033, RFC 1939 9, RFC 9051 9, RFC 959 4, RFC 3977, RFC 2812, RFC 5804.
#pragma once

#include <string_view>

#include <mailparse/trace/protocol_detector.hpp>

namespace mailparse {

/// Evidence in a line, without its line end, that a client would have sent.
[[nodiscard]] ProtocolDetector::Weights command_evidence(std::string_view line);
/// Evidence in a line that a server would have sent. `first_word`: nobody said anything before it.
[[nodiscard]] ProtocolDetector::Weights reply_evidence(std::string_view line, bool first_word);

}  // namespace mailparse
