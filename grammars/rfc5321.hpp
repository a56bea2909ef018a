// Simple Mail Transfer Protocol: commands, paths, address literals, replies.
// RFC 5321 4.1.1, 4.1.2, 4.1.3, 4.2, with what RFC 6531 3.3 adds to it; obsolete commands of RFC 821 4.1.2.
//
// Lines stand without their CRLF. RFC 6531 lets UTF8-non-ascii stand in atext, qtextSMTP, sub-domain and esmtp-value;
// whether SMTPUTF8 was in force is for the session to know, not for the grammar.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc5321 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

// 4.1.2 words
struct atext : p::sor<p::ranges<'a', 'z', 'A', 'Z', '0', '9'>,
                      p::one<'-', '_', '+', '=', '!', '#', '$', '%', '&', '\'', '*', '/', '?', '^', '`', '{', '|', '}', '~'>,
                      UTF8_non_ascii> {};
struct Atom            : p::plus<atext> {};
struct Dot_string      : p::list<Atom, p::one<'.'>> {};
// qtextSMTP = %d32-33 / %d35-91 / %d93-126
struct qtextSMTP       : p::sor<p::ranges<' ', '!', '#', '[', ']', '~'>, UTF8_non_ascii> {};
struct quoted_pairSMTP : p::seq<p::one<'\\'>, p::range<' ', '~'>> {};
struct QcontentSMTP    : p::sor<qtextSMTP, quoted_pairSMTP> {};
struct Quoted_string   : p::seq<DQUOTE, p::star<QcontentSMTP>, DQUOTE> {};
struct String          : p::sor<Atom, Quoted_string> {};

// 4.1.2 domains. Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig: the last octet decides, which PEG cannot see backwards,
// hence hyphens only where a Let-dig follows.
struct Let_dig    : p::sor<let_dig, UTF8_non_ascii> {};
struct Ldh_str    : p::seq<p::star<p::one<'-'>>, p::plus<Let_dig>, p::star<p::plus<p::one<'-'>>, p::plus<Let_dig>>> {};
struct sub_domain : p::seq<p::plus<Let_dig>, p::star<p::plus<p::one<'-'>>, p::plus<Let_dig>>> {};
struct Domain     : p::list<sub_domain, p::one<'.'>> {};

// 4.1.3 address literals. Snum = 1*3DIGIT, 0 to 255; leading zeros are allowed.
struct Snum : p::sor<p::seq<p::one<'2'>, p::one<'5'>, p::range<'0', '5'>>,
                     p::seq<p::one<'2'>, p::range<'0', '4'>, DIGIT>,
                     p::seq<p::one<'0', '1'>, DIGIT, DIGIT>,
                     p::seq<DIGIT, DIGIT>,
                     DIGIT> {};
struct IPv4_address_literal : p::seq<Snum, p::rep<3, p::one<'.'>, Snum>> {};

struct IPv6_hex  : p::rep_min_max<1, 4, HEXDIG> {};
struct IPv6_full : p::seq<IPv6_hex, p::rep<7, p::one<':'>, IPv6_hex>> {};
// The prose bounds the groups on both sides of "::" together: 6, or 4 before an IPv4 address. The ABNF bounds each
// side alone; one alternative for each number of groups before "::" says both.
template <unsigned Before>
struct groups_before : p::seq<IPv6_hex, p::rep<Before - 1, p::one<':'>, IPv6_hex>, p::two<':'>> {};
template <>
struct groups_before<0> : p::two<':'> {};
template <unsigned Most>
struct groups_after : p::opt<IPv6_hex, p::rep_opt<Most - 1, p::one<':'>, IPv6_hex>> {};
template <>
struct groups_after<0> : p::success {};
template <unsigned Before>
struct comp : p::seq<groups_before<Before>, groups_after<6 - Before>> {};
struct IPv6_comp : p::sor<comp<0>, comp<1>, comp<2>, comp<3>, comp<4>, comp<5>, comp<6>> {};
struct IPv6v4_full : p::seq<p::rep<6, IPv6_hex, p::one<':'>>, IPv4_address_literal> {};
template <unsigned Before>
struct v4_comp : p::seq<groups_before<Before>, p::rep_opt<4 - Before, IPv6_hex, p::one<':'>>, IPv4_address_literal> {};
struct IPv6v4_comp : p::sor<v4_comp<0>, v4_comp<1>, v4_comp<2>, v4_comp<3>, v4_comp<4>> {};
// Those that end in a dotted quad first: IPv6-comp would be content with their beginning.
struct IPv6_addr : p::sor<IPv6v4_comp, IPv6v4_full, IPv6_comp, IPv6_full> {};
struct IPv6_tag  : p::istring<'I', 'P', 'v', '6', ':'> {};
struct IPv6_address_literal : p::seq<IPv6_tag, IPv6_addr> {};

// dcontent = %d33-90 / %d94-126
struct dcontent         : p::ranges<'!', 'Z', '^', '~'> {};
struct Standardized_tag : Ldh_str {};
// A tag that is standardised otherwise is no general tag.
struct General_address_literal : p::seq<p::not_at<IPv6_tag>, Standardized_tag, p::one<':'>, p::plus<dcontent>> {};
struct address_literal : p::seq<p::one<'['>,
                                p::sor<IPv4_address_literal, IPv6_address_literal, General_address_literal>,
                                p::one<']'>> {};

