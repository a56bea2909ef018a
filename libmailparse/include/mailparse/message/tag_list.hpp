// Tag lists: DKIM-Signature, ARC-Message-Signature, ARC-Seal.
// Layer: message. RFC 6376 3.2 and 3.5, RFC 8617 4.1.
#pragma once

#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/message/address.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// One tag. Views point into the field, folds and all.
struct Tag {
  std::string_view name;
  std::string_view value;
  Place place;  ///< name=value
  Place value_place;
};

struct TagList {
  std::vector<Tag> tags;
  /// The first tag of that name; null when there is none. Names are case-sensitive (RFC 6376 3.2).
  [[nodiscard]] const Tag* find(std::string_view name) const noexcept;
};

/// Reads a tag list; tags without "=" are passed over. Reports dkim.tag-syntax for each tag that cannot be split or, in
/// `signature` fields, whose value does not fit its grammar, and dkim.duplicate-tag.
[[nodiscard]] TagList read_tag_list(FieldText field, FieldName signature, DiagnosticSink& sink);

/// `value` without white space, as b=, bh= and h= are read.
[[nodiscard]] std::string_view without_white(std::string_view value, Arena& arena);

}  // namespace mailparse
