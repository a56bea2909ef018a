#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <mailparse/base/codes.hpp>
#include <mailparse/base/octets.hpp>
#include <mailparse/json/foreign_message.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/scan/base64.hpp>

#include "json/foreign_text.hpp"
#include "json/received_clauses.hpp"

namespace mailparse {
namespace {

/// mail-parser's names; those of header fields are the fields' own in lower case.
namespace key {
constexpr std::string_view attachments = "attachments";
constexpr std::string_view body = "body";
constexpr std::string_view date = "date";
constexpr std::string_view timezone = "timezone";
constexpr std::string_view to_domains = "to_domains";
constexpr std::string_view received = "received";
constexpr std::string_view from = "from";
constexpr std::string_view by = "by";
constexpr std::string_view via = "via";
constexpr std::string_view with = "with";
constexpr std::string_view id = "id";
constexpr std::string_view for_ = "for";
constexpr std::string_view envelope_from = "envelope_from";
constexpr std::string_view envelope_sender = "envelope_sender";
constexpr std::string_view date_utc = "date_utc";
constexpr std::string_view delay = "delay";
constexpr std::string_view hop = "hop";
constexpr std::string_view raw = "raw";
constexpr std::string_view filename = "filename";
constexpr std::string_view payload = "payload";
constexpr std::string_view binary = "binary";
constexpr std::string_view mail_content_type = "mail_content_type";
constexpr std::string_view content_id = "content-id";
constexpr std::string_view content_disposition = "content-disposition";
constexpr std::string_view charset = "charset";
constexpr std::string_view content_transfer_encoding = "content_transfer_encoding";
constexpr std::string_view has_defects = "has_defects";
constexpr std::string_view defects = "defects";
constexpr std::string_view defects_categories = "defects_categories";
}  // namespace key

constexpr std::string_view between_bodies = "\n--- mail_boundary ---\n";

/// The class of Python's `email.errors` that says the same.
struct Defect {
  Code code;
  std::string_view category;
};
constexpr std::array defects = std::to_array<Defect>({
    {Code::hdr_leading_continuation, "FirstHeaderLineIsContinuationDefect"},
    {Code::hdr_no_colon, "MissingHeaderBodySeparatorDefect"},
    {Code::mime_b64_illegal_char, "InvalidBase64CharactersDefect"},
    {Code::mime_b64_truncated, "InvalidBase64PaddingDefect"},
    {Code::mime_boundary_missing, "NoBoundaryInMultipartDefect"},
    {Code::mime_boundary_empty, "NoBoundaryInMultipartDefect"},
    {Code::mime_cte_not_allowed_on_composite, "InvalidMultipartContentTransferEncodingDefect"},
    {Code::mime_multipart_unclosed, "CloseBoundaryNotFoundDefect"},
});

/// The fields that are lists of names and addresses.
constexpr std::array<FieldName, 6> address_fields{FieldName::bcc,  FieldName::cc,       FieldName::delivered_to,
                                                  FieldName::from, FieldName::reply_to, FieldName::to};

// --- header

void write_addresses(JsonWriter& writer, const std::string& name, const HeaderField& field) {
  Arena arena;
  Silence ignored;
  writer.begin_array(name);
  for (const Mailbox& mailbox : read_addresses(field.body(), arena, ignored).mailboxes) {
    writer.begin_array();
    writer.string(mailbox.name);
    writer.string(mailbox.address);
    writer.end_array();
  }
  writer.end_array();
}

/// A string, or an array where the field is repeated.
void write_values(JsonWriter& writer, const std::string& name, const std::vector<std::string_view>& values) {
  if (values.size() == 1) return writer.string_if(name, values.front());
  writer.strings(name, values);
}

bool is_address_field(FieldName name) noexcept {
  return std::ranges::find(address_fields, name) != address_fields.end();
}

void write_headers(JsonWriter& writer, const Message& message) {
  std::map<std::string, std::vector<std::string_view>> values;
  std::set<FieldName> written;
  for (std::size_t i = 0; i < message.headers.size(); ++i) {
    const MessageField& field = message.headers[i];
    if (field.id == FieldName::received || field.id == FieldName::date || field.name.empty()) continue;
    if (!is_address_field(field.id)) {
      values[lower_case(field.name)].push_back(field.value);
    } else if (written.insert(field.id).second) {
      write_addresses(writer, lower_case(field.name), *message.header.first(field.id));
    }
  }
  for (const auto& [name, list] : values) write_values(writer, name, list);
}

/// Hours with one digit behind the point: "+5.5".
std::string timezone_of(const MailDate& date) {
  const auto minutes = std::abs(date.zone.count());
  const auto tenths = (minutes + 3) / 6;
  std::string text(1, date.zone.count() < 0 ? '-' : '+');
  return text.append(std::to_string(tenths / 10)).append(".").append(std::to_string(tenths % 10));
}

void write_date(JsonWriter& writer, const MessageFields& fields) {
  if (!fields.date || !fields.date->date) return;
  writer.string(key::date, iso_time(fields.date->date->utc, std::chrono::minutes(0)));
  writer.string(key::timezone, timezone_of(*fields.date->date));
}

void write_to_domains(JsonWriter& writer, const MessageFields& fields) {
  std::set<std::string> domains;
  for (const auto* list : {&fields.to, &fields.reply_to}) {
    for (const AddressField& field : *list) {
      for (const Mailbox& mailbox : field.list.mailboxes) {
        if (!mailbox.domain.empty()) domains.insert(lower_case(mailbox.domain));
      }
    }
  }
  writer.strings_if(key::to_domains, domains);
}

// --- Received

using Time = std::optional<std::chrono::sys_seconds>;

Time time_of(const Received& received) {
  const auto& date = received.date ? received.date : received.loose_date;
  return date ? Time(date->utc) : std::nullopt;
}

void write_clauses(JsonWriter& writer, const ReceivedClauses& clauses) {
  writer.string_if(key::from, clauses.from);
  writer.string_if(key::by, clauses.by);
  writer.string_if(key::via, clauses.via);
  writer.string_if(key::with, clauses.with);
  writer.string_if(key::id, clauses.id);
  writer.string_if(key::for_, clauses.recipient);
  writer.string_if(key::envelope_from, clauses.envelope_from);
  writer.string_if(key::envelope_sender, clauses.envelope_sender);
  writer.string_if(key::date, clauses.date);
}

/// The first hop first. One that cannot be read makes all of them raw.
void write_received(JsonWriter& writer, const Message& message) {
  const std::vector<ReceivedField>& fields = message.fields.received;
  if (fields.empty()) return;
  Arena arena;
  const auto text = [&](const ReceivedField& field) { return unfold(field.field->value, arena); };
  const bool readable =
      std::ranges::all_of(fields, [&](const ReceivedField& field) { return split_received(text(field)).any(); });
  Time before;
  std::uint64_t number = 0;
  writer.begin_array(key::received);
  for (std::size_t i = fields.size(); i-- > 0;) {
    const Time now = time_of(fields[i].received);
    writer.begin_object();
    if (readable) {
      write_clauses(writer, split_received(text(fields[i])));
      if (now) writer.string(key::date_utc, iso_time(*now, std::chrono::minutes(0)));
      writer.number(key::delay, now && before ? static_cast<double>((*now - *before).count()) : 0.0);
    } else {
      writer.string(key::raw, text(fields[i]));
    }
    writer.uint(key::hop, ++number);
    writer.end_object();
    before = now;
  }
  writer.end_array();
}

// --- bodies and attachments

bool is_leaf(const MessagePart& part) noexcept {
  return part.kind == EntityKind::leaf || part.kind == EntityKind::opaque;
}

/// The name of an attachment; empty for what is a body.
std::string attachment_name(const MessagePart& part) {
  if (!part.filename.empty() || part.origin == PartOrigin::content)
    return part.filename.empty() ? "part-" + part.path : part.filename;
  const bool plain = part.type.ends_with("/html") || part.type.ends_with("/plain");
  if (!part.content_id.empty() && !plain) return part.content_id;
  return part.type.ends_with("/rtf") ? "part-" + part.path + ".rtf" : std::string();
}

std::string disposition_of(const PartContents& contents) {
  const auto named = [](const PartContents::Field& field) { return iequals(field.name, "content-disposition"); };
  const auto found = std::ranges::find_if(contents.headers, named);
  return found != contents.headers.end() ? found->value : std::string();
}

void write_attachment(JsonWriter& writer, const ShownPart& shown, const std::string& name) {
  const MessagePart& part = *shown.part;
  const bool content = part.origin == PartOrigin::content;
  const bool uuencode = part.encoding == TransferEncoding::uuencode || content;
  const bool quoted_application =
      part.encoding == TransferEncoding::quoted_printable && part.type.starts_with("application/");
  const bool binary = part.encoding == TransferEncoding::base64 || quoted_application || uuencode;
  writer.begin_object();
  writer.string(key::filename, name);
  writer.string(key::payload, binary ? base64_encode(shown.contents->octets) : text_of(part, *shown.contents));
  writer.boolean(key::binary, binary);
  writer.string(key::mail_content_type, part.type);
  writer.string(key::content_id, part.content_id);
  writer.string(key::content_disposition, disposition_of(*shown.contents));
  writer.key(key::charset);
  if (part.charset) {
    writer.string(lower_case(*part.charset));
  } else {
    writer.null();
  }
  writer.string(key::content_transfer_encoding, uuencode || quoted_application ? "base64" : part.encoding_name);
  writer.end_object();
}

void write_parts(JsonWriter& writer, const Message& message, std::span<const PartContents> contents) {
  std::vector<ShownPart> attachments;
  std::array<std::vector<std::string>, 3> bodies;  // plain, HTML, other
  for (const ShownPart& shown : shown_parts(message, contents)) {
    const MessagePart& part = *shown.part;
    if (!is_leaf(part)) continue;
    if (!attachment_name(part).empty()) {
      attachments.push_back(shown);
    } else if (!shown.contents->octets.empty()) {
      const std::size_t kind = part.type.ends_with("/plain") ? 0 : part.type.ends_with("/html") ? 1 : 2;
      bodies[kind].push_back(text_of(part, *shown.contents));
    }
  }
  if (!attachments.empty()) {
    writer.begin_array(key::attachments);
    for (const ShownPart& shown : attachments) write_attachment(writer, shown, attachment_name(*shown.part));
    writer.end_array();
  }
  std::string body;
  bool first = true;
  for (const auto& list : bodies) {
    for (const std::string& text : list) {
      if (!std::exchange(first, false)) body += between_bodies;
      body += text;
    }
  }
  writer.string_if(key::body, body);
}

// --- defects

void write_defects(JsonWriter& writer, const Message& message) {
  std::map<std::string, std::vector<std::string>> by_type;
  std::set<std::string_view> categories;
  for (const Diagnostic& finding : message.findings) {
    const auto known = std::ranges::find(defects, finding.code, &Defect::code);
    if (known == defects.end()) continue;
    const MessagePart* const part = finding.part.empty() ? &message.parts.front() : message.part(finding.part);
    by_type[part != nullptr ? part->type : std::string()].push_back(std::string(known->category) + ": " +
                                                                    std::string(info(finding.code).text));
    categories.insert(known->category);
  }
  writer.boolean(key::has_defects, !categories.empty());
  if (categories.empty()) return;
  writer.begin_array(key::defects);
  for (const auto& [type, texts] : by_type) {
    writer.begin_object();
    writer.strings(type, texts);
    writer.end_object();
  }
  writer.end_array();
  writer.strings(key::defects_categories, categories);
}

}  // namespace

void write_mailparser(JsonWriter& writer, const Message& message, std::span<const PartContents> contents) {
  writer.begin_object();
  write_headers(writer, message);
  write_date(writer, message.fields);
  write_to_domains(writer, message.fields);
  write_received(writer, message);
  write_parts(writer, message, contents);
  write_defects(writer, message);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
