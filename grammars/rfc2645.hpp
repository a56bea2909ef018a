// On-Demand Mail Relay.
// RFC 2645 5.2.
#pragma once

#include <tao/pegtl.hpp>

#include "rfc5321.hpp"

namespace rfc2645 {

namespace p = tao::pegtl;

// clang-format off

struct atrn : p::seq<p::istring<'A', 'T', 'R', 'N'>, p::opt<core::SP, p::list<rfc5321::Domain, p::one<','>>>> {};

// clang-format on

}  // namespace rfc2645