// 4.1.2 paths
struct Local_part   : p::sor<Dot_string, Quoted_string> {};
struct Mailbox      : p::seq<Local_part, p::one<'@'>, p::sor<Domain, address_literal>> {};
struct At_domain    : p::seq<p::one<'@'>, Domain> {};
struct A_d_l        : p::list<At_domain, p::one<','>> {};
struct Path         : p::seq<p::one<'<'>, p::opt<A_d_l, p::one<':'>>, Mailbox, p::one<'>'>> {};
struct null_path    : p::string<'<', '>'> {};
struct Reverse_path : p::sor<null_path, Path> {};
struct Forward_path : Path {};
struct postmaster   : p::seq<p::one<'<'>, p::istring<'P', 'o', 's', 't', 'm', 'a', 's', 't', 'e', 'r'>,
                             p::opt<p::one<'@'>, Domain>, p::one<'>'>> {};

// 4.1.2 parameters. esmtp-value = 1*(%d33-60 / %d62-126)
struct esmtp_keyword   : p::seq<let_dig, p::star<let_dig_hyp>> {};
struct esmtp_value     : p::plus<p::sor<p::ranges<'!', '<', '>', '~'>, UTF8_non_ascii>> {};
struct esmtp_param     : p::seq<esmtp_keyword, p::opt<p::one<'='>, esmtp_value>> {};
struct Mail_parameters : p::list<esmtp_param, SP> {};
struct Rcpt_parameters : p::list<esmtp_param, SP> {};
struct Keyword         : Ldh_str {};
struct Argument        : Atom {};

// 4.1.1 commands
struct host   : p::sor<Domain, address_literal> {};
struct ehlo   : p::seq<p::istring<'E', 'H', 'L', 'O'>, SP, host> {};
struct helo   : p::seq<p::istring<'H', 'E', 'L', 'O'>, SP, Domain> {};
struct mail   : p::seq<p::istring<'M', 'A', 'I', 'L', ' ', 'F', 'R', 'O', 'M', ':'>, Reverse_path,
                       p::opt<SP, Mail_parameters>> {};
struct rcpt   : p::seq<p::istring<'R', 'C', 'P', 'T', ' ', 'T', 'O', ':'>, p::sor<postmaster, Forward_path>,
                       p::opt<SP, Rcpt_parameters>> {};
struct data   : p::istring<'D', 'A', 'T', 'A'> {};
struct rset   : p::istring<'R', 'S', 'E', 'T'> {};
struct vrfy   : p::seq<p::istring<'V', 'R', 'F', 'Y'>, SP, String> {};
struct expn   : p::seq<p::istring<'E', 'X', 'P', 'N'>, SP, String> {};
struct help   : p::seq<p::istring<'H', 'E', 'L', 'P'>, p::opt<SP, String>> {};
struct noop   : p::seq<p::istring<'N', 'O', 'O', 'P'>, p::opt<SP, String>> {};
struct quit   : p::istring<'Q', 'U', 'I', 'T'> {};

// RFC 821 4.1.2
struct send   : p::seq<p::istring<'S', 'E', 'N', 'D', ' ', 'F', 'R', 'O', 'M', ':'>, Reverse_path> {};
struct soml   : p::seq<p::istring<'S', 'O', 'M', 'L', ' ', 'F', 'R', 'O', 'M', ':'>, Reverse_path> {};
struct saml   : p::seq<p::istring<'S', 'A', 'M', 'L', ' ', 'F', 'R', 'O', 'M', ':'>, Reverse_path> {};
struct turn   : p::istring<'T', 'U', 'R', 'N'> {};

// 4.2 replies, a line at a time. textstring = 1*(%d09 / %d32-126), and UTF-8 by RFC 6531 3.7.4.2
struct textstring : p::plus<p::sor<p::range<' ', '~'>, HTAB, UTF8_non_ascii>> {};
struct Reply_code : p::seq<p::range<'2', '5'>, p::range<'0', '5'>, DIGIT> {};
struct Reply_line : p::seq<Reply_code, p::opt<p::one<' ', '-'>, p::opt<textstring>>> {};
struct Greeting   : p::seq<p::string<'2', '2', '0'>, p::one<' ', '-'>, host, p::opt<SP, textstring>> {};

// 4.1.1.1 replies to EHLO behind their code. ehlo-greet = 1*(%d0-9 / %d11-12 / %d14-127)
struct ehlo_greet   : p::plus<p::sor<p::range<'\x0e', '\x7f'>, p::range<'\x00', '\x09'>, p::range<'\x0b', '\x0c'>>> {};
struct ehlo_keyword : p::seq<let_dig, p::star<let_dig_hyp>> {};
struct ehlo_param   : p::plus<VCHAR> {};
struct ehlo_line    : p::seq<ehlo_keyword, p::star<SP, ehlo_param>> {};
struct ehlo_ok_rsp  : p::seq<Domain, p::opt<SP, ehlo_greet>> {};

// clang-format on

}  // namespace rfc5321
