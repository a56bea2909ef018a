// Attachments whose content is not what type and name promise.
// Layer: analysis (private). RFC 2046 1; practice of mail clients and desktops.
#pragma once

#include <mailparse/message/message.hpp>

namespace mailparse {

/// Reports attach.type-mismatch.
void check_attachments(const Message& message, DiagnosticSink& sink);

}  // namespace mailparse
