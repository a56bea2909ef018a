// Authentication.
// RFC 4954 8. Mechanism names are RFC 4422's in either case.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc4954 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct sasl_mech        : p::rep_min_max<1, 20, p::sor<let_dig, p::one<'-', '_'>>> {};
struct base64_char      : p::sor<let_dig, p::one<'+', '/'>> {};
struct base64_terminal  : p::sor<p::seq<base64_char, base64_char, p::two<'='>>,
                                p::seq<base64_char, base64_char, base64_char, p::one<'='>>> {};
struct base64           : p::seq<p::star<p::rep<4, base64_char>>, p::opt<base64_terminal>> {};
struct initial_response : p::sor<p::seq<p::one<'='>, p::eof>, p::seq<p::at<base64_char>, base64>> {};
struct cancel_response  : p::one<'*'> {};
struct auth_command     : p::seq<p::istring<'A', 'U', 'T', 'H'>, SP, sasl_mech, p::opt<SP, initial_response>> {};

// clang-format on

}  // namespace rfc4954
