#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/json/finding.hpp>
#include <mailparse/json/message_record.hpp>
#include <mailparse/json/names.hpp>
#include <mailparse/json/schema_version.hpp>
#include <mailparse/message/partial.hpp>

#include "json/protection_record.hpp"
#include "json/report_record.hpp"
#include "json/signature_record.hpp"

namespace mailparse {
namespace {

void write_source(JsonWriter& writer, const MessageSource& source) {
  writer.begin_object(names::source);
  writer.string_if(names::file, source.file);
  writer.string_if(names::format, source.format);
  writer.string_if(names::flags, source.flags);
  if (!source.file.empty() && source.fragments.empty()) {
    writer.uint(names::offset, source.offset);
    writer.uint(names::length, source.length);
    writer.uint(names::index, source.index);
  }
  writer.end_object();
  writer.string_if(names::session, source.session);
  if (source.transaction) writer.uint(names::transaction, *source.transaction);
  if (source.retrieval) writer.uint(names::retrieval, *source.retrieval);
}

/// What a fragment is of, or what a message was joined from.
void write_partial(JsonWriter& writer, const Message& message, const MessageSource& source) {
  if (!source.fragments.empty()) {
    writer.begin_object(names::partial);
    writer.string(names::id, source.partial_id);
    writer.uint(names::total, source.fragments.size());
    writer.strings(names::fragments, source.fragments);
    writer.end_object();
  } else if (const auto place = partial_place(message)) {
    writer.begin_object(names::partial);
    writer.string(names::id, place->id);
    writer.uint(names::fragment, place->number);
    if (place->total) writer.uint(names::total, *place->total);
    writer.end_object();
  }
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
  writer.string_if(names::name, mailbox.name);
  writer.string(names::address, mailbox.address);
  if (mailbox.group) writer.string(names::group, list.groups[*mailbox.group].name);
  writer.end_object();
}

void write_mailboxes(JsonWriter& writer, std::string_view name, const std::vector<AddressField>& fields) {
  if (fields.empty()) return;
  writer.begin_array(name);
  for (const AddressField& field : fields) {
    for (const Mailbox& mailbox : field.list.mailboxes) write_mailbox(writer, field.list, mailbox);
  }
  writer.end_array();
}

void write_sender(JsonWriter& writer, const std::vector<AddressField>& fields) {
  if (fields.empty() || fields.front().list.mailboxes.empty()) return;
  writer.key(names::sender);
  write_mailbox(writer, fields.front().list, fields.front().list.mailboxes.front());
}

void write_ids(JsonWriter& writer, std::string_view name, const std::vector<BracketedText>& ids) {
  if (ids.empty()) return;
  writer.begin_array(name);
  for (const BracketedText& id : ids) writer.string(id.text);
  writer.end_array();
}

void write_hop(JsonWriter& writer, const ReceivedField& hop, const ReceivedField* before) {
  const Received& received = hop.received;
  writer.begin_object();
  if (received.has_from) {
    writer.begin_object(names::from);
    writer.string_if(names::helo, received.from.helo);
    writer.string_if(names::rdns, received.from.rdns);
    writer.string_if(names::ip, received.from.ip);
    writer.string_if(names::ident, received.from.ident);
    writer.end_object();
  }
  writer.string_if(names::by, received.by);
  writer.string_if(names::via, received.via);
  writer.string_if(names::with, received.with);
  writer.string_if(names::id, received.id);
  writer.string_if(names::for_mailbox, received.recipient);
  if (received.date) {
    writer.string(names::date, rfc3339(received.date->utc));
    if (before != nullptr && before->received.date) {
      writer.integer(names::delay_s, (received.date->utc - before->received.date->utc).count());
    }
  }
  if (!received.tls.version.empty() || !received.tls.cipher.empty()) {
    writer.begin_object(names::tls);
    writer.string_if(names::version, received.tls.version);
    writer.string_if(names::cipher, received.tls.cipher);
    writer.end_object();
  }
  writer.uint(names::offset, hop.field->offset);
  writer.end_object();
}

void write_date(JsonWriter& writer, const DateField& date) {
  writer.begin_object(names::date);
  writer.string(names::text, date.text);
  if (date.date) writer.string(names::utc, rfc3339(date.date->utc));
  writer.end_object();
}

void write_resent(JsonWriter& writer, const std::vector<ResentBlock>& blocks) {
  if (blocks.empty()) return;
  writer.begin_array(names::resent);
  for (const ResentBlock& block : blocks) {
    writer.begin_object();
    write_mailboxes(writer, names::from, block.from);
    write_sender(writer, block.sender);
    write_mailboxes(writer, names::to, block.to);
    write_mailboxes(writer, names::cc, block.cc);
    write_mailboxes(writer, names::bcc, block.bcc);
    if (block.date) write_date(writer, *block.date);
    if (block.message_id) writer.string(names::message_id, block.message_id->text);
    writer.end_object();
  }
  writer.end_array();
}

/// A member for each List field, by what it is for: "id", "unsubscribe".
void write_list(JsonWriter& writer, const std::vector<ListField>& list) {
  if (list.empty()) return;
  writer.begin_object(names::list);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const FieldName id = list[i].field->id;
    const auto same = [&](const ListField& other) { return other.field->id == id; };
    if (std::any_of(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), same)) continue;
    writer.begin_array(lower_case(to_string(id).substr(std::string_view("List-").size())));
    for (const ListField& field : list) {
      if (!same(field)) continue;
      for (const BracketedText& item : field.items) writer.string(item.text);
    }
    writer.end_array();
  }
  writer.end_object();
}

