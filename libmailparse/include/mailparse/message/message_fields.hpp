// The fields of a message's own header, each read once, and what is wrong between them.
// Layer: message. RFC 5322 3.6, RFC 6854, RFC 7489 6.6.1.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/address.hpp>
#include <mailparse/message/authentication_results.hpp>
#include <mailparse/message/date.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/message/message_id.hpp>
#include <mailparse/message/received.hpp>
#include <mailparse/message/tag_list.hpp>

namespace mailparse {

/// An address field with its place in the header.
struct AddressField {
  const HeaderField* field = nullptr;
  AddressList list;
};

struct DateField {
  const HeaderField* field = nullptr;
  std::string_view text;  ///< unfolded
  std::optional<MailDate> date;
};

struct ReceivedField {
  const HeaderField* field = nullptr;
  Received received;
};

struct TagField {
  const HeaderField* field = nullptr;
  TagList list;
};

struct AuthenticationField {
  const HeaderField* field = nullptr;
  AuthenticationResults results;
};

/// A List-* field of RFC 2369 or RFC 2919.
struct ListField {
  const HeaderField* field = nullptr;
  std::vector<BracketedText> items;  ///< URIs in order of preference, or the one identifier of List-Id
};

/// One block of Resent fields: somebody sent the mail again. RFC 5322 3.6.6.
struct ResentBlock {
  std::vector<AddressField> from, sender, to, cc, bcc;
  std::optional<DateField> date;
  std::optional<BracketedText> message_id;
};

/// Views and pointers live as long as the header and the arena they were read with. Where a field occurs more than once
/// although it may not, the address lists are those of every occurrence and the others those of the first.
struct MessageFields {
  std::vector<AddressField> from, sender, reply_to, to, cc, bcc;
  std::optional<std::string_view> subject;
  std::optional<DateField> date;
  std::optional<BracketedText> message_id;
  std::vector<BracketedText> in_reply_to;
  std::vector<BracketedText> references;
  std::vector<ReceivedField> received;         ///< as they stand: the last hop first
  std::vector<std::string_view> return_paths;  ///< without angle brackets; empty for the null sender
  std::vector<ListField> list;                 ///< as they stand
  std::vector<ResentBlock> resent;             ///< as they stand: the last one that was sent first
  std::vector<TagField> signatures;            ///< DKIM-Signature, ARC-Message-Signature, ARC-Seal
  std::vector<AuthenticationField> authentication;
};

struct FieldsOptions {
  /// The message itself, not one enclosed in it: absent From and Date are reported.
  bool outermost = true;
  Limits limits{};
};

/// Reads every structured field of `header` and decodes its texts. Reports what the readers of single fields report,
/// and what only the whole header shows: from.*, hdr.duplicate-unique, hdr.missing-from, hdr.missing-date,
/// hdr.field-name-in-continuation, authres.untrusted-position, text.bidi-control, text.invisible.
[[nodiscard]] MessageFields read_message_fields(const Header& header, Arena& arena, DiagnosticSink& sink,
                                                const FieldsOptions& options = {});

/// The value of any field as people read it: unfolded, decoded, white space around it gone; valid UTF-8. Reports
/// nothing: read_message_fields() has.
[[nodiscard]] std::string_view display_value(const HeaderField& field, Arena& arena);

}  // namespace mailparse
