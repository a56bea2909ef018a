#include <algorithm>
#include <unordered_set>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/json/ecs_record.hpp>
#include <mailparse/json/names.hpp>

#include "json/view_parts.hpp"

namespace mailparse {
namespace {

/// Values in order of first appearance, each once.
class Distinct {
 public:
  void add(std::string_view value) {
    if (!value.empty() && seen_.emplace(value).second) values_.emplace_back(value);
  }
  void write(JsonWriter& writer, std::string_view name) const {
    if (values_.empty()) return;
    writer.begin_array(name);
    for (const std::string& value : values_) writer.string(view_text(value));
    writer.end_array();
  }
  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }

 private:
  std::vector<std::string> values_;
  std::unordered_set<std::string> seen_;
};

void write_text(JsonWriter& writer, std::string_view name, std::string_view text) {
  if (!text.empty()) writer.string(name, view_text(text));
}

Outcome outcome_of(const MailView& view) noexcept {
  if (view.transaction != nullptr) return view.transaction->outcome;
  if (view.retrieval != nullptr) return view.retrieval->message.complete ? Outcome::accepted : Outcome::unknown;
  return Outcome::unknown;
}

std::string_view ecs_outcome(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::accepted:
      return "success";
    case Outcome::rejected:
    case Outcome::aborted:
      return "failure";
    case Outcome::unknown:
      break;
  }
  return "unknown";
}

std::string_view action_of(const MailView& view) noexcept {
  if (view.transaction != nullptr) return "mail-transaction";
  return view.retrieval != nullptr ? "mail-retrieval" : "mail-session";
}

void write_event(JsonWriter& writer, const MailView& view, const std::optional<Timestamp>& begin,
                 const std::optional<Timestamp>& end) {
  writer.begin_object(names::ecs::event);
  writer.string(names::ecs::kind, "event");
  writer.begin_array(names::ecs::category);
  writer.string("email");
  writer.string("network");
  writer.end_array();
  writer.begin_array(names::ecs::type);
  writer.string("info");
  writer.end_array();
  writer.string(names::ecs::module_name, "mailparse");
  writer.string(names::ecs::dataset, "mailparse.mail");
  writer.string(names::ecs::action, action_of(view));
  writer.string(names::ecs::outcome, ecs_outcome(outcome_of(view)));
  if (view.transaction != nullptr && view.transaction->reply) {
    const ReplyRecord& reply = *view.transaction->reply;
    if (reply.code) writer.string(names::ecs::code, std::to_string(*reply.code));
    if (!reply.text.empty()) writer.string(names::ecs::reason, view_text(reply.text.back()));
  }
  if (begin) writer.string(names::ecs::start, rfc3339(*begin));
  if (end) writer.string(names::ecs::end, rfc3339(*end));
  if (begin && end && *end >= *begin)
    writer.uint(names::ecs::duration, static_cast<std::uint64_t>((*end - *begin).count()));
  writer.end_object();
}

void write_end(JsonWriter& writer, std::string_view name, const Endpoint& endpoint) {
  writer.begin_object(name);
  writer.string(names::ecs::address, endpoint.ip);
  writer.string(names::ecs::ip, endpoint.ip);
  if (endpoint.port != 0) writer.uint(names::ecs::port, endpoint.port);
  writer.end_object();
}

void write_ends(JsonWriter& writer, const SessionRecord& session) {
  if (session.start.client) {
    write_end(writer, names::ecs::source, *session.start.client);
    write_end(writer, names::ecs::client, *session.start.client);
  }
  if (session.start.server) {
    write_end(writer, names::ecs::destination, *session.start.server);
    write_end(writer, names::ecs::server, *session.start.server);
  }
}

void write_network(JsonWriter& writer, const SessionRecord& session) {
  writer.begin_object(names::ecs::network);
  writer.string(names::ecs::transport, "tcp");
  if (session.start.client) writer.string(names::ecs::type, session.start.client->ip.contains(':') ? "ipv6" : "ipv4");
  if (session.protocol != Protocol::unknown) writer.string(names::ecs::protocol, to_string(session.protocol));
  writer.string_if(names::ecs::community_id, session.community_id);
  writer.end_object();
}

/// "TLSv1.3" as the schema's two fields.
void write_tls_version(JsonWriter& writer, std::uint16_t version) {
  const std::string name = tls_version_name(version);
  for (const std::string_view family : {"TLSv", "SSLv"}) {
    if (!name.starts_with(family)) continue;
    writer.string(names::ecs::version, name.substr(family.size()));
    writer.string(names::ecs::version_protocol, family == "TLSv" ? "tls" : "ssl");
  }
}

