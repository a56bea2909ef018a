#include "smtp-replay/json_records.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include <mailparse/json/names.hpp>
#include <mailparse/scan/base64.hpp>
#include <mailparse/session/smtp_reply.hpp>

namespace mailparse::tools {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr double longest_latency_s = 1e9;

/// A string, or octets that are no UTF-8 in base64.
std::optional<std::string> octets_of(const simdjson::simdjson_result<element>& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value[names::bytes].get(text) != simdjson::SUCCESS) return std::nullopt;
  std::string decoded(Base64Decoder::room(text.size()), '\0');
  Base64Decoder decoder;
  std::size_t size = decoder.decode(text, decoded);
  std::array<char, 2> rest{};
  const std::size_t more = decoder.finish(rest);
  decoded.resize(size);
  decoded.append(rest.data(), more);
  return decoded;
}

/// 0 where there is no such number.
std::uint64_t number_of(const simdjson::simdjson_result<element>& value) {
  std::uint64_t number = 0;
  return value.get(number) == simdjson::SUCCESS ? number : 0;
}

RecordedPlace place_of(element object) {
  RecordedPlace place;
  std::string_view at;
  if (object[names::at].get(at) == simdjson::SUCCESS) place.at = parse_rfc3339(at);
  place.frame = number_of(object[names::frame]);
  return place;
}

std::optional<RecordedReply> reply_of(element object) {
  std::uint64_t code = 0;
  std::string_view status;
  array lines;
  const bool coded = object[names::code].get(code) == simdjson::SUCCESS && code <= 999;
  std::string_view tag;  // IMAP: data that comes untagged has neither code nor status
  if (!coded && object[names::status].get(status) != simdjson::SUCCESS &&
      object[names::tag].get(tag) != simdjson::SUCCESS)
    return std::nullopt;
  if (object[names::text].get(lines) != simdjson::SUCCESS) return std::nullopt;
  RecordedReply reply{static_cast<std::uint16_t>(coded ? code : 0), std::nullopt, {}, std::string(status)};
  for (element line : lines) reply.text.push_back(octets_of(std::move(line)).value_or(std::string{}));
  if (!reply.text.empty()) reply.enhanced = parse_enhanced_code(reply.text.back(), reply.code);
  return reply;
}

std::optional<RecordedExchange> exchange_of(element object) {
  element command;
  if (object[names::command].get(command) != simdjson::SUCCESS) return std::nullopt;
  RecordedExchange exchange;
  exchange.verb = octets_of(command[names::verb]).value_or(std::string{});
  exchange.text = octets_of(command[names::text]).value_or(std::string{});
  exchange.place = place_of(command);
  if (std::uint64_t offset = 0; command[names::offset].get(offset) == simdjson::SUCCESS) exchange.offset = offset;
  bool observed = true;
  exchange.observed = command[names::observed].get(observed) != simdjson::SUCCESS || observed;
  double latency = 0;
  if (object[names::latency_s].get(latency) == simdjson::SUCCESS && std::abs(latency) < longest_latency_s)
    exchange.latency = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(latency));
  element first;
  if (object[names::reply].get(first) != simdjson::SUCCESS) return exchange;
  exchange.replied = place_of(first);
  if (auto reply = reply_of(first)) exchange.replies.push_back(std::move(*reply));
  array more;
  if (object[names::more_replies].get(more) == simdjson::SUCCESS) {
    for (const element further : more) {
      if (auto reply = reply_of(further)) exchange.replies.push_back(std::move(*reply));
    }
  }
  return exchange;
}

