// The author that a header shows against the others who had a part in the message.
// Layer: analysis (private). RFC 5322 3.6.2, RFC 5321 4.1.1.2, RFC 7489 3.1.
#pragma once

#include <mailparse/analysis/message_analyzer.hpp>

namespace mailparse {

/// Reports from.envelope-mismatch and from.reply-to-mismatch.
void check_author_against_others(const Message& message, const MessageContext& context, DiagnosticSink& sink);

}  // namespace mailparse
