#include <mailparse/json/finding.hpp>
#include <mailparse/json/names.hpp>
#include <mailparse/json/session_record.hpp>

#include "json/session_parts.hpp"

namespace mailparse {
namespace {

std::string_view to_string(StreamEnd end) noexcept {
  switch (end) {
    case StreamEnd::closed:
      return "closed";
    case StreamEnd::reset:
      return "reset";
    case StreamEnd::cut:
      break;
  }
  return "cut";
}

void write_opening(JsonWriter& writer, const SessionRecord& session) {
  writer.string(names::protocol, to_string(session.protocol));
  if (session.start.client) write_endpoint(writer, names::client, *session.start.client);
  if (session.start.server) write_endpoint(writer, names::server, *session.start.server);
}

/// What only this kind of event has.
void write_content(JsonWriter& writer, const SessionRecord& session, const TraceEvent& event) {
  switch (event.kind) {
    case TraceEvent::Kind::open:
      return write_opening(writer, session);
    case TraceEvent::Kind::command:
      return write_command(writer, *event.exchange->command);
    case TraceEvent::Kind::reply:
      writer.key(names::reply);
      return write_reply(writer, *event.reply);
    case TraceEvent::Kind::message_end:
      return write_message_facts(writer, *event.message);
    case TraceEvent::Kind::auth:
      writer.key(names::auth);
      return write_auth(writer, *event.auth);
    case TraceEvent::Kind::close:
      return writer.string(names::ending, to_string(event.end));
    case TraceEvent::Kind::finding:
      writer.key(names::finding);
      return write_finding(writer, *event.finding);
    case TraceEvent::Kind::message_start:
    case TraceEvent::Kind::opaque:
      return;
  }
}

}  // namespace

void write_event(JsonWriter& writer, const SessionRecord& session, const TraceEvent& event) {
  writer.begin_object();
  writer.string(names::record, "event");
  writer.uint(names::schema, schema_version);
  writer.string(names::session, session.id);
  writer.string(names::event, to_string(event.kind));
  writer.string(names::side, to_string(event.side));
  write_place(writer, event.place);
  if (event.exchange != nullptr) writer.uint(names::n, event.exchange->n);
  write_content(writer, session, event);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
