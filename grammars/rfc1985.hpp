// Remote Message Queue Starting.
// RFC 1985 5.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc1985 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

// ETRN [option character] node name; '@' asks for subdomains too, '#' names a queue.
struct node_name : p::plus<VCHAR> {};
struct etrn      : p::seq<p::istring<'E', 'T', 'R', 'N'>, SP, p::opt<p::one<'@', '#'>>, node_name> {};

// clang-format on

}  // namespace rfc1985