void write_fields(JsonWriter& writer, const MessageFields& fields) {
  write_mailboxes(writer, names::from, fields.from);
  write_sender(writer, fields.sender);
  write_mailboxes(writer, names::reply_to, fields.reply_to);
  write_mailboxes(writer, names::to, fields.to);
  write_mailboxes(writer, names::cc, fields.cc);
  write_mailboxes(writer, names::bcc, fields.bcc);
  if (fields.subject) writer.string(names::subject, *fields.subject);
  if (fields.date) write_date(writer, *fields.date);
  if (fields.message_id) writer.string(names::message_id, fields.message_id->text);
  write_ids(writer, names::in_reply_to, fields.in_reply_to);
  write_ids(writer, names::references, fields.references);
  if (!fields.return_paths.empty()) writer.string(names::return_path, fields.return_paths.front());
  write_resent(writer, fields.resent);
  write_list(writer, fields.list);
  if (fields.received.empty()) return;
  writer.begin_array(names::received);
  for (std::size_t i = 0; i < fields.received.size(); ++i) {
    // The field below is the hop before.
    write_hop(writer, fields.received[i], i + 1 < fields.received.size() ? &fields.received[i + 1] : nullptr);
  }
  writer.end_array();
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
  writer.string_if(names::charset_used, part.charset_used);
  if (!part.charset_used.empty()) writer.number(names::charset_confidence, part.charset_confidence / 100.0);
  writer.string(names::encoding,
                part.encoding_name.empty() ? std::string_view("7bit") : std::string_view(part.encoding_name));
  writer.string_if(names::disposition, part.disposition);
  writer.string_if(names::filename, part.filename);
  if (part.origin != PartOrigin::message)
    writer.string(names::origin, part.origin == PartOrigin::decoded ? "decoded" : "content");
  writer.uint(names::offset, part.offset);
  writer.uint(names::header_length, part.header_length);
  writer.uint(names::body_offset, part.body_offset);
  writer.uint(names::body_length, part.body_length);
  writer.uint(names::decoded_size, part.decoded_size);
  writer.string_if(names::md5, part.md5);
  writer.string_if(names::sha256, part.sha256);
  writer.string_if(names::sniffed_type, part.sniffed_type);
  if (part.report != nullptr) write_report(writer, *part.report);
  if (part.protection != nullptr) write_protection(writer, *part.protection);
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

void write_place(JsonWriter& writer, const Observable& observable) {
  writer.string(names::part, observable.part);
  if (observable.offset) writer.uint(names::offset, *observable.offset);
}

/// One list of observables, absent when empty.
void write_observables(JsonWriter& writer, const Message& message, Observable::Kind kind, std::string_view list,
                       std::string_view name, const MessageStyle& style) {
  const auto belongs = [&](const Observable& observable) { return observable.kind == kind; };
  if (std::ranges::none_of(message.observables, belongs)) return;
  writer.begin_array(list);
  for (const Observable& observable : message.observables) {
    if (!belongs(observable)) continue;
    writer.begin_object();
    writer.string(name, style.defang ? defang(observable.value) : observable.value);
    writer.string_if(names::text, observable.text);
    write_place(writer, observable);
    writer.end_object();
  }
  writer.end_array();
}

/// Hosts that are names, each once, at the first URL or address that has it.
void write_domains(JsonWriter& writer, const Message& message, const MessageStyle& style) {
  bool open = false;
  std::set<std::string> known;
  for (const Observable& observable : message.observables) {
    if (observable.kind == Observable::Kind::ip) continue;
    const std::string domain = host_name_of(observable.value);
    if (domain.empty() || !known.insert(domain).second) continue;
    if (!std::exchange(open, true)) writer.begin_array(names::domains);
    writer.begin_object();
    writer.string(names::domain, style.defang ? defang(domain) : domain);
    write_place(writer, observable);
    writer.end_object();
  }
  if (open) writer.end_array();
}

void write_all_observables(JsonWriter& writer, const Message& message, const MessageStyle& style) {
  write_observables(writer, message, Observable::Kind::url, names::urls, names::url, style);
  write_observables(writer, message, Observable::Kind::address, names::addresses, names::address, style);
  write_domains(writer, message, style);
  write_observables(writer, message, Observable::Kind::ip, names::ips, names::ip, style);
  if (message.observables_left_out > 0) writer.uint(names::observables_left_out, message.observables_left_out);
}

void write_readings(JsonWriter& writer, const Readings& readings) {
  if (readings.empty()) return;
  writer.begin_object(names::readings);
  writer.begin_array(names::alternatives);
  for (const ReadingRule* rule : readings.alternatives) {
    writer.begin_object();
    writer.string(names::reading, rule->name);
    writer.string(names::because, info(rule->because).name);
    writer.string(names::readers, rule->readers);
    writer.string(names::source, rule->source);
    writer.end_object();
  }
  writer.end_array();
  writer.begin_array(names::contents);
  for (const SeenContent& content : readings.contents) {
    writer.begin_object();
    writer.string(names::type, content.type);
    writer.string_if(names::filename, content.filename);
    writer.uint(names::decoded_size, content.decoded_size);
    writer.string_if(names::sha256, content.sha256);
    writer.strings(names::readings, content.readings);
    writer.end_object();
  }
  writer.end_array();
  if (!readings.authors.empty()) {
    writer.begin_array(names::authors);
    for (const SeenAuthor& author : readings.authors) {
      writer.begin_object();
      writer.string(names::address, author.address);
      writer.strings(names::readings, author.readings);
      writer.end_object();
    }
    writer.end_array();
  }
  if (readings.too_long) writer.boolean(names::too_long, true);
  writer.end_object();
}

}  // namespace

void write_message(JsonWriter& writer, const AnalyzedMessage& analyzed, const MessageSource& source,
                   const MessageStyle& style) {
  const Message& message = analyzed.message;
  writer.begin_object();
  writer.string(names::record, names::message);
  writer.uint(names::schema, schema_version);
  writer.string(names::id, message.id);
  write_source(writer, source);
  write_partial(writer, message, source);
  writer.uint(names::size, message.size);
  writer.string(names::sha256, message.sha256);
  write_headers(writer, message);
  write_fields(writer, message.fields);
  write_parts(writer, message);
  write_readings(writer, analyzed.readings);
  write_all_observables(writer, message, style);
  if (style.second_opinion != nullptr) {
    writer.key(names::second_opinion);
    write_second_opinion(writer, *style.second_opinion);
  }
  write_signatures(writer, analyzed);
  writer.begin_array(names::findings);
  for (const Diagnostic& finding : message.findings) write_finding(writer, finding);
  writer.end_array();
  if (message.findings_left_out > 0) writer.uint(names::findings_left_out, message.findings_left_out);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
