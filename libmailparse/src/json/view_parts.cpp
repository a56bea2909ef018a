#include "json/view_parts.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include <mailparse/base/digest.hpp>
#include <mailparse/base/octets.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

std::string unfolded(const HeaderField& field) {
  Arena arena(256);
  return std::string(trim_blanks(unfold(field.value, arena)));
}

/// Calls `take` with each address of a list as it stands.
template <typename Take>
void split_addresses(std::string_view list, Take take) {
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= list.size(); ++at) {
    const bool end = at == list.size();
    if (!end && list[at] == '"') quoted = !quoted;
    if (!end && (quoted || list[at] != ',')) continue;
    const std::string_view one = trim_blanks(list.substr(begin, at - begin));
    if (!one.empty()) take(one);
    begin = at + 1;
  }
}

/// The transaction beside this one in that direction that is no smuggled mail, or null.
const TransactionRecord* beside(const MailView& view, std::ptrdiff_t step) noexcept {
  if (view.transaction == nullptr) return nullptr;
  const std::span<const TransactionRecord> all(view.session.transactions);
  auto at = view.transaction - all.data() + step;
  while (at >= 0 && at < std::ssize(all) && all[static_cast<std::size_t>(at)].smuggled) at += step;
  return at >= 0 && at < std::ssize(all) ? &all[static_cast<std::size_t>(at)] : nullptr;
}

}  // namespace

std::string view_text(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  while (!octets.empty()) {
    const std::size_t valid = valid_utf8_prefix(octets);
    text.append(octets, 0, valid);
    octets.remove_prefix(valid);
    if (octets.empty()) break;
    const auto octet = static_cast<unsigned char>(octets.front());
    text.append("\\x").push_back(digits[octet >> 4]);
    text.push_back(digits[octet & 0xFU]);
    octets.remove_prefix(1);
  }
  return text;
}

ExchangeRange exchanges_of(const MailView& view) noexcept {
  const Segments<Exchange>& all = view.session.exchanges;
  if (view.transaction == nullptr) return {all.begin(), all.end()};
  const std::uint64_t first = view.transaction->first_exchange;
  if (first == 0 || first > all.size()) return {};
  const TransactionRecord* const next = beside(view, 1);
  const bool followed = next != nullptr && next->first_exchange > first && next->first_exchange <= all.size();
  const auto at = [&](std::uint64_t n) { return all.begin() + static_cast<std::ptrdiff_t>(n - 1); };
  return {at(first), followed ? at(next->first_exchange) : all.end()};
}

const TransactionRecord* transaction_before(const MailView& view) noexcept {
  return beside(view, -1);
}

const ReplyRecord* deciding_reply(const MailView& view) noexcept {
  if (view.transaction != nullptr && view.transaction->reply) return &*view.transaction->reply;
  const ExchangeRange exchanges = exchanges_of(view);
  for (const Exchange& exchange : exchanges | std::views::reverse) {
    if (!exchange.more_replies.empty()) return &exchange.more_replies.back();
    if (exchange.reply) return &*exchange.reply;
  }
  const bool greeted = view.transaction == nullptr && view.session.greeting;
  return greeted ? &*view.session.greeting : nullptr;
}

bool under_tls(const MailView& view) noexcept {
  const Seldom<TlsRecord>& tls = view.session.tls;
  if (!tls) return false;
  if (tls->implicit || view.transaction == nullptr) return tls->implicit || tls->accepted;
  return tls->agreed != 0 && tls->agreed < view.transaction->first_exchange;
}

std::optional<std::string> field_text(const Message* message, FieldName name) {
  const HeaderField* const field = message != nullptr ? message->header.first(name) : nullptr;
  return field != nullptr ? std::optional(unfolded(*field)) : std::nullopt;
}

std::optional<std::string> field_text(const Message* message, std::string_view name) {
  if (message == nullptr) return std::nullopt;
  const auto fields = message->header.fields();
  const auto at = std::ranges::find_if(fields, [&](const HeaderField& field) { return iequals(field.name, name); });
  return at != fields.end() ? std::optional(unfolded(*at)) : std::nullopt;
}

std::vector<std::string> field_texts(const Message* message, FieldName name) {
  std::vector<std::string> texts;
  if (message == nullptr) return texts;
  for (const HeaderField& field : message->header.fields()) {
    if (field.id == name) texts.push_back(unfolded(field));
  }
  return texts;
}

std::vector<std::string> address_texts(const Message* message, FieldName name) {
  std::vector<std::string> addresses;
  std::unordered_set<std::string> seen;
  for (const std::string& list : field_texts(message, name)) {
    split_addresses(list, [&](std::string_view one) {
      if (seen.emplace(one).second) addresses.emplace_back(one);
    });
  }
  return addresses;
}

std::string connection_digest(const SessionRecord& session) {
  std::string key;
  const auto add = [&](std::string_view text) { key.append(text).push_back('\n'); };
  for (const std::optional<Endpoint>* const end : {&session.start.client, &session.start.server}) {
    if (!*end) continue;
    add((*end)->ip);
    add(std::to_string((*end)->port));
  }
  const Stamp& first = session.start.first;
  add(std::to_string(first.frame));
  add(first.time ? std::to_string(first.time->time_since_epoch().count()) : session.id);
  return digest_hex(DigestKind::sha256, key);
}

}  // namespace mailparse
