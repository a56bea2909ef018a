// DKIM tag lists and the values of a signature's tags.
// RFC 6376 3.2, 3.5; RFC 8463 (ed25519). RFC 8617's ARC fields are lists of the same kind.
#pragma once

#include "core.hpp"
#include "leaf.hpp"
#include "rfc5322.hpp"

namespace rfc6376 {

namespace p = tao::pegtl;

constexpr bool is_name(unsigned o) {
  return rfc5322::is_alpha(o) || rfc5322::is_digit(o) || o == '_';
}
constexpr bool is_valchar(unsigned o) {
  return o >= 0x21 && o <= 0x7E && o != ';';
}
constexpr bool is_base64(unsigned o) {
  return rfc5322::is_alpha(o) || rfc5322::is_digit(o) || o == '+' || o == '/';
}
constexpr bool is_hyphenated(unsigned o) {
  return rfc5322::is_alpha(o) || rfc5322::is_digit(o) || o == '-';
}
constexpr bool is_label(unsigned o) {
  return is_hyphenated(o) || o == '_' || o >= 0x80;
}
constexpr bool is_field_name(unsigned o) {
  return o >= 0x21 && o <= 0x7E && o != ':' && o != ';';
}
constexpr bool is_local(unsigned o) {
  return rfc5322::is_atext(o) || o == '.';
}

// clang-format off

using rfc5322::FWS;
struct opt_FWS    : p::opt<FWS> {};

// 3.2
struct tag_name   : p::seq<core::ALPHA, p::opt<leaf::run_of<is_name>>> {};
struct tval       : leaf::run_of<is_valchar> {};
struct tag_value  : p::opt<p::list<tval, FWS>> {};
struct tag_spec   : p::seq<opt_FWS, tag_name, opt_FWS, p::one<'='>, opt_FWS, tag_value, opt_FWS> {};
struct tag_list   : p::seq<p::list<tag_spec, p::one<';'>>, p::opt<p::one<';'>>, opt_FWS> {};

// 3.5
struct version    : p::one<'1'> {};
struct hyphenated_word : leaf::run_of<is_hyphenated> {};
struct algorithm  : hyphenated_word {};
struct base64_run : leaf::run_of<is_base64> {};
struct base64string : p::seq<p::list<base64_run, FWS>, opt_FWS, p::rep_opt<2, p::one<'='>, opt_FWS>> {};
struct canonicalization : p::seq<hyphenated_word, p::opt<p::one<'/'>, hyphenated_word>> {};
struct sub_domain : leaf::run_of<is_label> {};
struct domain_name : p::list<sub_domain, p::one<'.'>> {};
struct selector   : domain_name {};
struct field_name : leaf::run_of<is_field_name> {};
struct header_list : p::seq<p::list<field_name, p::seq<opt_FWS, p::one<':'>, opt_FWS>>> {};
struct local_part : p::sor<leaf::run_of<is_local>, rfc5322::quoted_string> {};
struct identity   : p::seq<p::opt<local_part>, p::one<'@'>, domain_name> {};
struct number     : p::rep_min_max<1, 76, core::DIGIT> {};
struct timestamp  : p::rep_min_max<1, 12, core::DIGIT> {};
struct query_methods : p::list<p::seq<hyphenated_word, p::opt<p::one<'/'>, tval>>, p::seq<opt_FWS, p::one<':'>, opt_FWS>> {};

// clang-format on

}  // namespace rfc6376
