#include "json/session_parts.hpp"

#include <algorithm>
#include <string>

#include <mailparse/json/names.hpp>

namespace mailparse {

std::string to_text(const EnhancedCode& code) {
  return std::to_string(code.status_class) + '.' + std::to_string(code.subject) + '.' + std::to_string(code.detail);
}

double seconds(std::chrono::nanoseconds duration) noexcept {
  return static_cast<double>(duration.count()) / 1e9;
}

void write_endpoint(JsonWriter& writer, const JsonName& name, const Endpoint& endpoint) {
  writer.begin_object(name);
  writer.string(names::ip, endpoint.ip);
  if (endpoint.port != 0) writer.uint(names::port, endpoint.port);
  writer.end_object();
}

void write_place(JsonWriter& writer, const StreamPlace& place) {
  if (place.at) writer.time(names::at, *place.at);
  if (place.frame != 0) writer.uint(names::frame, place.frame);
  writer.uint(names::offset, place.offset);
}

void write_command(JsonWriter& writer, const CommandRecord& command) {
  writer.begin_object(names::command);
  writer.string(names::verb, command.verb);
  writer.string_if(names::tag, command.tag);
  writer.string(names::text, command.text);
  if (command.path) writer.string(names::path, *command.path);
  write_parameters(writer, command.parameters);
  if (!command.observed) writer.boolean(names::observed, false);
  if (command.elided) writer.boolean(names::elided, true);
  write_place(writer, command.place);
  writer.end_object();
}

void write_reply(JsonWriter& writer, const ReplyRecord& reply) {
  writer.begin_object();
  if (reply.code) writer.uint(names::code, *reply.code);
  writer.string_if(names::status, reply.status);
  writer.string_if(names::tag, reply.tag);
  if (reply.enhanced) writer.string(names::enhanced, to_text(*reply.enhanced));
  writer.strings(names::text, reply.text);
  write_place(writer, reply.place);
  writer.end_object();
}

namespace {

void write_value(JsonWriter& writer, const ParameterRecord& parameter) {
  if (parameter.value) {
    writer.string(*parameter.value);
  } else {
    writer.boolean(true);
  }
}

}  // namespace

/// An object by keyword. A keyword that stands more than once has an array of its values, so that none hides another.
void write_parameters(JsonWriter& writer, std::span<const ParameterRecord> parameters) {
  if (parameters.empty()) return;
  writer.begin_object(names::params);
  for (auto at = parameters.begin(); at != parameters.end(); ++at) {
    const auto same = [&](const ParameterRecord& other) { return other.keyword == at->keyword; };
    if (std::any_of(parameters.begin(), at, same)) continue;
    writer.key(at->keyword);
    const bool repeated = std::count_if(at, parameters.end(), same) > 1;
    if (repeated) writer.begin_array();
    for (const ParameterRecord& parameter : parameters) {
      if (same(parameter)) write_value(writer, parameter);
    }
    if (repeated) writer.end_array();
  }
  writer.end_object();
}

void write_message_facts(JsonWriter& writer, const MessageFacts& message) {
  writer.begin_object(names::message);
  writer.string(names::id, message.id);
  writer.uint(names::size, message.size);
  writer.string(names::sha256, message.sha256);
  writer.boolean(names::complete, message.complete);
  writer.string(names::end_of_data, to_string(message.end));
  if (message.partial) writer.boolean(names::partial, true);
  if (message.missing != 0) writer.uint(names::missing, message.missing);
  if (message.subject) writer.string(names::subject, *message.subject);
  if (message.from) writer.string(names::from, *message.from);
  if (message.message_id) writer.string(names::message_id, *message.message_id);
  writer.end_object();
}

void write_auth(JsonWriter& writer, const AuthRecord& auth) {
  writer.begin_object();
  writer.string(names::mechanism, auth.mechanism);
  if (auth.identity) writer.string(names::identity, *auth.identity);
  writer.string(names::outcome, to_string(auth.outcome));
  if (auth.code) writer.uint(names::code, *auth.code);
  writer.end_object();
}

}  // namespace mailparse
