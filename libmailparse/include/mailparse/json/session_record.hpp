// Session records and the events of a session as JSON lines.
// Layer: json. docs/schema/session.json, docs/schema/event.json
#pragma once

#include <string_view>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/schema_version.hpp>
#include <mailparse/trace/session_record.hpp>
#include <mailparse/trace/trace_listener.hpp>

namespace mailparse {

/// One line. `file` names the input that the session's first octet is from.
void write_session(JsonWriter& writer, const SessionRecord& session, std::string_view file);

/// One line.
void write_event(JsonWriter& writer, const SessionRecord& session, const TraceEvent& event);

}  // namespace mailparse
