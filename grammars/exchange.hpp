// Commands of Microsoft Exchange: X-ANONYMOUSTLS and X-EXPS.
// [MS-SMTPNTLM] and what servers of one organisation exchange.
#pragma once

#include <tao/pegtl.hpp>

#include "rfc4954.hpp"

namespace exchange {

namespace p = tao::pegtl;

// clang-format off

struct x_anonymoustls : p::istring<'X', '-', 'A', 'N', 'O', 'N', 'Y', 'M', 'O', 'U', 'S', 'T', 'L', 'S'> {};
struct x_exps         : p::seq<p::istring<'X', '-', 'E', 'X', 'P', 'S'>, core::SP, rfc4954::sasl_mech, p::opt<core::SP, rfc4954::initial_response>> {};

// clang-format on

}  // namespace exchange
