// Commands of Postfix: XCLIENT and XFORWARD.
// XCLIENT_README and XFORWARD_README of Postfix 3.7. Attribute values are xtext.
#pragma once

#include <tao/pegtl.hpp>

#include "rfc3461.hpp"

namespace postfix {

namespace p = tao::pegtl;

// clang-format off

struct attribute_name  : p::plus<core::ALPHA> {};
struct attribute       : p::seq<attribute_name, p::one<'='>, rfc3461::xtext> {};
struct attributes      : p::list<attribute, core::SP> {};
struct xclient         : p::seq<p::istring<'X', 'C', 'L', 'I', 'E', 'N', 'T'>, core::SP, attributes> {};
struct xforward        : p::seq<p::istring<'X', 'F', 'O', 'R', 'W', 'A', 'R', 'D'>, core::SP, attributes> {};

// clang-format on

}  // namespace postfix
