// What only the header as a whole shows to be wrong.
// Layer: message. RFC 5322 3.6, RFC 6854 4, RFC 7489 6.6.1; practice of mail clients.
#pragma once

#include <mailparse/message/message_fields.hpp>

namespace mailparse {

/// from.*: who a reader takes for the author, and why another reader may not.
void check_authors(const Header& header, const MessageFields& fields, Arena& arena, DiagnosticSink& sink);
/// hdr.duplicate-unique, hdr.missing-from, hdr.missing-date, hdr.field-name-in-continuation.
void check_occurrences(const Header& header, bool outermost, DiagnosticSink& sink);
/// authres.untrusted-position.
void check_authentication_places(const Header& header, const MessageFields& fields, DiagnosticSink& sink);
/// text.bidi-control and text.invisible in names and addresses.
void check_address_text(const AddressField& field, bool author, DiagnosticSink& sink);
/// text.bidi-control in an unstructured value, already decoded.
void check_plain_text(const HeaderField& field, std::string_view decoded, DiagnosticSink& sink);

}  // namespace mailparse
