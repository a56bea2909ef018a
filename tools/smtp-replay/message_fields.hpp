// The header of a message as a replay changes and compares it: whole fields, octets as they stand. RFC 5322 2.2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smtp-replay/masks.hpp"

namespace mailparse::tools {

/// One field with its folded lines and line ends.
struct MessageField {
  std::string name;    ///< as it stands; empty for a line that is no field
  std::string octets;  ///< all of it
};

/// A message taken apart; to_octets() gives the same octets again.
struct MessageFields {
  std::vector<MessageField> fields;
  std::string rest;  ///< the empty line and the body
};

[[nodiscard]] MessageFields split_message(std::string_view message);
[[nodiscard]] std::string to_octets(const MessageFields& message);

/// Takes away all fields of that name, whose ASCII case does not count; how many there were.
std::size_t remove_field(MessageFields& message, std::string_view name);
/// Puts "NAME: VALUE" in the place of the first field of that name and takes the others away; a name that is not there
/// comes first.
void set_field(MessageFields& message, std::string_view name, std::string_view value);

/// In what two messages differ for a reader; empty where they agree. Masks are applied to header fields and those that
/// each transfer makes anew (Received, Return-Path, Date, Message-ID and the like) are passed over; `used` gets the
/// names of the masks.
[[nodiscard]] std::string compare_messages(std::string_view recorded, std::string_view live, const Masks& masks,
                                           std::vector<std::string>& used);

}  // namespace mailparse::tools
