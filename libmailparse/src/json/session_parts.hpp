// The parts that session records and events have in common, as JSON.
// Layer: json, private.
#pragma once

#include <span>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/trace/session_record.hpp>

namespace mailparse {

void write_endpoint(JsonWriter& writer, const JsonName& name, const Endpoint& endpoint);
/// at, frame and offset, into the object that is open.
void write_place(JsonWriter& writer, const StreamPlace& place);
void write_command(JsonWriter& writer, const CommandRecord& command);
void write_reply(JsonWriter& writer, const ReplyRecord& reply);
void write_parameters(JsonWriter& writer, std::span<const ParameterRecord> parameters);
void write_message_facts(JsonWriter& writer, const MessageFacts& message);
void write_auth(JsonWriter& writer, const AuthRecord& auth);
/// "2.1.5"
[[nodiscard]] std::string to_text(const EnhancedCode& code);
[[nodiscard]] double seconds(std::chrono::nanoseconds duration) noexcept;

}  // namespace mailparse
