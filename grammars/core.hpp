// Core rules and UTF-8: what every other grammar is made of.
// RFC 5234 B.1, RFC 3629 4, RFC 6532 3.1.
//
// Rules only; names are those of the ABNF with '_' for '-'. PEGTL's alternatives are ordered: the likely one first.
#pragma once

#include <tao/pegtl.hpp>

namespace core {

namespace p = tao::pegtl;

// clang-format off

struct ALPHA  : p::ranges<'a', 'z', 'A', 'Z'> {};
struct DIGIT  : p::range<'0', '9'> {};
struct HEXDIG : p::ranges<'0', '9', 'A', 'F', 'a', 'f'> {};   // ABNF strings ignore case
struct SP     : p::one<' '> {};
struct HTAB   : p::one<'\t'> {};
struct WSP    : p::one<' ', '\t'> {};
struct CR     : p::one<'\r'> {};
struct LF     : p::one<'\n'> {};
struct CRLF   : p::string<'\r', '\n'> {};
struct DQUOTE : p::one<'"'> {};
struct VCHAR  : p::range<'\x21', '\x7e'> {};

// ALPHA / DIGIT and ALPHA / DIGIT / "-", as one look at the octet each.
struct let_dig     : p::ranges<'a', 'z', 'A', 'Z', '0', '9'> {};
struct let_dig_hyp : p::ranges<'a', 'z', 'A', 'Z', '0', '9', '-'> {};

// Octets, not code points: `char` may be signed, so that 0x80-0xFF is the range from -128 to -1.
template <unsigned First, unsigned Last>
struct octets : p::range<static_cast<char>(First), static_cast<char>(Last)> {};

struct UTF8_tail : octets<0x80, 0xBF> {};
struct UTF8_2    : p::seq<octets<0xC2, 0xDF>, UTF8_tail> {};
struct UTF8_3    : p::sor<p::seq<octets<0xE1, 0xEC>, UTF8_tail, UTF8_tail>,
                          p::seq<octets<0xEE, 0xEF>, UTF8_tail, UTF8_tail>,
                          p::seq<octets<0xE0, 0xE0>, octets<0xA0, 0xBF>, UTF8_tail>,
                          p::seq<octets<0xED, 0xED>, octets<0x80, 0x9F>, UTF8_tail>> {};
struct UTF8_4    : p::sor<p::seq<octets<0xF0, 0xF0>, octets<0x90, 0xBF>, UTF8_tail, UTF8_tail>,
                          p::seq<octets<0xF1, 0xF3>, UTF8_tail, UTF8_tail, UTF8_tail>,
                          p::seq<octets<0xF4, 0xF4>, octets<0x80, 0x8F>, UTF8_tail, UTF8_tail>> {};
// Guarded by one look, so that ASCII text pays for one comparison.
struct UTF8_non_ascii : p::seq<p::at<octets<0xC2, 0xF4>>, p::sor<UTF8_2, UTF8_3, UTF8_4>> {};

// clang-format on

}  // namespace core
