// Octets of mail text: character classes of the mail RFCs and ASCII-only comparison.
// Layer: base. RFC 5234 B.1, RFC 5321 4.1.2, RFC 5322 3.2.3, RFC 2045 5.1.
//
// Input is never `char` arithmetic and never locale: every question about an octet goes through one 256-entry table.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mailparse {

/// Classes an octet can belong to; a set of them is a bit mask.
enum class OctetClass : std::uint16_t {
  alpha = 1 << 0,    ///< A-Z a-z
  digit = 1 << 1,    ///< 0-9
  hex = 1 << 2,      ///< 0-9 A-F a-f
  blank = 1 << 3,    ///< SP and HTAB (WSP of RFC 5234)
  vchar = 1 << 4,    ///< 0x21-0x7E
  atext = 1 << 5,    ///< RFC 5322 3.2.3
  token = 1 << 6,    ///< RFC 2045 5.1: VCHAR without tspecials
  ftext = 1 << 7,    ///< RFC 5322 2.2: octets of a field name, VCHAR without ':'
  control = 1 << 8,  ///< 0x00-0x1F and DEL
  high = 1 << 9,     ///< 0x80-0xFF
  base64 = 1 << 10,  ///< A-Z a-z 0-9 + / (RFC 4648 4), without '='
  bchar = 1 << 11,   ///< RFC 2046 5.1.1: octets of a boundary, SP included
};

namespace detail {
constexpr bool contains(std::string_view set, unsigned octet) noexcept {
  for (const char c : set) {
    if (static_cast<unsigned char>(c) == octet) return true;
  }
  return false;
}

constexpr std::array<std::uint16_t, 256> octet_classes() noexcept {
  std::array<std::uint16_t, 256> table{};
  for (unsigned o = 0; o < 256; ++o) {
    unsigned bits = 0;
    const auto add = [&](OctetClass c) { bits |= static_cast<unsigned>(c); };
    const bool is_alpha = (o >= 'A' && o <= 'Z') || (o >= 'a' && o <= 'z');
    const bool is_digit = o >= '0' && o <= '9';
    const bool is_vchar = o >= 0x21 && o <= 0x7E;
    if (is_alpha) add(OctetClass::alpha);
    if (is_digit) add(OctetClass::digit);
    if (is_digit || (o >= 'A' && o <= 'F') || (o >= 'a' && o <= 'f')) add(OctetClass::hex);
    if (o == ' ' || o == '\t') add(OctetClass::blank);
    if (is_vchar) add(OctetClass::vchar);
    if (is_alpha || is_digit || contains("!#$%&'*+-/=?^_`{|}~", o)) add(OctetClass::atext);
    if (is_vchar && !contains("()<>@,;:\\\"/[]?=", o)) add(OctetClass::token);
    if (is_vchar && o != ':') add(OctetClass::ftext);
    if (o < 0x20 || o == 0x7F) add(OctetClass::control);
    if (o >= 0x80) add(OctetClass::high);
    if (is_alpha || is_digit || o == '+' || o == '/') add(OctetClass::base64);
    if (is_alpha || is_digit || contains("'()+_,-./:=? ", o)) add(OctetClass::bchar);
    table[o] = static_cast<std::uint16_t>(bits);
  }
  return table;
}

inline constexpr std::array<std::uint16_t, 256> octet_class_table = octet_classes();
}  // namespace detail

/// Whether `octet` belongs to `c`.
constexpr bool is(OctetClass c, char octet) noexcept {
  return (detail::octet_class_table[static_cast<unsigned char>(octet)] & static_cast<std::uint16_t>(c)) != 0;
}

constexpr bool is_alpha(char octet) noexcept {
  return is(OctetClass::alpha, octet);
}
constexpr bool is_digit(char octet) noexcept {
  return is(OctetClass::digit, octet);
}
constexpr bool is_alnum(char octet) noexcept {
  return is_alpha(octet) || is_digit(octet);
}

/// ASCII letters in lower case, every other octet as it is.
constexpr char to_lower(char octet) noexcept {
  return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet + 32) : octet;
}
constexpr char to_upper(char octet) noexcept {
  return octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 32) : octet;
}

/// `text` with each octet as to_lower() and to_upper() give it.
inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& octet : lower) octet = to_lower(octet);
  return lower;
}
inline std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& octet : upper) octet = to_upper(octet);
  return upper;
}

/// Equal when ASCII case is ignored (RFC 5321 2.4: verbs, keywords and field names).
constexpr bool iequals(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

constexpr bool istarts_with(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}

/// `text` without SP and HTAB at its ends; a view into `text`.
constexpr std::string_view trim_blanks(std::string_view text) noexcept {
  while (!text.empty() && is(OctetClass::blank, text.front())) text.remove_prefix(1);
  while (!text.empty() && is(OctetClass::blank, text.back())) text.remove_suffix(1);
  return text;
}

/// `line` without CR and LF at its end, however many; a view into `line`.
constexpr std::string_view without_line_ends(std::string_view line) noexcept {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace mailparse
