// Paths that RFC 5321 forbids and every receiver knows: each leniency is one named rule.
// They fit without a finding; anything beyond them is smtp.path.syntax.
#pragma once

#include <tao/pegtl.hpp>

#include "rfc5321.hpp"

namespace lenient_smtp {

namespace p = tao::pegtl;

// clang-format off

// Octets above 127 that are no UTF-8, as 8-bit clients send them. smtp.path.8bit-without-smtputf8 speaks of them.
struct high_octet : core::octets<0x80, 0xFF> {};

// Repeated and final dots: Japanese mobile carriers gave out such addresses. A leading dot was never usable.
struct atext             : p::sor<rfc5321::atext, high_octet> {};
struct dotted_local_part : p::seq<p::plus<atext>, p::star<p::sor<atext, p::one<'.'>>>> {};
struct QcontentSMTP      : p::sor<rfc5321::QcontentSMTP, high_octet> {};
struct quoted_local_part : p::seq<core::DQUOTE, p::star<QcontentSMTP>, core::DQUOTE> {};
struct local_part        : p::sor<dotted_local_part, quoted_local_part> {};

// An underscore in the domain: names of Windows hosts.
struct Let_dig    : p::sor<core::let_dig, p::one<'_'>, core::UTF8_non_ascii, high_octet> {};
struct sub_domain : p::seq<p::plus<Let_dig>, p::star<p::plus<p::one<'-'>>, p::plus<Let_dig>>> {};
struct domain     : p::list<sub_domain, p::one<'.'>> {};

struct at_domain    : p::seq<p::one<'@'>, domain> {};
struct source_route : p::list<at_domain, p::one<','>> {};
struct mailbox      : p::seq<local_part, p::one<'@'>, p::sor<domain, rfc5321::address_literal>> {};
struct path         : p::seq<p::one<'<'>, p::opt<source_route, p::one<':'>>, mailbox, p::one<'>'>> {};
// <Postmaster> stands for the local one in any path.
struct any_path     : p::sor<rfc5321::null_path, path, rfc5321::postmaster> {};

// clang-format on

}  // namespace lenient_smtp
