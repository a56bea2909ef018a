#include "json/json_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include <mailparse/json/json_writer.hpp>

namespace mailparse {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

/// Octets that stand for themselves in a JSON string: printable ASCII without the quotation mark and the backslash.
constexpr std::array<bool, 256> plain_octets = [] {
  std::array<bool, 256> table{};
  for (unsigned octet = 0x20; octet < 0x7F; ++octet) table[octet] = octet != '"' && octet != '\\';
  return table;
}();

constexpr unsigned octet_at(std::string_view text, std::size_t at) noexcept {
  return static_cast<unsigned char>(text[at]);
}

constexpr bool is_trail(std::string_view text, std::size_t at) noexcept {
  return at < text.size() && (octet_at(text, at) & 0xC0U) == 0x80U;
}

struct Scalar {
  std::uint32_t value = 0;
  std::size_t octets = 0;  ///< 0: not valid UTF-8
};

/// The character that begins at `at`, an octet of 0x80 or more. Overlong forms, surrogates and what lies beyond
/// U+10FFFF are not characters. RFC 3629 4.
constexpr Scalar decode(std::string_view text, std::size_t at) noexcept {
  const std::uint32_t lead = octet_at(text, at);
  const auto trail = [&](std::size_t n) { return octet_at(text, at + n) & 0x3FU; };
  if (lead >= 0xC2 && lead <= 0xDF && is_trail(text, at + 1)) return {(lead & 0x1FU) << 6 | trail(1), 2};
  if ((lead & 0xF0U) == 0xE0 && is_trail(text, at + 1) && is_trail(text, at + 2)) {
    const std::uint32_t value = (lead & 0x0FU) << 12 | trail(1) << 6 | trail(2);
    if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF)) return {value, 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4 && is_trail(text, at + 1) && is_trail(text, at + 2) && is_trail(text, at + 3)) {
    const std::uint32_t value = (lead & 0x07U) << 18 | trail(1) << 12 | trail(2) << 6 | trail(3);
    if (value >= 0x10000 && value <= 0x10FFFF) return {value, 4};
  }
  return {};
}

/// Characters that change how a terminal or a reader shows what stands around them. UAX 9 2, RFC 8259 12.
constexpr bool is_deceptive(std::uint32_t value) noexcept {
  return (value >= 0x80 && value <= 0x9F) || value == 0x061C || value == 0x200E || value == 0x200F ||
         (value >= 0x2028 && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069) || value == 0xFEFF;
}

void append_escape(std::string& out, std::uint32_t value) {
  switch (value) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(hex_digits[value >> shift & 0xFU]);
}

enum class OnInvalid : std::uint8_t { stop, replace };

/// Appends the text between the quotation marks. False: an octet is not UTF-8, and what was appended is of no use.
bool append_escaped(std::string& out, std::string_view text, OnInvalid on_invalid) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = at;
    while (at < text.size() && plain_octets[octet_at(text, at)]) ++at;
    out.append(text, begin, at - begin);
    if (at == text.size()) break;
    if (octet_at(text, at) < 0x80) {
      append_escape(out, octet_at(text, at++));
      continue;
    }
    const Scalar scalar = decode(text, at);
    if (scalar.octets == 0) {
      if (on_invalid == OnInvalid::stop) return false;
      out += replacement_character;
      ++at;
    } else {
      if (is_deceptive(scalar.value)) {
        append_escape(out, scalar.value);
      } else {
        out.append(text, at, scalar.octets);
      }
      at += scalar.octets;
    }
  }
  return true;
}

void append_base64(std::string& out, std::string_view octets) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t at = 0; at < octets.size(); at += 3) {
    const std::size_t left = octets.size() - at;
    const unsigned group = octet_at(octets, at) << 16 | (left > 1 ? octet_at(octets, at + 1) << 8 : 0) |
                           (left > 2 ? octet_at(octets, at + 2) : 0);
    out.push_back(alphabet[group >> 18 & 63]);
    out.push_back(alphabet[group >> 12 & 63]);
    out.push_back(left > 1 ? alphabet[group >> 6 & 63] : '=');
    out.push_back(left > 2 ? alphabet[group & 63] : '=');
  }
}

}  // namespace

void append_json_key(std::string& out, std::string_view name) {
  out.push_back('"');
  append_escaped(out, name, OnInvalid::replace);
  out.push_back('"');
}

void append_json_string(std::string& out, std::string_view octets) {
  const std::size_t begin = out.size();
  out.push_back('"');
  if (append_escaped(out, octets, OnInvalid::stop)) {
    out.push_back('"');
    return;
  }
  out.resize(begin);
  out += R"({"bytes":")";
  append_base64(out, octets);
  out += "\"}";
}

}  // namespace mailparse
