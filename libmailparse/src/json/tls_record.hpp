// The TLS of a session, as JSON.
// Layer: json, private. docs/schema/session.json
#pragma once

#include <mailparse/json/json_writer.hpp>
#include <mailparse/trace/session_record.hpp>

namespace mailparse {

/// The member tls{} of the object that is open.
void write_tls(JsonWriter& writer, const TlsRecord& tls);

}  // namespace mailparse
