#include <ranges>

#include <mailparse/base/digest.hpp>
#include <mailparse/base/octets.hpp>
#include <mailparse/json/eve_record.hpp>
#include <mailparse/json/names.hpp>

#include "json/view_parts.hpp"

namespace mailparse {
namespace {

/// "2009-10-05T06:06:07.492060+0000"
std::string eve_time(Timestamp time) {
  constexpr std::size_t to_microseconds = 26;
  return rfc3339(time).substr(0, to_microseconds) + "+0000";
}

/// A number that every reader of JSON keeps whole: below 2^53, and not 0.
std::uint64_t flow_id(const SessionRecord& session) {
  constexpr std::size_t digits = 13;
  return (std::stoull(connection_digest(session).substr(0, digits), nullptr, 16) | 1U);
}

void write_envelope(JsonWriter& writer, const SessionRecord& session, std::string_view type, const StreamPlace& place,
                    std::uint64_t tx_id) {
  if (place.at) writer.string(names::eve::timestamp, eve_time(*place.at));
  writer.uint(names::eve::flow_id, flow_id(session));
  if (place.frame != 0) writer.uint(names::eve::pcap_cnt, place.frame);
  writer.string(names::eve::event_type, type);
  const std::optional<Endpoint>& client = session.start.client;
  const std::optional<Endpoint>& server = session.start.server;
  if (client) {
    writer.string(names::eve::src_ip, client->ip);
    writer.uint(names::eve::src_port, client->port);
  }
  if (server) {
    writer.string(names::eve::dest_ip, server->ip);
    writer.uint(names::eve::dest_port, server->port);
  }
  writer.string(names::eve::proto, "TCP");
  if (client) {
    writer.uint(names::eve::ip_v, client->ip.contains(':') ? 6 : 4);
    writer.string(names::eve::pkt_src, "wire/pcap");
  }
  writer.uint(names::eve::tx_id, tx_id);
  writer.string(names::eve::app_proto, type);
  writer.string_if(names::eve::community_id, session.community_id);
}

/// Where the transaction was decided: its reply, or the last thing said in it.
StreamPlace decided(const MailView& view) {
  if (const ReplyRecord* const reply = deciding_reply(view)) return reply->place;
  const auto exchanges = exchanges_of(view);
  if (!exchanges.empty() && exchanges.back().command) return exchanges.back().command->place;
  const Stamp& last = view.session.end.last.frame != 0 ? view.session.end.last : view.session.start.first;
  return {last.time, last.frame, 0};
}

/// What stands behind the colon of MAIL or RCPT, to the first blank outside of quotes and brackets.
std::string_view path_as_sent(std::string_view line) noexcept {
  line = trim_blanks(line.substr(std::min(line.size(), line.find(':') + 1)));
  bool quoted = false;
  bool bracketed = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char octet = line[at];
    if (octet == '"') quoted = !quoted;
    if (!quoted && octet == '<') bracketed = true;
    if (!quoted && octet == '>') bracketed = false;
    if (!quoted && !bracketed && is(OctetClass::blank, octet)) return line.substr(0, at);
  }
  return line;
}

void write_smtp(JsonWriter& writer, const MailView& view) {
  writer.begin_object(names::eve::smtp);
  if (view.session.hello) writer.string(names::eve::helo, view_text(view.session.hello->name));
  if (view.transaction != nullptr) {
    const auto exchanges = exchanges_of(view);
    const auto path_of = [](const Exchange& exchange) { return view_text(path_as_sent(exchange.command->text)); };
    if (!exchanges.empty() && exchanges.front().command && exchanges.front().command->verb == "MAIL")
      writer.string(names::eve::mail_from, path_of(exchanges.front()));
    if (!view.transaction->recipients.empty()) {
      writer.begin_array(names::eve::rcpt_to);
      for (const Exchange& exchange : exchanges) {
        if (exchange.command && exchange.command->verb == "RCPT") writer.string(path_of(exchange));
      }
      writer.end_array();
    }
  }
  writer.end_object();
}

/// Suricata's names for how far its MIME parser came.
std::string_view parser_status(const MailView& view) noexcept {
  if (!view.transaction->message || view.transaction->message->complete) return "PARSE_DONE";
  return view.message->header.end() == HeaderEnd::input_end ? "HEADER_STARTED" : "BODY_STARTED";
}

void write_list(JsonWriter& writer, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  writer.begin_array(name);
  for (const std::string& text : texts) writer.string(view_text(text));
  writer.end_array();
}

void write_fields(JsonWriter& writer, const Message* message) {
  const auto write = [&](std::string_view name, std::string_view field) {
    if (const auto text = field_text(message, field); text && !text->empty()) writer.string(name, view_text(*text));
  };
  write(names::eve::from, "From");
  write_list(writer, names::eve::to, address_texts(message, FieldName::to));
  write_list(writer, names::eve::cc, address_texts(message, FieldName::cc));
  write_list(writer, names::eve::bcc, address_texts(message, FieldName::bcc));
  write(names::eve::reply_to, "Reply-To");
  write(names::eve::subject, "Subject");
  write(names::eve::date, "Date");
  write(names::eve::message_id, "Message-ID");
  write(names::eve::in_reply_to, "In-Reply-To");
  write(names::eve::references, "References");
  write_list(writer, names::eve::received, field_texts(message, FieldName::received));
  write(names::eve::x_mailer, "X-Mailer");
  write(names::eve::user_agent, "User-Agent");
  write(names::eve::x_originating_ip, "X-Originating-IP");
  write(names::eve::importance, "Importance");
  write(names::eve::priority, "Priority");
  write(names::eve::sensitivity, "Sensitivity");
  write(names::eve::organization, "Organization");
  write(names::eve::content_md5, "Content-MD5");
}

/// The one found last comes first, as Suricata lists them. Words that only begin with "www." are no URLs to it.
void write_urls(JsonWriter& writer, const Message& message) {
  std::vector<std::string> urls;
  for (const Observable& observable : message.observables | std::views::reverse) {
    if (observable.kind == Observable::Kind::url && observable.value.contains("://")) urls.push_back(observable.value);
  }
  write_list(writer, names::eve::url, urls);
}

void write_email(JsonWriter& writer, const MailView& view) {
  writer.begin_object(names::eve::email);
  writer.string(names::eve::status, parser_status(view));
  write_fields(writer, view.message);
  writer.string_if(names::eve::body_md5, view.body_md5);
  if (const auto subject = field_text(view.message, FieldName::subject))
    writer.string(names::eve::subject_md5, digest_hex(DigestKind::md5, *subject));
  std::vector<std::string> attachments;
  for (const MessagePart& part : view.message->parts) {
    if (!part.filename.empty()) attachments.push_back(part.filename);
  }
  write_list(writer, names::eve::attachment, attachments);
  write_urls(writer, *view.message);
  writer.end_object();
}

/// Calls `take` with each word of a command line behind the first.
template <typename Take>
void arguments_of(std::string_view line, Take take) {
  bool first = true;
  while (!(line = trim_blanks(line)).empty()) {
    const std::size_t end = std::min(line.size(), line.find_first_of(" \t"));
    if (!first) take(line.substr(0, end));
    first = false;
    line.remove_prefix(end);
  }
}

void write_request(JsonWriter& writer, const CommandRecord& command) {
  const bool sasl = command.verb == "+";
  writer.begin_object(names::eve::request);
  writer.string(names::eve::command, sasl ? std::string("<SASL DATA>") : view_text(command.verb));
  writer.begin_array(names::eve::args);
  if (!sasl) arguments_of(command.text, [&](std::string_view word) { writer.string(view_text(word)); });
  writer.end_array();
  writer.end_object();
}

void write_response(JsonWriter& writer, const ReplyRecord& reply) {
  // Suricata takes the "+" that asks for the next SASL response for success.
  const bool success = reply.status == "+OK" || reply.status == "+";
  writer.begin_object(names::eve::response);
  writer.boolean(names::eve::success, success);
  writer.string(names::eve::status, success ? "OK" : "ERR");
  writer.string(names::eve::header, reply.text.empty() ? std::string() : view_text(reply.text.front()));
  writer.begin_array(names::eve::data);
  for (std::size_t line = 1; line < reply.text.size(); ++line) writer.string(view_text(reply.text[line]));
  writer.end_array();
  writer.end_object();
}

}  // namespace

void write_eve_smtp(JsonWriter& writer, const MailView& view, std::uint64_t tx_id) {
  writer.begin_object();
  write_envelope(writer, view.session, "smtp", decided(view), tx_id);
  write_smtp(writer, view);
  if (view.message != nullptr) write_email(writer, view);
  writer.end_object();
  writer.end_line();
}

void write_eve_pop3(JsonWriter& writer, const SessionRecord& session, const Exchange& exchange, std::uint64_t tx_id) {
  StreamPlace place;
  if (exchange.command) place = exchange.command->place;
  if (exchange.reply) place = exchange.reply->place;
  writer.begin_object();
  write_envelope(writer, session, "pop3", place, tx_id);
  writer.begin_object(names::eve::pop3);
  if (exchange.command) write_request(writer, *exchange.command);
  if (exchange.reply) write_response(writer, *exchange.reply);
  writer.end_object();
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