void write_tls(JsonWriter& writer, const TlsRecord& tls) {
  writer.begin_object(names::ecs::tls);
  writer.boolean(names::ecs::established, tls.server_hello.has_value());
  if (tls.server_hello) {
    write_tls_version(writer, tls.server_hello->version);
    writer.string(names::ecs::cipher, tls_cipher_name(tls.server_hello->cipher));
    write_text(writer, names::ecs::next_protocol, tls.server_hello->alpn);
  }
  if (tls.client_hello) {
    writer.begin_object(names::ecs::client);
    write_text(writer, names::ecs::server_name, tls.client_hello->server_name);
    writer.string(names::ecs::ja3, tls.client_hello->ja3);
    writer.end_object();
  }
  if (tls.certificate) {
    std::string sha256 = tls.certificate->sha256;
    std::ranges::transform(sha256, sha256.begin(), [](char octet) { return to_upper(octet); });
    writer.begin_object(names::ecs::server);
    writer.begin_object(names::ecs::hash);
    writer.string(names::ecs::sha256, sha256);
    writer.end_object();
    write_text(writer, names::ecs::subject, tls.certificate->subject);
    write_text(writer, names::ecs::issuer, tls.certificate->issuer);
    if (tls.certificate->not_before) writer.string(names::ecs::not_before, rfc3339(*tls.certificate->not_before));
    if (tls.certificate->not_after) writer.string(names::ecs::not_after, rfc3339(*tls.certificate->not_after));
    writer.end_object();
  }
  writer.end_object();
}

void write_addresses(JsonWriter& writer, std::string_view name, const std::vector<AddressField>& fields) {
  Distinct addresses;
  for (const AddressField& field : fields) {
    for (const Mailbox& mailbox : field.list.mailboxes) addresses.add(mailbox.address);
  }
  if (addresses.empty()) return;
  writer.begin_object(name);
  addresses.write(writer, names::ecs::address);
  writer.end_object();
}

std::string_view extension_of(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view{} : name.substr(dot + 1);
}

void write_attachments(JsonWriter& writer, const Message& message) {
  if (std::ranges::none_of(message.parts, &MessagePart::attachment)) return;
  writer.begin_array(names::ecs::attachments);
  for (const MessagePart& part : message.parts) {
    if (!part.attachment) continue;
    writer.begin_object();
    writer.begin_object(names::ecs::file);
    write_text(writer, names::ecs::name, part.filename);
    write_text(writer, names::ecs::extension, extension_of(part.filename));
    write_text(writer, names::ecs::mime_type, part.type);
    writer.uint(names::ecs::size, part.decoded_size);
    if (!part.sha256.empty()) {
      writer.begin_object(names::ecs::hash);
      writer.string(names::ecs::md5, part.md5);
      writer.string(names::ecs::sha256, part.sha256);
      writer.end_object();
    }
    writer.end_object();
    writer.end_object();
  }
  writer.end_array();
}

void write_email(JsonWriter& writer, const Message& message) {
  const MessageFields& fields = message.fields;
  writer.begin_object(names::ecs::email);
  write_addresses(writer, names::ecs::from, fields.from);
  if (!fields.sender.empty() && !fields.sender.front().list.mailboxes.empty()) {
    writer.begin_object(names::ecs::sender);
    writer.string(names::ecs::address, view_text(fields.sender.front().list.mailboxes.front().address));
    writer.end_object();
  }
  write_addresses(writer, names::ecs::reply_to, fields.reply_to);
  write_addresses(writer, names::ecs::to, fields.to);
  write_addresses(writer, names::ecs::cc, fields.cc);
  write_addresses(writer, names::ecs::bcc, fields.bcc);
  if (fields.subject) write_text(writer, names::ecs::subject, *fields.subject);
  if (fields.message_id) write_text(writer, names::ecs::message_id, fields.message_id->text);
  if (fields.date && fields.date->date)
    writer.string(names::ecs::origination_timestamp, rfc3339(fields.date->date->utc));
  if (const auto mailer = field_text(&message, FieldName::x_mailer)) write_text(writer, names::ecs::x_mailer, *mailer);
  if (!message.parts.empty()) write_text(writer, names::ecs::content_type, message.parts.front().type);
  write_attachments(writer, message);
  writer.end_object();
}

