// The header fields that this library knows by name.
// Layer: message. RFC 5322 3.6, RFC 2045, RFC 2183, RFC 2369, RFC 2919, RFC 6376, RFC 8601, RFC 8617.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailparse {

/// A field name, letter case put aside. Sorted as the names are.
enum class FieldName : std::uint8_t {
  arc_authentication_results,
  arc_message_signature,
  arc_seal,
  authentication_results,
  bcc,
  cc,
  comments,
  content_description,
  content_disposition,
  content_id,
  content_language,
  content_location,
  content_md5,
  content_transfer_encoding,
  content_type,
  date,
  delivered_to,
  disposition_notification_to,
  dkim_signature,
  errors_to,
  from,
  in_reply_to,
  keywords,
  list_archive,
  list_help,
  list_id,
  list_owner,
  list_post,
  list_subscribe,
  list_unsubscribe,
  list_unsubscribe_post,
  message_id,
  mime_version,
  received,
  received_spf,
  references,
  reply_to,
  resent_bcc,
  resent_cc,
  resent_date,
  resent_from,
  resent_message_id,
  resent_reply_to,
  resent_sender,
  resent_to,
  return_path,
  sender,
  subject,
  thread_index,
  to,
  user_agent,
  x_mailer,
  x_original_to,
  x_originating_ip,
  unknown,  ///< none of those above
};

/// What the value of a field is made of, and so which reader it is for.
enum class FieldKind : std::uint8_t {
  unstructured,            ///< text with encoded-words: Subject, Comments, every unknown field
  phrases,                 ///< Keywords
  addresses,               ///< address-list: To, From, Reply-To, ...
  date,                    ///< Date, Resent-Date
  message_ids,             ///< Message-ID, In-Reply-To, References, Content-ID
  received,                ///< Received
  path,                    ///< Return-Path
  content_type,            ///< Content-Type
  content_disposition,     ///< Content-Disposition
  token,                   ///< Content-Transfer-Encoding, MIME-Version
  tags,                    ///< tag=value lists: DKIM-Signature, ARC-Seal, ARC-Message-Signature
  authentication_results,  ///< Authentication-Results, ARC-Authentication-Results
  list,                    ///< RFC 2369 and 2919 fields
};

/// The known field of that name, or FieldName::unknown. `name` is without blanks and colon.
[[nodiscard]] FieldName find_field_name(std::string_view name) noexcept;
/// The name as its RFC writes it; empty for FieldName::unknown.
[[nodiscard]] std::string_view to_string(FieldName name) noexcept;
[[nodiscard]] FieldKind kind_of(FieldName name) noexcept;
/// Whether RFC 5322 3.6 allows the field once in a header at most.
[[nodiscard]] bool occurs_once(FieldName name) noexcept;

}  // namespace mailparse
