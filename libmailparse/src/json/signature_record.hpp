// Signatures of a message as JSON.
// Layer: json, private. docs/schema/message.json
#pragma once

#include <mailparse/analysis/message_analyzer.hpp>
#include <mailparse/json/json_writer.hpp>

namespace mailparse {

/// signatures[], arc, spf and dmarc, each only where there is something to tell.
void write_signatures(JsonWriter& writer, const AnalyzedMessage& analyzed);

}  // namespace mailparse
