#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mailparse/base/digest.hpp>
#include <mailparse/base/octets.hpp>
#include <mailparse/json/foreign_message.hpp>
#include <mailparse/message/header.hpp>

#include "json/foreign_text.hpp"

namespace mailparse {
namespace {

/// eml_parser's names.
namespace key {
constexpr std::string_view header = "header";
constexpr std::string_view subject = "subject";
constexpr std::string_view from = "from";
constexpr std::string_view to = "to";
constexpr std::string_view cc = "cc";
constexpr std::string_view delivered_to = "delivered_to";
constexpr std::string_view date = "date";
constexpr std::string_view received = "received";
constexpr std::string_view src = "src";
constexpr std::string_view by = "by";
constexpr std::string_view with = "with";
constexpr std::string_view for_ = "for";
constexpr std::string_view warning = "warning";
constexpr std::string_view received_email = "received_email";
constexpr std::string_view received_domain = "received_domain";
constexpr std::string_view received_ip = "received_ip";
constexpr std::string_view received_foremail = "received_foremail";
constexpr std::string_view body = "body";
constexpr std::string_view content_header = "content_header";
constexpr std::string_view content_type = "content_type";
constexpr std::string_view content = "content";
constexpr std::string_view hash = "hash";
constexpr std::string_view boundary = "boundary";
constexpr std::string_view uri = "uri";
constexpr std::string_view uri_noscheme = "uri_noscheme";
constexpr std::string_view email = "email";
constexpr std::string_view domain = "domain";
constexpr std::string_view ip = "ip";
constexpr std::string_view attachment = "attachment";
constexpr std::string_view filename = "filename";
constexpr std::string_view size = "size";
constexpr std::string_view extension = "extension";
constexpr std::string_view md5 = "md5";
constexpr std::string_view sha1 = "sha1";
constexpr std::string_view sha256 = "sha256";
constexpr std::string_view sha512 = "sha512";
constexpr std::string_view mime_type = "mime_type";
constexpr std::string_view mime_type_short = "mime_type_short";
}  // namespace key

constexpr std::string_view date_of_no_date = "1970-01-01T00:00:00+00:00";
constexpr std::string_view name_of_no_name = "part-000";
constexpr std::string_view nothing_parsable = "Nothing Parsable";

/// Values in order, each once.
class Values {
 public:
  void add(std::string value) {
    if (!value.empty() && known_.insert(value).second) list_.push_back(std::move(value));
  }
  [[nodiscard]] const std::vector<std::string>& list() const noexcept { return list_; }

