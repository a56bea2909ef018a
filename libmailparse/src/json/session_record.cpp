#include <algorithm>

#include <mailparse/json/finding.hpp>
#include <mailparse/json/names.hpp>
#include <mailparse/json/session_record.hpp>

#include "json/session_parts.hpp"
#include "json/tls_record.hpp"

namespace mailparse {
namespace {

void write_source(JsonWriter& writer, const ConversationStart& start, std::string_view file) {
  writer.begin_object(names::source);
  writer.string(names::file, file);
  writer.string(names::format, start.format);
  writer.string_if(names::dialect, start.dialect);
  if (start.confidence) writer.number(names::dialect_confidence, *start.confidence);
  writer.string_if(names::linktype, start.linktype);
  writer.end_object();
}

void write_client(JsonWriter& writer, const SessionRecord& session) {
  if (!session.start.client && !session.original_client) return;
  writer.begin_object(names::client);
  if (session.start.client) {
    writer.string(names::ip, session.start.client->ip);
    if (session.start.client->port != 0) writer.uint(names::port, session.start.client->port);
  }
  if (session.names) writer.strings_if(names::peer_names, session.names->client);
  if (session.original_client) {
    writer.begin_object(names::original);
    writer.string(names::ip, session.original_client->endpoint.ip);
    if (session.original_client->endpoint.port != 0) writer.uint(names::port, session.original_client->endpoint.port);
    writer.string(names::told_by, session.original_client->told_by);
    writer.end_object();
  }
  writer.end_object();
}

void write_server(JsonWriter& writer, const SessionRecord& session) {
  if (!session.start.server) return;
  writer.begin_object(names::server);
  writer.string(names::ip, session.start.server->ip);
  if (session.start.server->port != 0) writer.uint(names::port, session.start.server->port);
  if (session.names) {
    writer.strings_if(names::peer_names, session.names->server);
    writer.strings_if(names::mx_for, session.names->mx_for);
  }
  writer.end_object();
}

void write_tunnel(JsonWriter& writer, const Tunnel& tunnel) {
  writer.begin_object(names::tunnel);
  writer.string(names::kind, to_string(tunnel.kind));
  if (!tunnel.host.empty()) {
    writer.begin_object(names::target);
    writer.string(names::host, tunnel.host);
    writer.uint(names::port, tunnel.port);
    writer.end_object();
  }
  writer.end_object();
}

void write_span(JsonWriter& writer, const SessionRecord& session) {
  const Stamp& first = session.start.first;
  const Stamp& last = session.end.last;
  if (first.time) writer.time(names::started, *first.time);
  if (last.time) writer.time(names::ended, *last.time);
  if (first.time && last.time) writer.number(names::duration_s, seconds(elapsed(*first.time, *last.time)));
  if (first.frame != 0) writer.uint(names::first_frame, first.frame);
  if (last.frame != 0) writer.uint(names::last_frame, last.frame);
}

void write_extensions(JsonWriter& writer, const std::vector<ExtensionRecord>& extensions) {
  if (extensions.empty()) return;
  writer.begin_object(names::extensions);
  for (auto at = extensions.begin(); at != extensions.end(); ++at) {
    const auto same = [&](const ExtensionRecord& other) { return other.keyword == at->keyword; };
    if (std::any_of(extensions.begin(), at, same)) continue;
    // Servers list AUTH twice, with and without "=", for old clients: one keyword, all arguments.
    writer.begin_array(at->keyword);
    for (auto more = at; more != extensions.end(); ++more) {
      if (!same(*more)) continue;
      for (const std::string_view argument : more->arguments) writer.string(argument);
    }
    writer.end_array();
  }
  writer.end_object();
}

void write_exchange(JsonWriter& writer, const Exchange& exchange) {
  writer.begin_object();
  writer.uint(names::n, exchange.n);
  if (exchange.command) write_command(writer, *exchange.command);
  if (exchange.reply) {
    writer.key(names::reply);
    write_reply(writer, *exchange.reply);
  }
  if (!exchange.more_replies.empty()) {
    writer.begin_array(names::more_replies);
    for (const ReplyRecord& reply : exchange.more_replies) write_reply(writer, reply);
    writer.end_array();
  }
  if (exchange.latency) writer.number(names::latency_s, seconds(*exchange.latency));
  writer.end_object();
}

void write_recipient(JsonWriter& writer, const RecipientRecord& recipient) {
  writer.begin_object();
  writer.string(names::address, recipient.address);
  write_parameters(writer, recipient.parameters);
  writer.string(names::outcome, to_string(recipient.outcome));
  if (recipient.reply) {
    if (recipient.reply->code) writer.uint(names::code, *recipient.reply->code);
    if (recipient.reply->enhanced) writer.string(names::enhanced, to_text(*recipient.reply->enhanced));
    if (!recipient.reply->text.empty()) writer.string(names::text, recipient.reply->text.back());
  }
  if (recipient.final_reply) {
    writer.begin_object(names::final_reply);
    writer.key(names::reply);
    write_reply(writer, *recipient.final_reply);
    writer.end_object();
  }
  writer.end_object();
}

void write_transaction(JsonWriter& writer, const TransactionRecord& transaction) {
  writer.begin_object();
  writer.uint(names::n, transaction.n);
  if (transaction.mail_from) writer.string(names::mail_from, *transaction.mail_from);
  write_parameters(writer, transaction.parameters);
  writer.begin_array(names::recipients);
  for (const RecipientRecord& recipient : transaction.recipients) write_recipient(writer, recipient);
  writer.end_array();
  writer.string(names::outcome, to_string(transaction.outcome));
  if (transaction.reply) {
    writer.key(names::reply);
    write_reply(writer, *transaction.reply);
  }
  if (transaction.message) write_message_facts(writer, *transaction.message);
  if (transaction.smuggled) writer.string(names::smuggled, to_string(*transaction.smuggled));
  writer.end_object();
}

void write_retrieval(JsonWriter& writer, const RetrievalRecord& retrieval) {
  writer.begin_object();
  writer.string(names::command, retrieval.command);
  writer.string_if(names::mailbox, retrieval.mailbox);
  writer.string_if(names::uid, retrieval.id);
  if (retrieval.pieces > 0) writer.integer(names::pieces, static_cast<std::int64_t>(retrieval.pieces));
  write_message_facts(writer, retrieval.message);
  writer.end_object();
}

/// An array member; absent when there is nothing in it.
template <typename Item, typename Write>
void write_list(JsonWriter& writer, const JsonName& name, const std::vector<Item>& items, Write write) {
  if (items.empty()) return;
  writer.begin_array(name);
  for (const Item& item : items) write(writer, item);
  writer.end_array();
}

void write_maildrop(JsonWriter& writer, const MaildropRecord& maildrop) {
  writer.begin_object(names::maildrop);
  if (maildrop.messages) writer.uint(names::messages, *maildrop.messages);
  if (maildrop.octets) writer.uint(names::octets, *maildrop.octets);
  write_list(writer, names::marks, maildrop.marks, [](JsonWriter& to, const MarkedMessage& marked) {
    to.begin_object();
    to.uint(names::message, marked.number);
    to.string(names::mark, to_string(marked.mark));
    to.end_object();
  });
  writer.end_object();
}

void write_elided(JsonWriter& writer, const ElidedCounts& elided) {
  if (!elided.any()) return;
  writer.begin_object(names::elided);
  if (elided.messages > 0) writer.uint(names::messages, elided.messages);
  if (elided.secrets > 0) writer.uint(names::secrets, elided.secrets);
  if (elided.replies > 0) writer.uint(names::replies, elided.replies);
  writer.end_object();
}

void write_octets(JsonWriter& writer, const ConversationEnd& end) {
  writer.begin_object(names::octets);
  writer.uint(names::client, end.client_octets);
  writer.uint(names::server, end.server_octets);
  writer.uint(names::missing, end.missing_octets);
  writer.end_object();
}

}  // namespace

void write_session(JsonWriter& writer, const SessionRecord& session, std::string_view file) {
  writer.begin_object();
  writer.string(names::record, "session");
  writer.uint(names::schema, schema_version);
  writer.string(names::id, session.id);
  writer.string(names::protocol, to_string(session.protocol));
  if (session.protocol_confidence) writer.number(names::protocol_confidence, *session.protocol_confidence);
  write_source(writer, session.start, file);
  write_client(writer, session);
  write_server(writer, session);
  if (session.tunnel) write_tunnel(writer, *session.tunnel);
  writer.string_if(names::community_id, session.community_id);
  write_span(writer, session);
  writer.boolean(names::complete, session.complete);
  write_elided(writer, session.elided);
  writer.string(names::ending, to_string(session.ending));
  if (session.greeting) {
    writer.begin_object(names::greeting);
    writer.key(names::reply);
    write_reply(writer, *session.greeting);
    writer.end_object();
  }
  if (session.hello) {
    writer.begin_object(names::hello);
    writer.string(names::verb, session.hello->verb);
    writer.string(names::name, session.hello->name);
    writer.end_object();
  }
  write_extensions(writer, session.extensions);
  if (session.tls) write_tls(writer, *session.tls);
  write_list(writer, names::auth, session.auth, write_auth);
  writer.begin_array(names::exchanges);
  for (const Exchange& exchange : session.exchanges) write_exchange(writer, exchange);
  writer.end_array();
  if (session.exchanges_left_out != 0) writer.uint(names::exchanges_left_out, session.exchanges_left_out);
  write_list(writer, names::transactions, session.transactions, write_transaction);
  write_list(writer, names::retrievals, session.retrievals, write_retrieval);
  if (session.maildrop) write_maildrop(writer, *session.maildrop);
  write_octets(writer, session.end);
  writer.begin_array(names::findings);
  for (const Diagnostic& finding : session.findings) write_finding(writer, finding);
  writer.end_array();
  if (session.findings_left_out != 0) writer.uint(names::findings_left_out, session.findings_left_out);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
