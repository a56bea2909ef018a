#include <mailparse/json/finding.hpp>
#include <mailparse/json/message_record.hpp>
#include <mailparse/json/names.hpp>
#include <mailparse/json/schema_version.hpp>

namespace mailparse {
namespace {

void string_if(JsonWriter& writer, std::string_view name, std::string_view value) {
  if (!value.empty()) writer.string(name, value);
}

void write_source(JsonWriter& writer, const MessageSource& source) {
  writer.begin_object(names::source);
  string_if(writer, names::file, source.file);
  string_if(writer, names::format, source.format);
  if (!source.file.empty()) {
    writer.uint(names::offset, source.offset);
    writer.uint(names::length, source.length);
    writer.uint(names::index, source.index);
  }
  writer.end_object();
  string_if(writer, names::session, source.session);
  if (source.transaction) writer.uint(names::transaction, *source.transaction);
  if (source.retrieval) writer.uint(names::retrieval, *source.retrieval);
}

void write_headers(JsonWriter& writer, const Message& message) {
  writer.begin_array(names::headers);
  for (const MessageField& field : message.headers) {
    writer.begin_object();
    writer.string(names::name, field.name);
    writer.string(names::value, field.value);
    writer.string(names::raw, field.raw);
    writer.uint(names::offset, field.offset);
    writer.uint(names::length, field.length);
    writer.end_object();
  }
  writer.end_array();
}

void write_mailbox(JsonWriter& writer, const AddressList& list, const Mailbox& mailbox) {
  writer.begin_object();
  string_if(writer, names::name, mailbox.name);
  writer.string(names::address, mailbox.address);
  if (mailbox.group) writer.string(names::group, list.groups[*mailbox.group].name);
  writer.end_object();
}

void write_mailboxes(JsonWriter& writer, std::string_view name, const AddressList& list) {
  if (list.mailboxes.empty()) return;
  writer.begin_array(name);
  for (const Mailbox& mailbox : list.mailboxes) write_mailbox(writer, list, mailbox);
  writer.end_array();
}

void write_ids(JsonWriter& writer, std::string_view name, const std::vector<std::string_view>& ids) {
  if (ids.empty()) return;
  writer.begin_array(name);
  for (const std::string_view id : ids) writer.string(id);
  writer.end_array();
}

void write_envelope(JsonWriter& writer, const Envelope& envelope) {
  write_mailboxes(writer, names::from, envelope.from);
  if (!envelope.sender.mailboxes.empty()) {
    writer.key(names::sender);
    write_mailbox(writer, envelope.sender, envelope.sender.mailboxes.front());
  }
  write_mailboxes(writer, names::reply_to, envelope.reply_to);
  write_mailboxes(writer, names::to, envelope.to);
  write_mailboxes(writer, names::cc, envelope.cc);
  write_mailboxes(writer, names::bcc, envelope.bcc);
  if (envelope.subject) writer.string(names::subject, *envelope.subject);
  if (envelope.date_text) {
    writer.begin_object(names::date);
    writer.string(names::text, *envelope.date_text);
    if (envelope.date) writer.string(names::utc, rfc3339(envelope.date->utc));
    writer.end_object();
  }
  if (envelope.message_id) writer.string(names::message_id, *envelope.message_id);
  write_ids(writer, names::in_reply_to, envelope.in_reply_to);
  write_ids(writer, names::references, envelope.references);
}

void write_part(JsonWriter& writer, const MessagePart& part) {
  writer.begin_object();
  writer.string(names::path, part.path);
  writer.string(names::type, part.type);
  if (!part.params.empty()) {
    writer.begin_object(names::params);
    for (const MimeParameter& parameter : part.params) writer.string(parameter.name, parameter.value);
    writer.end_object();
  }
  if (part.charset) writer.string(names::charset, *part.charset);
  string_if(writer, names::charset_used, part.charset_used);
  if (!part.charset_used.empty()) writer.number(names::charset_confidence, part.charset_confidence / 100.0);
  writer.string(names::encoding,
                part.encoding_name.empty() ? std::string_view("7bit") : std::string_view(part.encoding_name));
  string_if(writer, names::disposition, part.disposition);
  string_if(writer, names::filename, part.filename);
  if (part.origin != PartOrigin::message)
    writer.string(names::origin, part.origin == PartOrigin::decoded ? "decoded" : "content");
  writer.uint(names::offset, part.offset);
  writer.uint(names::header_length, part.header_length);
  writer.uint(names::body_offset, part.body_offset);
  writer.uint(names::body_length, part.body_length);
  writer.uint(names::decoded_size, part.decoded_size);
  string_if(writer, names::md5, part.md5);
  string_if(writer, names::sha256, part.sha256);
  string_if(writer, names::sniffed_type, part.sniffed_type);
  writer.end_object();
}

void write_parts(JsonWriter& writer, const Message& message) {
  writer.begin_array(names::parts);
  for (const MessagePart& part : message.parts) write_part(writer, part);
  writer.end_array();
  if (!message.embedded.empty()) {
    writer.begin_array(names::embedded);
    for (const MessagePart& part : message.embedded) write_part(writer, part);
    writer.end_array();
  }
  writer.begin_array(names::attachments);
  for (const MessagePart& part : message.parts) {
    if (part.attachment) writer.string(part.path);
  }
  writer.end_array();
}

}  // namespace

void write_message(JsonWriter& writer, const Message& message, const MessageSource& source) {
  writer.begin_object();
  writer.string(names::record, names::message);
  writer.uint(names::schema, schema_version);
  writer.string(names::id, message.id);
  write_source(writer, source);
  writer.uint(names::size, message.size);
  writer.string(names::sha256, message.sha256);
  write_headers(writer, message);
  write_envelope(writer, message.envelope);
  write_parts(writer, message);
  writer.begin_array(names::findings);
  for (const Diagnostic& finding : message.findings) write_finding(writer, finding);
  writer.end_array();
  if (message.findings_left_out > 0) writer.uint(names::findings_left_out, message.findings_left_out);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