 private:
  std::vector<std::string> list_;
  std::set<std::string, std::less<>> known_;
};

/// Header fields by name in lower case.
using FieldMap = std::map<std::string, std::vector<std::string>>;

FieldMap fields_of(std::span<const PartContents::Field> fields) {
  FieldMap map;
  for (const PartContents::Field& field : fields) map[lower_case(field.name)].push_back(field.value);
  return map;
}

void write_fields(JsonWriter& writer, std::string_view name, const FieldMap& fields) {
  writer.begin_object(name);
  for (const auto& [field, values] : fields) writer.strings(field, values);
  writer.end_object();
}

// --- addresses

std::vector<std::string> addresses_of(const std::vector<AddressField>& fields) {
  std::vector<std::string> addresses;
  for (const AddressField& field : fields) {
    for (const Mailbox& mailbox : field.list.mailboxes) {
      if (!mailbox.domain.empty()) addresses.push_back(lower_case(mailbox.address));
    }
  }
  return addresses;
}

std::vector<std::string> delivered_to(const Message& message) {
  std::vector<std::string> addresses;
  Silence ignored;
  Arena arena;
  for (const HeaderField& field : message.header.fields()) {
    if (field.id != FieldName::delivered_to) continue;
    for (const Mailbox& mailbox : read_addresses(field.body(), arena, ignored).mailboxes) {
      if (!mailbox.domain.empty()) addresses.push_back(lower_case(mailbox.address));
    }
  }
  return addresses;
}

// --- Received

/// Python's `ipaddress.is_private`, as far as mail has it.
bool is_private_ip(std::string_view ip) {
  if (ip.contains(':')) {
    for (const char* prefix : {"fc", "fd", "fe8", "fe9", "fea", "feb", "2001:db8"}) {
      if (istarts_with(ip, prefix)) return true;
    }
    return ip == "::1" || ip == "::";
  }
  unsigned a = 0, b = 0, c = 0;
  const char* at = ip.data();
  const char* const end = at + ip.size();
  for (unsigned* number : {&a, &b, &c}) {
    at = std::from_chars(at, end, *number).ptr;
    if (at < end) ++at;
  }
  const auto net = [&](unsigned x, unsigned y, unsigned z) { return a == x && b == y && c == z; };
  return a == 0 || a == 10 || a == 127 || a >= 240 || (a == 169 && b == 254) || (a == 172 && b >= 16 && b <= 31) ||
         (a == 192 && b == 168) || net(192, 0, 0) || net(192, 0, 2) || (a == 198 && (b == 18 || b == 19)) ||
         net(198, 51, 100) || net(203, 0, 113);
}

bool is_domain(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && dot + 1 < text.size() && is(OctetClass::alpha, text[dot + 1]) &&
         text.find_first_of(" []()<>@:") == std::string_view::npos;
}

/// White space as single spaces, in lower case.
std::string flat(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool white = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!white) {
      out += to_lower(c);
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  return out;
}

struct ReceivedSums {
  Values emails, domains, ips;
};

void add_host(std::string_view text, Values& hosts, ReceivedSums& sums) {
  const std::string host = lower_case(text);
  if (!is_domain(host)) return;
  hosts.add(host);
  sums.domains.add(host);
}

void write_hop(JsonWriter& writer, const ReceivedField& field, ReceivedSums& sums) {
  const Received& hop = field.received;
  Values from, by;
  add_host(hop.from.helo, from, sums);
  add_host(hop.from.rdns, from, sums);
  if (!hop.from.ip.empty()) {
    from.add(lower_case(hop.from.ip));
    if (!is_private_ip(hop.from.ip)) sums.ips.add(lower_case(hop.from.ip));
  }
  add_host(hop.by, by, sums);
  std::string with = lower_case(hop.with);
  if (!with.empty() && !hop.id.empty()) with += " id " + lower_case(hop.id);
  const std::string recipient = hop.recipient.contains('@') ? lower_case(hop.recipient) : std::string();
  sums.emails.add(recipient);
  const auto& date = hop.date ? hop.date : hop.loose_date;

  writer.begin_object();
  writer.string(key::src, flat(field.field->value));
  writer.strings_if(key::from, from.list());
  writer.strings_if(key::by, by.list());
  writer.string_if(key::with, with);
  if (!recipient.empty()) writer.strings(key::for_, std::array{recipient});
  if (date) writer.string(key::date, iso_time(date->utc, date->zone));
  if (from.list().empty() && by.list().empty() && with.empty() && recipient.empty())
    writer.strings(key::warning, std::array{nothing_parsable});
  writer.end_object();
}

void write_received(JsonWriter& writer, const Message& message) {
  ReceivedSums sums;
  writer.begin_array(key::received);
  for (const ReceivedField& hop : message.fields.received) write_hop(writer, hop, sums);
  writer.end_array();
  writer.strings_if(key::received_email, sums.emails.list());
  writer.strings_if(key::received_foremail, sums.emails.list());
  writer.strings_if(key::received_domain, sums.domains.list());
  writer.strings_if(key::received_ip, sums.ips.list());
}

void write_header(JsonWriter& writer, const Message& message) {
  const MessageFields& fields = message.fields;
  writer.begin_object(key::header);
  writer.string(key::subject, fields.subject ? *fields.subject : std::string_view());
  const std::vector<std::string> from = addresses_of(fields.from);
  writer.string(key::from, from.empty() ? std::string() : from.front());
  writer.strings(key::to, addresses_of(fields.to));
  writer.strings_if(key::cc, addresses_of(fields.cc));
  writer.strings_if(key::delivered_to, delivered_to(message));
  const bool dated = fields.date && fields.date->date;
  writer.string(key::date,
                dated ? iso_time(fields.date->date->utc, fields.date->date->zone) : std::string(date_of_no_date));
  write_received(writer, message);
  FieldMap all;
  for (const MessageField& field : message.headers) {
    if (!field.name.empty()) all[lower_case(field.name)].emplace_back(field.value);
  }
  write_fields(writer, key::header, all);
  writer.end_object();
}

// --- bodies and attachments

bool is_text(const MessagePart& part) noexcept {
  return part.type.starts_with("text/");
}
bool is_container(const MessagePart& part) noexcept {
  return part.kind == EntityKind::multipart || part.kind == EntityKind::message || part.kind == EntityKind::encoded;
}

/// Text without a disposition, and whatever has the name of an HTML file.
bool is_body(const MessagePart& part) {
  if (is_container(part) || part.origin == PartOrigin::content) return false;
  const std::string extension = file_extension(part.filename);
  return (is_text(part) && part.disposition.empty()) || extension == "html" || extension == "htm";
}

using ObservablesByPart = std::unordered_map<std::string_view, std::vector<const Observable*>>;

void write_observables(JsonWriter& writer, const std::vector<const Observable*>& observables,
                       const MessageStyle& style) {
  Values urls, bare, emails, domains, ips;
  const auto shown = [&](std::string value) { return style.defang ? defang(value) : value; };
  for (const Observable* const observable : observables) {
    const std::string& value = observable->value;
    switch (observable->kind) {
      case Observable::Kind::url:
        (istarts_with(value, "www.") ? bare : urls).add(shown(value));
        domains.add(shown(host_name_of(value)));
        break;
      case Observable::Kind::address:
        emails.add(shown(lower_case(value)));
        domains.add(shown(host_name_of(value)));
        break;
      case Observable::Kind::ip:
        ips.add(shown(value));
        break;
    }
  }
  writer.strings_if(key::uri, urls.list());
  writer.strings_if(key::uri_noscheme, bare.list());
  writer.strings_if(key::email, emails.list());
  writer.strings_if(key::domain, domains.list());
  writer.strings_if(key::ip, ips.list());
}

/// The boundary of the multipart around a part.
std::string_view boundary_around(const Message& message, const MessagePart& part) {
  const MessagePart& around = message.parts[part.parent];
  if (&around == &part || around.kind != EntityKind::multipart) return {};
  const auto found = std::ranges::find(around.params, "boundary", &MimeParameter::name);
  return found != around.params.end() ? std::string_view(found->value) : std::string_view();
}

void write_body(JsonWriter& writer, const Message& message, const ShownPart& shown, bool only_body,
                const std::vector<const Observable*>& observables, const MessageStyle& style) {
  FieldMap fields = fields_of(shown.contents->headers);
  if (only_body) std::erase_if(fields, [](const auto& field) { return !field.first.starts_with("content"); });
  const std::string text = text_of(*shown.part, *shown.contents);
  writer.begin_object();
  write_observables(writer, observables, style);
  write_fields(writer, key::content_header, fields);
  writer.string(key::content, text);
  if (const auto type = fields.find("content-type"); type != fields.end()) {
    // The last one counts, as in Thunderbird.
    const std::string_view value = type->second.back();
    writer.string(key::content_type, trim_blanks(value.substr(0, value.find(';'))));
  }
  writer.string(key::hash, digest_hex(DigestKind::sha256, text));
  if (const std::string_view boundary = boundary_around(message, *shown.part); !boundary.empty())
    writer.string(key::boundary, boundary);
  writer.end_object();
}

/// As Python's os.path.splitext(): what stands behind the last dot, unless the name begins with it.
std::string extension_of(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.find_first_not_of('.') > dot) return {};
  return lower_case(name.substr(dot + 1));
}

void write_attachment(JsonWriter& writer, const MessagePart& part, const PartContents& contents) {
  const std::string_view name = part.filename.empty() ? name_of_no_name : std::string_view(part.filename);
  writer.begin_object();
  writer.string(key::filename, name);
  writer.uint(key::size, part.decoded_size);
  if (const std::string extension = extension_of(name); !extension.empty()) writer.string(key::extension, extension);
  writer.begin_object(key::hash);
  writer.string(key::md5, part.md5);
  writer.string(key::sha1, contents.sha1);
  writer.string(key::sha256, part.sha256);
  writer.string(key::sha512, contents.sha512);
  writer.end_object();
  if (!contents.description.empty()) {
    writer.string(key::mime_type, contents.description);
    writer.string(key::mime_type_short, contents.described_type);
  }
  write_fields(writer, key::content_header, fields_of(contents.headers));
  writer.end_object();
}

}  // namespace

