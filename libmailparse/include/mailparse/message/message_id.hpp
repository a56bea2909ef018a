// Message identifiers and the URIs of mailing-list fields: everything between angle brackets that is no address.
// Layer: message. RFC 5322 3.6.4 and 4.5.4, RFC 2392, RFC 2369, RFC 2919.
#pragma once

#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/address.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// What one pair of angle brackets holds.
struct BracketedText {
  std::string_view text;     ///< without brackets and line ends; white space and comments gone where the grammar fits
  std::string_view comment;  ///< text of the comment or phrase that stands with it; empty when there is none
  Place place;               ///< brackets included
};

/// Message-ID, In-Reply-To, References, Content-ID: the identifiers in order, text between them passed over. A value
/// without any bracket gives its only word, or the words that hold an at sign.
/// Reports mime.comment.unterminated, mime.quoted.unterminated, limit.comment-depth.
[[nodiscard]] std::vector<BracketedText> read_message_ids(FieldText field, Arena& arena, DiagnosticSink& sink,
                                                          const Limits& limits = {});

/// List-Unsubscribe and its kin: the URIs in order of preference. Empty for "NO" (RFC 2369 3.4) and for a value without
/// brackets. List-Id: the identifier, its phrase as comment. Reports as read_message_ids().
[[nodiscard]] std::vector<BracketedText> read_list_field(FieldText field, Arena& arena, DiagnosticSink& sink,
                                                         const Limits& limits = {});

}  // namespace mailparse
