// Local Mail Transfer Protocol.
// RFC 2033 4.1: LHLO has the syntax of EHLO.
#pragma once

#include <tao/pegtl.hpp>

#include "rfc5321.hpp"

namespace rfc2033 {

namespace p = tao::pegtl;

// clang-format off

struct lhlo : p::seq<p::istring<'L', 'H', 'L', 'O'>, core::SP, rfc5321::host> {};

// clang-format on

}  // namespace rfc2033