bool is_eml_parser_attachment(const MessagePart& part) noexcept {
  if (part.kind == EntityKind::multipart) return false;
  return part.origin == PartOrigin::content || !part.disposition.empty() || !is_text(part);
}

void write_eml_parser(JsonWriter& writer, const Message& message, std::span<const PartContents> contents,
                      const MessageStyle& style) {
  ObservablesByPart observables;
  for (const Observable& observable : message.observables) observables[observable.part].push_back(&observable);
  const std::vector<ShownPart> parts = shown_parts(message, contents);
  const auto body = [](const ShownPart& shown) { return is_body(*shown.part); };
  const auto attachment = [](const ShownPart& shown) { return is_eml_parser_attachment(*shown.part); };
  const bool only_body = std::ranges::count_if(parts, body) == 1;
  writer.begin_object();
  writer.begin_array(key::body);
  for (const ShownPart& shown : parts) {
    if (body(shown)) write_body(writer, message, shown, only_body, observables[shown.part->path], style);
  }
  writer.end_array();
  write_header(writer, message);
  if (std::ranges::any_of(parts, attachment)) {
    writer.begin_array(key::attachment);
    for (const ShownPart& shown : parts) {
      if (attachment(shown)) write_attachment(writer, *shown.part, *shown.contents);
    }
    writer.end_array();
  }
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