void add_messages(element session, RecordedSession& recorded) {
  array retrievals;
  if (session[names::retrievals].get(retrievals) == simdjson::SUCCESS) {
    for (const element retrieval : retrievals) {
      RecordedMessage& message = recorded.messages.emplace_back();
      message.size = number_of(retrieval[names::message][names::size]);
      std::string_view text;
      if (retrieval[names::message][names::sha256].get(text) == simdjson::SUCCESS) message.sha256 = text;
    }
  }
  array transactions;
  if (session[names::transactions].get(transactions) != simdjson::SUCCESS) return;
  bool strictly_ended = false;
  for (const element transaction : transactions) {
    element message;
    element smuggled;
    std::string_view end;
    // A hidden mail lies within the octets of the message before, unless the server was seen to take that one's odd
    // end.
    const bool hidden = transaction[names::smuggled].get(smuggled) == simdjson::SUCCESS;
    if (hidden && strictly_ended) continue;
    if (transaction[names::message].get(message) != simdjson::SUCCESS) continue;
    RecordedMessage& added = recorded.messages.emplace_back();
    added.size = number_of(message[names::size]);
    std::string_view text;
    if (message[names::sha256].get(text) == simdjson::SUCCESS) added.sha256 = text;
    strictly_ended = !hidden && message[names::end_of_data].get(end) == simdjson::SUCCESS &&
                     end == to_string(MessageEnd::crlf_dot_crlf);
  }
}

Protocol protocol_of(std::string_view name) noexcept {
  for (const Protocol protocol : {Protocol::smtp, Protocol::lmtp, Protocol::pop3, Protocol::imap}) {
    if (name == to_string(protocol)) return protocol;
  }
  return Protocol::unknown;
}

std::optional<RecordedSession> session_of(element object, const std::string& file) {
  RecordedSession session;
  session.file = file;
  std::string_view text;
  array exchanges;
  if (object[names::id].get(text) != simdjson::SUCCESS) return std::nullopt;
  session.id = text;
  if (object[names::protocol].get(text) != simdjson::SUCCESS) return std::nullopt;
  session.protocol = protocol_of(text);
  if (object[names::exchanges].get(exchanges) != simdjson::SUCCESS) return std::nullopt;
  if (object[names::ending].get(text) == simdjson::SUCCESS) session.opaque = text == "tls";
  element greeting;
  if (object[names::greeting][names::reply].get(greeting) == simdjson::SUCCESS) session.greeting = reply_of(greeting);
  for (const element member : exchanges) {
    if (auto exchange = exchange_of(member)) session.exchanges.push_back(std::move(*exchange));
  }
  if (session.protocol == Protocol::imap) join_untagged(session);
  add_messages(object, session);
  return session;
}

/// The number that `digits` are, or nothing where other octets stand among them.
std::optional<std::int64_t> number(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  constexpr std::size_t whole_seconds = 19;  // "2026-11-21T22:48:50"
  if (text.size() <= whole_seconds || text.back() != 'Z') return std::nullopt;
  const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
  const auto hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)),
             second = number(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *year < 1678 || *year > 2261) return std::nullopt;
  Timestamp time = std::chrono::sys_days(date);
  time += std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
  const std::string_view fraction = text.substr(whole_seconds, text.size() - whole_seconds - 1);
  if (fraction.empty()) return time;
  if (fraction.front() != '.' || fraction.size() > 10) return std::nullopt;
  std::string nanoseconds(fraction.substr(1));
  nanoseconds.resize(9, '0');
  const auto value = number(nanoseconds);
  if (!value) return std::nullopt;
  return time + std::chrono::nanoseconds(*value);
}

std::expected<std::vector<RecordedSession>, std::string> read_json_records(std::string_view text,
                                                                           const std::string& file,
                                                                           const SessionChoice& choice) {
  std::vector<RecordedSession> sessions;
  simdjson::dom::parser parser;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    element object;
    if (const auto error = parser.parse(line.data(), line.size()).get(object); error != simdjson::SUCCESS)
      return std::unexpected(fmt::format("line {}: {}", number, simdjson::error_message(error)));
    std::string_view record;
    if (object[names::record].get(record) != simdjson::SUCCESS)
      return std::unexpected(fmt::format("line {}: no record of trace-to-json", number));
    if (record != "session") continue;
    auto session = session_of(object, file);
    if (!session)
      return std::unexpected(fmt::format("line {}: the session record lacks id, protocol or exchanges", number));
    if (session->protocol != Protocol::unknown && choice.takes(session->id)) sessions.push_back(std::move(*session));
  }
  return sessions;
}

}  // namespace mailparse::tools
