// Delivery Status Notifications, and xtext.
// RFC 3461 4, RFC 6533 3.
#pragma once

#include <tao/pegtl.hpp>

#include "rfc5321.hpp"

namespace rfc3461 {

namespace p = tao::pegtl;

// clang-format off

// xchar = any CHAR between "!" and "~" except "+" and "="
struct xchar   : p::sor<p::ranges<'!', '*', ',', '<'>, p::range<'>', '~'>> {};
struct hexchar : p::seq<p::one<'+'>, p::rep<2, p::ranges<'0', '9', 'A', 'F'>>> {};
struct xtext   : p::star<p::sor<xchar, hexchar>> {};

struct ret_value           : p::sor<p::istring<'F', 'U', 'L', 'L'>, p::istring<'H', 'D', 'R', 'S'>> {};
struct notify_list_element : p::sor<p::istring<'S', 'U', 'C', 'C', 'E', 'S', 'S'>, p::istring<'F', 'A', 'I', 'L', 'U', 'R', 'E'>, p::istring<'D', 'E', 'L', 'A', 'Y'>> {};
struct notify_value        : p::sor<p::istring<'N', 'E', 'V', 'E', 'R'>, p::list<notify_list_element, p::one<','>>> {};

// original-recipient-address = addr-type ";" xtext; for the type utf-8, RFC 6533 allows UTF-8 as it is.
struct addr_type                  : rfc5321::Atom {};
struct unitext                    : p::star<p::sor<xchar, hexchar, core::UTF8_non_ascii>> {};
struct original_recipient_address : p::sor<p::seq<p::istring<'u', 't', 'f', '-', '8', ';'>, unitext>, p::seq<addr_type, p::one<';'>, xtext>> {};

// clang-format on

}  // namespace rfc3461
