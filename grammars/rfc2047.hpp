// Encoded-words.
// RFC 2047 2, RFC 2231 5 (language tags).
//
//   encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
//
// encoded-text is taken more widely than the RFC has it: blanks and line ends inside it are common in the wild (some
// programs forget to encode spaces, others fold inside a word), and what ends a word is "?=" alone. A "?" inside a
// Q word is common, too.
#pragma once

#include "core.hpp"
#include "leaf.hpp"

namespace rfc2047 {

namespace p = tao::pegtl;

constexpr bool is_token(unsigned octet) {
  // RFC 2047 2: especials are the tspecials of RFC 2045 and "." and "=".
  if (octet <= 0x20 || octet >= 0x7F) return false;
  for (const char especial : {'(', ')', '<', '>', '@', ',', ';', ':', '"', '/', '[', ']', '?', '=', '*', '\\'}) {
    if (octet == static_cast<unsigned char>(especial)) return false;
  }
  return true;
}

// clang-format off

struct token        : leaf::run_of<is_token> {};
struct charset      : token {};
struct language     : token {};
struct encoding     : p::one<'Q', 'B', 'q', 'b'> {};
struct end          : p::string<'?', '='> {};
struct encoded_text : leaf::before_pair<'?', '='> {};
struct encoded_word : p::seq<p::string<'=', '?'>, charset, p::opt<p::one<'*'>, language>,
                             p::one<'?'>, encoding, p::one<'?'>, encoded_text, end> {};

// clang-format on

}  // namespace rfc2047