void write_own(JsonWriter& writer, const MailView& view) {
  writer.begin_object(names::ecs::mailparse);
  writer.string(names::ecs::session, view.session.id);
  writer.boolean(names::ecs::complete, view.session.complete);
  writer.string(names::ecs::ending, to_string(view.session.ending));
  if (view.session.hello) write_text(writer, names::ecs::helo, view.session.hello->name);
  if (view.retrieval != nullptr) write_text(writer, names::ecs::retrieval, view.retrieval->command);
  if (view.transaction != nullptr) {
    writer.uint(names::ecs::transaction, view.transaction->n);
    writer.string(names::ecs::outcome, to_string(view.transaction->outcome));
    if (view.transaction->smuggled) writer.string(names::ecs::smuggled, to_string(*view.transaction->smuggled));
    if (view.transaction->mail_from) writer.string(names::ecs::mail_from, view_text(*view.transaction->mail_from));
    if (!view.transaction->recipients.empty()) {
      writer.begin_array(names::ecs::rcpt_to);
      for (const RecipientRecord& recipient : view.transaction->recipients) writer.string(view_text(recipient.address));
      writer.end_array();
    }
  }
  if (view.message != nullptr) {
    writer.uint(names::ecs::size, view.message->size);
    writer.string(names::ecs::sha256, view.message->sha256);
  }
  writer.end_object();
}

const AuthRecord* last_login(const SessionRecord& session) noexcept {
  for (auto at = session.auth.rbegin(); at != session.auth.rend(); ++at) {
    if (at->identity) return &*at;
  }
  return nullptr;
}

void write_related(JsonWriter& writer, const MailView& view) {
  Distinct ips;
  Distinct hosts;
  Distinct users;
  Distinct hashes;
  if (view.session.start.client) ips.add(view.session.start.client->ip);
  if (view.session.start.server) ips.add(view.session.start.server->ip);
  if (view.session.original_client) ips.add(view.session.original_client->endpoint.ip);
  if (view.session.hello) hosts.add(view.session.hello->name);
  if (view.session.tls && view.session.tls->client_hello) hosts.add(view.session.tls->client_hello->server_name);
  for (const AuthRecord& auth : view.session.auth) users.add(auth.identity.value_or(std::string_view{}));
  if (view.transaction != nullptr) {
    users.add(view.transaction->mail_from.value_or(std::string_view{}));
    for (const RecipientRecord& recipient : view.transaction->recipients) users.add(recipient.address);
  }
  if (view.message != nullptr) {
    for (const ReceivedField& hop : view.message->fields.received) {
      ips.add(hop.received.from.ip);
      hosts.add(hop.received.from.rdns);
      hosts.add(hop.received.by);
    }
    hashes.add(view.message->sha256);
    for (const MessagePart& part : view.message->parts) {
      if (part.attachment) hashes.add(part.sha256);
    }
  }
  writer.begin_object(names::ecs::related);
  ips.write(writer, names::ecs::ip);
  hosts.write(writer, names::ecs::hosts);
  users.write(writer, names::ecs::user);
  hashes.write(writer, names::ecs::hash);
  writer.end_object();
}

/// When the mail began and was decided, or the whole conversation.
std::pair<std::optional<Timestamp>, std::optional<Timestamp>> span_of(const MailView& view) {
  const auto exchanges = exchanges_of(view);
  if (view.transaction == nullptr || exchanges.empty() || !exchanges.front().command)
    return {view.session.start.first.time, view.session.end.last.time};
  const ReplyRecord* const reply = deciding_reply(view);
  return {exchanges.front().command->place.at, reply != nullptr ? reply->place.at : std::nullopt};
}

}  // namespace

void write_ecs(JsonWriter& writer, const MailView& view, std::string_view file) {
  const auto [begin, end] = span_of(view);
  writer.begin_object();
  if (begin) writer.string(names::ecs::timestamp, rfc3339(*begin));
  writer.begin_object(names::ecs::ecs);
  writer.string(names::ecs::version, "8.17.0");
  writer.end_object();
  write_event(writer, view, begin, end);
  write_network(writer, view.session);
  write_ends(writer, view.session);
  if (view.session.tls && (view.session.tls->accepted || view.session.tls->implicit))
    write_tls(writer, *view.session.tls);
  if (const AuthRecord* const login = last_login(view.session)) {
    writer.begin_object(names::ecs::user);
    writer.string(names::ecs::name, view_text(*login->identity));
    writer.end_object();
  }
  if (view.message != nullptr) write_email(writer, *view.message);
  write_related(writer, view);
  writer.begin_object(names::ecs::log);
  writer.begin_object(names::ecs::file);
  writer.string(names::ecs::path, view_text(file));
  writer.end_object();
  writer.end_object();
  write_own(writer, view);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
