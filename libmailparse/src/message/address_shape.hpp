// Where the parts of addresses stand in a list: structure only, nothing decoded.
// Layer: message. RFC 5322 3.4, 4.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/address.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// [begin, end) of the field's text; empty when begin == end.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] bool empty() const noexcept { return begin >= end; }
  [[nodiscard]] std::size_t size() const noexcept { return empty() ? 0 : end - begin; }
  bool operator==(const Range&) const = default;
};

struct MailboxShape {
  Range all;
  Range name;     ///< phrase before the angle bracket
  Range address;  ///< addr-spec, without brackets and route
  Range local;
  Range domain;
  Range route;  ///< with its colon
  bool angle = false;
  std::optional<std::size_t> group;
  bool operator==(const MailboxShape&) const = default;
};

struct GroupShape {
  Range all;
  Range name;
};

struct CommentShape {
  Range range;
  std::size_t mailbox = 0;
};

struct AddressShapes {
  std::vector<MailboxShape> mailboxes;
  std::vector<GroupShape> groups;
  std::vector<CommentShape> comments;
  std::optional<Range> misfit;
  std::optional<Range> null_angle;
  bool two_angles = false;
};

/// Which way an address is read: both find the same.
enum class AddressRoad : std::uint8_t {
  plain_first,   ///< addresses of the usual shape by hand, the others by the grammar
  grammar_only,  ///< the oracle of the former
};

/// Reports mime.comment.unterminated, mime.quoted.unterminated and limit.comment-depth.
[[nodiscard]] AddressShapes find_addresses(FieldText field, DiagnosticSink& sink, const Limits& limits,
                                           AddressRoad road = AddressRoad::plain_first);

/// read_addresses() by either road, so that they can be compared.
[[nodiscard]] AddressList read_addresses(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits,
                                         AddressRoad road);

}  // namespace mailparse
