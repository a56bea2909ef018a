// Links that lead elsewhere than they look.
// Layer: analysis (private). RFC 3986 3.2.1 and 7.6, UTS 39; practice of phishing.
#pragma once

#include <mailparse/message/message.hpp>

namespace mailparse {

/// Reports link.mixed-script, link.text-mismatch and link.userinfo, each once a part with a count, for the whole body
/// of the part.
void check_links(const Message& message, DiagnosticSink& sink);

}  // namespace mailparse
