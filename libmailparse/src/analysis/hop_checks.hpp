// The way a message says it took: one Received field against the next.
// Layer: analysis (private). RFC 5321 4.4, RFC 5322 3.6.7.
#pragma once

#include <mailparse/message/message.hpp>

namespace mailparse {

/// Reports received.time-travel, received.before-date and received.break.
void check_hops(const Message& message, DiagnosticSink& sink);

}  // namespace mailparse
