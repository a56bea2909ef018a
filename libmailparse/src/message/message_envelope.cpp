#include <algorithm>
#include <iterator>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/encoded_word.hpp>

#include "message/message_assembly.hpp"

namespace mailparse {
namespace {

// A References field of a long thread has some hundreds; more are kept as the field's raw octets only.
constexpr std::size_t ids_limit = 10'000;

/// The identifiers of a Message-ID, In-Reply-To or References value: what stands in angle brackets, or the words of a
/// field that has none. Views into `value`.
std::vector<std::string_view> message_ids(std::string_view value) {
  std::vector<std::string_view> ids;
  std::size_t at = 0;
  while (ids.size() < ids_limit && (at = value.find('<', at)) != std::string_view::npos) {
    const std::size_t end = value.find('>', at);
    if (end == std::string_view::npos) break;
    ids.push_back(trim_blanks(value.substr(at + 1, end - at - 1)));
    at = end + 1;
  }
  if (!ids.empty()) return ids;
  for (std::size_t begin = 0; begin < value.size() && ids.size() < ids_limit;) {
    const std::size_t end = std::min(value.find_first_of(" \t\r\n", begin), value.size());
    std::string_view word = value.substr(begin, end - begin);
    while (!word.empty() && (word.front() == '<' || word.front() == '>')) word.remove_prefix(1);
    if (word.contains('@')) ids.push_back(word);
    begin = end + 1;
  }
  if (ids.empty() && !trim_blanks(value).empty()) ids.push_back(trim_blanks(value));
  return ids;
}

void append(AddressList& into, AddressList&& more) {
  for (Mailbox& mailbox : more.mailboxes) {
    if (mailbox.group) *mailbox.group += into.groups.size();
  }
  std::ranges::move(more.mailboxes, std::back_inserter(into.mailboxes));
  std::ranges::move(more.groups, std::back_inserter(into.groups));
}

}  // namespace

void MessageAssembly::read_envelope(const Header& header) {
  Envelope& envelope = message_.envelope;
  for (const HeaderField& field : header.fields()) {
    const FieldText text{message_.arena.copy(field.value), field.value_offset};
    const auto addresses = [&](AddressList& into) {
      append(into, read_addresses(text, message_.arena, *collector_, options_.limits));
    };
    switch (field.id) {
      case FieldName::from:
        addresses(envelope.from);
        break;
      case FieldName::sender:
        addresses(envelope.sender);
        break;
      case FieldName::reply_to:
        addresses(envelope.reply_to);
        break;
      case FieldName::to:
        addresses(envelope.to);
        break;
      case FieldName::cc:
        addresses(envelope.cc);
        break;
      case FieldName::bcc:
        addresses(envelope.bcc);
        break;
      case FieldName::date:
        if (envelope.date_text) break;
        envelope.date_text = unfold(text.text, message_.arena);
        envelope.date = read_date(text, *collector_, options_.limits);
        break;
      case FieldName::message_id:
        if (const auto ids = message_ids(text.text); !envelope.message_id && !ids.empty())
          envelope.message_id = unfold(ids.front(), message_.arena);
        break;
      case FieldName::in_reply_to:
        if (envelope.in_reply_to.empty()) envelope.in_reply_to = message_ids(text.text);
        break;
      case FieldName::references:
        if (envelope.references.empty()) envelope.references = message_ids(text.text);
        break;
      default:
        break;
    }
  }
  if (const MessageField* subject = message_.field(FieldName::subject)) envelope.subject = subject->value;
}

}  // namespace mailparse
