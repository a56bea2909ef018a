// Addresses: mailboxes and groups of From, To, Reply-To and their kin.
// Layer: message. RFC 5322 3.4 and 4.4, RFC 6532, RFC 6854; RFC 822 for comments that stand for names; UTS 46.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// A range of the message.
struct Place {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const Place&) const = default;
};

/// One mailbox. Views point into the field or the arena it was read with; text is decoded to UTF-8.
struct Mailbox {
  std::string_view name;             ///< display name, or the comment that stands for it; empty when there is none
  std::string_view address;          ///< local-part@domain without white space and comments; empty when nothing is one
  std::string_view local_part;       ///< as written, quotes included
  std::string_view domain;           ///< as written; empty when the address has none
  std::string_view domain_ascii;     ///< with A-labels; the domain itself where it is ASCII
  std::string_view domain_unicode;   ///< with U-labels
  std::string_view route;            ///< obsolete: "@a,@b"
  std::optional<std::size_t> group;  ///< index into AddressList::groups
  bool angle = false;                ///< stands in angle brackets
  bool name_from_comment = false;
  Place place;  ///< from the name to the end of the address
  Place name_place;
  Place address_place;  ///< inside the angle brackets
  Place domain_place;
  Place route_place;  ///< with its colon
  bool operator==(const Mailbox&) const = default;
};

struct AddressGroup {
  std::string_view name;
  Place place;  ///< from the name to the semicolon
  Place name_place;
  bool operator==(const AddressGroup&) const = default;
};

/// A comment at the top level of a list.
struct AddressComment {
  std::string_view text;  ///< without its parentheses, decoded
  Place place;
  std::size_t mailbox = 0;  ///< index of the mailbox it stands with; mailboxes.size() when with none
  bool operator==(const AddressComment&) const = default;
};

struct AddressList {
  std::vector<Mailbox> mailboxes;
  std::vector<AddressGroup> groups;
  std::vector<AddressComment> comments;
  std::optional<Place> misfit;      ///< the first octets that no grammar knows where an address must stand
  std::optional<Place> null_angle;  ///< the first `<>`
  bool two_angles = false;          ///< an angle-addr follows another without a comma
  bool operator==(const AddressList&) const = default;
};

/// Reads an address list, whatever it is: what the grammar of RFC 5322 takes, and what mail has besides (names with
/// bare specials, semicolons for commas, addresses behind other addresses, missing brackets and quotes).
/// Reports mime.comment.unterminated, mime.quoted.unterminated, limit.comment-depth, the codes of decode_header_text(),
/// addr.confusable, addr.domain-literal, addr.idn, addr.idn-invalid, addr.mixed-script, addr.unicode-dot.
[[nodiscard]] AddressList read_addresses(FieldText field, Arena& arena, DiagnosticSink& sink,
                                         const Limits& limits = {});

}  // namespace mailparse
