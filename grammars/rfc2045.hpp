// Content-Type, Content-Disposition, Content-Transfer-Encoding, MIME-Version and their parameters.
// RFC 2045 4, 5.1, 6.1; RFC 2183 2; RFC 2231 (whose `*` marks are part of the attribute here).
#pragma once

#include "core.hpp"
#include "leaf.hpp"
#include "rfc5322.hpp"

namespace rfc2045 {

namespace p = tao::pegtl;

constexpr bool is_token(unsigned octet) {
  if (octet <= 0x20 || octet >= 0x7F) return false;
  for (const char c : {'(', ')', '<', '>', '@', ',', ';', ':', '\\', '"', '/', '[', ']', '?', '='}) {
    if (octet == static_cast<unsigned char>(c)) return false;
  }
  return true;
}

// clang-format off

using rfc5322::opt_CFWS;

struct token     : leaf::run_of<is_token> {};
struct type      : token {};
struct subtype   : token {};
struct attribute : token {};
struct value     : p::sor<token, rfc5322::quoted_string> {};
struct parameter : p::seq<attribute, p::one<'='>, opt_CFWS, value> {};
// A semicolon with nothing behind it is no parameter and common.
struct parameters : p::star<p::one<';'>, opt_CFWS, p::opt<parameter, opt_CFWS>> {};
struct content   : p::seq<opt_CFWS, type, opt_CFWS, p::one<'/'>, opt_CFWS, subtype, opt_CFWS, parameters> {};

struct disposition_type : token {};
struct disposition : p::seq<opt_CFWS, disposition_type, opt_CFWS, parameters> {};

// clang-format on

}  // namespace rfc2045
