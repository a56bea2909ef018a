#include <algorithm>
#include <chrono>

#include <mailparse/base/digest.hpp>
#include <mailparse/json/names.hpp>
#include <mailparse/json/zeek_record.hpp>

#include "json/received_path.hpp"
#include "json/view_parts.hpp"

namespace mailparse {
namespace {

/// An identifier in Zeek's form: a letter for its kind and 17 digits to the base 62.
std::string zeek_id(char kind, std::string_view key) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::size_t length = 17;
  const std::string digest = digest_hex(DigestKind::sha256, key);
  std::string id(1, kind);
  for (std::size_t at = 0; id.size() <= length; at += 3) {
    id.push_back(digits[std::stoul(digest.substr(at, 3), nullptr, 16) % digits.size()]);
  }
  return id;
}

/// Zeek opens a line with the first thing said, and the next one when it wrote the line before.
std::optional<Timestamp> opened(const MailView& view) {
  const TransactionRecord* const before = transaction_before(view);
  if (before != nullptr && before->message && before->reply) return before->reply->place.at;
  const auto exchanges = exchanges_of(view);
  if (before != nullptr)
    return !exchanges.empty() && exchanges.front().command ? exchanges.front().command->place.at : std::nullopt;
  std::optional<Timestamp> first;
  const auto consider = [&](const std::optional<Timestamp>& at) {
    if (at && (!first || *at < *first)) first = at;
  };
  if (view.session.greeting) consider(view.session.greeting->place.at);
  if (!view.session.exchanges.empty()) {
    const Exchange& exchange = view.session.exchanges.front();
    if (exchange.command) consider(exchange.command->place.at);
    if (exchange.reply) consider(exchange.reply->place.at);
  }
  return first ? first : view.session.start.first.time;
}

double epoch(Timestamp time) {
  const auto whole = std::chrono::floor<std::chrono::microseconds>(time);
  return static_cast<double>(whole.time_since_epoch().count()) / 1e6;
}

void write_text(JsonWriter& writer, std::string_view name, const std::optional<std::string>& text) {
  if (text) writer.string(name, view_text(*text));
}

void write_texts(JsonWriter& writer, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  writer.begin_array(name);
  for (const std::string& text : texts) writer.string(view_text(text));
  writer.end_array();
}

void write_connection(JsonWriter& writer, const SessionRecord& session) {
  if (session.start.client) {
    writer.string(names::zeek::id_orig_h, session.start.client->ip);
    writer.uint(names::zeek::id_orig_p, session.start.client->port);
  }
  if (session.start.server) {
    writer.string(names::zeek::id_resp_h, session.start.server->ip);
    writer.uint(names::zeek::id_resp_p, session.start.server->port);
  }
}

void write_envelope(JsonWriter& writer, const MailView& view) {
  if (view.session.hello) writer.string(names::zeek::helo, view_text(view.session.hello->name));
  if (view.transaction == nullptr) return;
  if (view.transaction->mail_from) writer.string(names::zeek::mailfrom, view_text(*view.transaction->mail_from));
  if (view.transaction->recipients.empty()) return;
  std::vector<std::string_view> told;
  writer.begin_array(names::zeek::rcptto);
  for (const RecipientRecord& recipient : view.transaction->recipients) told.push_back(recipient.address);
  // A set to Zeek: in its order here, so that each stands once.
  std::ranges::sort(told);
  const auto [behind, end] = std::ranges::unique(told);
  told.erase(behind, end);
  for (const std::string_view address : told) writer.string(view_text(address));
  writer.end_array();
}

std::optional<std::string> originating_address(const Message* message) {
  const auto field = field_text(message, FieldName::x_originating_ip);
  if (!field) return std::nullopt;
  std::vector<std::string> addresses = wrapped_addresses(*field);
  return addresses.empty() ? std::nullopt : std::optional(std::move(addresses.front()));
}

void write_header(JsonWriter& writer, const MailView& view) {
  const Message* const message = view.message;
  write_text(writer, names::zeek::date, field_text(message, FieldName::date));
  write_text(writer, names::zeek::from, field_text(message, FieldName::from));
  write_texts(writer, names::zeek::to, address_texts(message, FieldName::to));
  write_texts(writer, names::zeek::cc, address_texts(message, FieldName::cc));
  write_text(writer, names::zeek::reply_to, field_text(message, FieldName::reply_to));
  write_text(writer, names::zeek::msg_id, field_text(message, FieldName::message_id));
  write_text(writer, names::zeek::in_reply_to, field_text(message, FieldName::in_reply_to));
  write_text(writer, names::zeek::subject, field_text(message, FieldName::subject));
  write_text(writer, names::zeek::x_originating_ip, originating_address(message));
}

void write_reply(JsonWriter& writer, const MailView& view) {
  const ReplyRecord* const reply = deciding_reply(view);
  if (reply == nullptr || !reply->code) return;
  std::string text = std::to_string(*reply->code);
  if (!reply->text.empty()) text.append(" ").append(reply->text.back());
  writer.string(names::zeek::last_reply, view_text(text));
}

void write_path(JsonWriter& writer, const MailView& view, const std::vector<std::string>& received) {
  std::vector<std::string> path;
  if (view.session.start.server) path.push_back(view.session.start.server->ip);
  if (view.session.start.client) path.push_back(view.session.start.client->ip);
  for (const std::string& hop : received) {
    auto address = hop_address(hop);
    if (address && (path.empty() || path.back() != *address)) path.push_back(std::move(*address));
  }
  write_texts(writer, names::zeek::path, path);
}

std::optional<std::string> user_agent(const Message* message) {
  for (const std::string_view name : {"User-Agent", "X-Mailer", "X-User-Agent"}) {
    if (auto text = field_text(message, name)) return text;
  }
  return std::nullopt;
}

/// Zeek makes a file of each entity that holds content.
void write_files(JsonWriter& writer, const MailView& view, std::string_view connection) {
  writer.begin_array(names::zeek::fuids);
  for (std::size_t index = 0; view.message != nullptr && index < view.message->parts.size(); ++index) {
    const MessagePart& part = view.message->parts[index];
    const bool content = part.kind != EntityKind::multipart && part.kind != EntityKind::message;
    if (!content || part.decoded_size == 0 || part.origin != PartOrigin::message) continue;
    std::string key(connection);
    if (view.transaction != nullptr) key.append(" ").append(std::to_string(view.transaction->n));
    writer.string(zeek_id('F', key.append(" ").append(part.path)));
  }
  writer.end_array();
}

}  // namespace

void write_zeek_smtp(JsonWriter& writer, const MailView& view) {
  const std::string connection = connection_digest(view.session);
  const std::vector<std::string> received = field_texts(view.message, FieldName::received);
  writer.begin_object();
  if (const auto time = opened(view)) writer.number(names::zeek::ts, epoch(*time));
  writer.string(names::zeek::uid, zeek_id('C', connection));
  write_connection(writer, view.session);
  writer.uint(names::zeek::trans_depth, view.messages_before + 1);
  write_envelope(writer, view);
  write_header(writer, view);
  if (!received.empty()) writer.string(names::zeek::first_received, view_text(received.back()));
  if (received.size() > 1) writer.string(names::zeek::second_received, view_text(received[received.size() - 2]));
  write_reply(writer, view);
  write_path(writer, view, received);
  write_text(writer, names::zeek::user_agent, user_agent(view.message));
  writer.boolean(names::zeek::tls, under_tls(view));
  write_files(writer, view, connection);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
