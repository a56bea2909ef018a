// Structured header fields of internet messages, with the obsolete forms of RFC 5322 4 and what RFC 822 allowed.
// RFC 5322 3.2-3.6 and 4, RFC 822, RFC 6532 3.2 (octets above 127 wherever text may stand), RFC 6854.
//
// Line ends count as white space: the header reader has cut the field already, so that a line end in a value is a fold.
// Rules that contain themselves (comment) are for a runner that limits their depth.
#pragma once

#include "core.hpp"
#include "leaf.hpp"

namespace rfc5322 {

namespace p = tao::pegtl;

constexpr bool is_fws(unsigned o) {
  return o == ' ' || o == '\t' || o == '\r' || o == '\n';
}
constexpr bool is_atext(unsigned o) {
  if (o >= 0x80) return true;
  if ((o >= 'a' && o <= 'z') || (o >= 'A' && o <= 'Z') || (o >= '0' && o <= '9')) return true;
  for (const char c :
       {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '/', '=', '?', '^', '_', '`', '{', '|', '}', '~'}) {
    if (o == static_cast<unsigned char>(c)) return true;
  }
  return false;
}
// obs-NO-WS-CTL is part of ctext, qtext and dtext; NUL and the line ends are not.
constexpr bool is_text(unsigned o) {
  return o != 0 && o != '\r' && o != '\n';
}
constexpr bool is_ctext(unsigned o) {
  return is_text(o) && o != '(' && o != ')' && o != '\\';
}
constexpr bool is_qtext(unsigned o) {
  return is_text(o) && o != '"' && o != '\\';
}
constexpr bool is_dtext(unsigned o) {
  return is_text(o) && o != '[' && o != ']' && o != '\\' && !is_fws(o);
}
constexpr bool is_digit(unsigned o) {
  return o >= '0' && o <= '9';
}
constexpr bool is_alpha(unsigned o) {
  return (o >= 'a' && o <= 'z') || (o >= 'A' && o <= 'Z');
}

// clang-format off

// 3.2.1, 3.2.2: FWS, comments.
struct quoted_pair : p::seq<p::one<'\\'>, p::any> {};
struct FWS         : leaf::run_of<is_fws> {};
struct ctext       : leaf::run_of<is_ctext> {};      // blanks included: they change nothing inside a comment
struct comment;
struct ccontent    : p::sor<ctext, FWS, quoted_pair, comment> {};
struct comment     : p::seq<p::one<'('>, p::star<ccontent>, p::one<')'>> {};
struct CFWS        : p::plus<p::sor<FWS, comment>> {};
struct opt_CFWS    : p::opt<CFWS> {};

// 3.2.3, 3.2.4: atoms and quoted-strings, without the CFWS around them.
struct atext_run   : leaf::run_of<is_atext> {};
struct atom        : atext_run {};
struct qtext       : leaf::run_of<is_qtext> {};
struct qcontent    : p::sor<qtext, FWS, quoted_pair> {};
struct quoted_string : p::seq<p::one<'"'>, p::star<qcontent>, p::one<'"'>> {};

// 3.2.5: phrase with obs-phrase, in which dots may stand bare.
struct word        : p::sor<atom, quoted_string> {};
struct phrase      : p::seq<word, p::star<p::sor<word, p::one<'.'>, CFWS>>> {};

// 3.4.1: addr-spec with obs-local-part and obs-domain, whose words and dots may have CFWS between them.
struct dot         : p::seq<opt_CFWS, p::one<'.'>, opt_CFWS> {};
struct local_part  : p::seq<word, p::star<dot, word>> {};
struct dtext       : leaf::run_of<is_dtext> {};
struct domain_literal : p::seq<p::one<'['>, p::star<p::sor<dtext, FWS, quoted_pair>>, p::one<']'>> {};
struct dot_domain  : p::seq<atom, p::star<dot, atom>> {};
struct domain      : p::sor<dot_domain, domain_literal> {};
struct addr_spec   : p::seq<local_part, opt_CFWS, p::one<'@'>, opt_CFWS, domain> {};

// 3.4, 4.4: mailbox, route, group. Empty elements of lists are obsolete and legal.
struct obs_route   : p::seq<p::plus<p::sor<CFWS, p::one<','>, p::seq<p::one<'@'>, opt_CFWS, domain>>>, p::one<':'>> {};
struct route       : p::seq<p::at<p::star<p::sor<CFWS, p::one<','>>>, p::one<'@'>>, obs_route> {};
struct angle_addr  : p::seq<p::one<'<'>, opt_CFWS, p::opt<route>, opt_CFWS, addr_spec, opt_CFWS, p::one<'>'>> {};
struct display_name : phrase {};
struct name_addr   : p::seq<p::opt<display_name>, opt_CFWS, angle_addr> {};
struct mailbox     : p::seq<opt_CFWS, p::sor<name_addr, addr_spec>, opt_CFWS> {};
struct separator   : p::one<','> {};
struct mailbox_list : p::seq<p::star<p::sor<separator, CFWS>>, p::opt<p::list<mailbox, p::plus<separator, opt_CFWS>>>,
                             p::star<p::sor<separator, CFWS>>> {};
struct group_name  : phrase {};
struct group_end   : p::one<';'> {};
struct group       : p::seq<opt_CFWS, group_name, opt_CFWS, p::one<':'>, mailbox_list, group_end, opt_CFWS> {};
struct address     : p::sor<mailbox, group> {};
// What may follow an address in a list.
struct address_end : p::sor<p::eof, p::at<separator>> {};
struct list_item   : p::seq<address, address_end> {};

// 3.3, 4.3: date-time. Two digits of hour are usual, one is met; seconds and the day of the week are optional.
template <unsigned Min, unsigned Max> struct digits : p::rep_min_max<Min, Max, core::DIGIT> {};
struct day_name    : p::sor<p::istring<'m','o','n'>, p::istring<'t','u','e'>, p::istring<'w','e','d'>, p::istring<'t','h','u'>,
                            p::istring<'f','r','i'>, p::istring<'s','a','t'>, p::istring<'s','u','n'>> {};
struct day_of_week : p::seq<day_name, opt_CFWS, p::one<','>> {};
struct day         : digits<1, 2> {};
struct month       : p::sor<p::istring<'j','a','n'>, p::istring<'f','e','b'>, p::istring<'m','a','r'>, p::istring<'a','p','r'>,
                            p::istring<'m','a','y'>, p::istring<'j','u','n'>, p::istring<'j','u','l'>, p::istring<'a','u','g'>,
                            p::istring<'s','e','p'>, p::istring<'o','c','t'>, p::istring<'n','o','v'>, p::istring<'d','e','c'>> {};
struct year        : digits<2, 4> {};
struct hour        : digits<1, 2> {};
struct minute      : digits<1, 2> {};
struct second      : digits<1, 2> {};
struct zone_offset : p::seq<p::one<'+', '-'>, p::rep<4, core::DIGIT>> {};
struct obs_zone    : leaf::run_of<is_alpha> {};
struct zone        : p::sor<zone_offset, obs_zone> {};
struct colon       : p::seq<opt_CFWS, p::one<':'>, opt_CFWS> {};
struct time_of_day : p::seq<hour, colon, minute, p::opt<colon, second>> {};
struct date        : p::seq<day, opt_CFWS, month, opt_CFWS, year> {};
struct date_time   : p::seq<opt_CFWS, p::opt<day_of_week>, opt_CFWS, date, CFWS, time_of_day, opt_CFWS, zone, opt_CFWS> {};

// 3.6.4, 4.5.4: message identifiers; In-Reply-To and References may hold phrases between them.
struct id_left     : local_part {};
struct id_right    : p::sor<dot_domain, domain_literal> {};
struct msg_id      : p::seq<p::one<'<'>, opt_CFWS, id_left, opt_CFWS, p::one<'@'>, opt_CFWS, id_right, opt_CFWS, p::one<'>'>> {};

// clang-format on

}  // namespace rfc5322
