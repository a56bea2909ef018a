#include "analysis/author_checks.hpp"

#include <algorithm>
#include <string>

#include "analysis/domains.hpp"

namespace mailparse {
namespace {

/// The first author with a domain, or null.
const Mailbox* author_of(const MessageFields& fields) noexcept {
  for (const AddressField& field : fields.from) {
    for (const Mailbox& mailbox : field.list.mailboxes) {
      if (!mailbox.domain.empty()) return &mailbox;
    }
  }
  return nullptr;
}

bool any_of_organisation(const std::vector<AddressField>& fields, std::string_view domain) noexcept {
  return std::ranges::any_of(fields, [&](const AddressField& field) {
    return std::ranges::any_of(field.list.mailboxes,
                               [&](const Mailbox& mailbox) { return same_organisation(mailbox.domain_ascii, domain); });
  });
}

std::string_view domain_of(std::string_view address) noexcept {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : address.substr(at + 1);
}

/// The first reply address elsewhere; a Reply-To that also names the author's domain is none.
const Mailbox* reply_elsewhere(const MessageFields& fields) noexcept {
  for (const AddressField& field : fields.reply_to) {
    for (const Mailbox& mailbox : field.list.mailboxes) {
      if (!mailbox.domain.empty() && !any_of_organisation(fields.from, mailbox.domain_ascii)) return &mailbox;
    }
  }
  return nullptr;
}

void report(DiagnosticSink& sink, Code code, const Place& place, std::string detail) {
  Diagnostic diagnostic = make_diagnostic(code, place.offset, place.length);
  diagnostic.detail = std::move(detail);
  sink.report(std::move(diagnostic));
}

}  // namespace

void check_author_against_others(const Message& message, const MessageContext& context, DiagnosticSink& sink) {
  const Mailbox* const author = author_of(message.fields);
  if (author == nullptr) return;
  if (const Mailbox* const other = reply_elsewhere(message.fields))
    report(sink, Code::from_reply_to_mismatch, other->address_place, std::string(other->address));
  if (context.transaction == nullptr || !context.transaction->mail_from) return;
  const std::string_view domain = domain_of(*context.transaction->mail_from);
  if (!domain.empty() && !any_of_organisation(message.fields.from, domain) &&
      !any_of_organisation(message.fields.sender, domain))
    report(sink, Code::from_envelope_mismatch, author->address_place, std::string(*context.transaction->mail_from));
}

}  // namespace mailparse
