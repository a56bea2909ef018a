#include "json/json_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/scan/base64.hpp>
#include <mailparse/scan/json_escape.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

constexpr unsigned octet_at(std::string_view text, std::size_t at) noexcept {
  return static_cast<unsigned char>(text[at]);
}

/// The value of a valid UTF-8 sequence of two or more octets. RFC 3629 3.
std::uint32_t decode(std::string_view sequence) noexcept {
  std::uint32_t value = octet_at(sequence, 0) & (0xFFU >> (sequence.size() + 1));
  for (std::size_t at = 1; at < sequence.size(); ++at) value = value << 6 | (octet_at(sequence, at) & 0x3FU);
  return value;
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
  for (;;) {
    const std::size_t plain = find_json_special(text);
    out.append(text, 0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return true;
    const std::size_t size = utf8_sequence_length(text);
    if (size == 0 && on_invalid == OnInvalid::stop) return false;
    const std::uint32_t value = size > 1 ? decode(text.substr(0, size)) : octet_at(text, 0);
    if (size == 0) {
      out += replacement_character;
    } else if (size == 1 || is_deceptive(value)) {
      append_escape(out, value);
    } else {
      out.append(text, 0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
}

/// Texts up to this size are looked at and copied eight octets at a time; for longer ones a call of vector code pays.
constexpr std::size_t short_octets = 32;

/// Whether one of eight octets may need an escape: no octet that does is passed over.
bool may_be_special(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101, tops = 0x8080'8080'8080'8080;
  const std::uint64_t quotes = word ^ ones * '"', backslashes = word ^ ones * '\\';
  const std::uint64_t below_space = word - ones * 0x20, above_tilde = word + ones;
  return ((below_space | above_tilde | word | (quotes - ones) | (backslashes - ones)) & tops) != 0;
}

/// Copies eight octets, or the four that a Word has. False: one of them may need an escape.
template <typename Word>
bool copy_word(char* to, const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  std::memcpy(to, &word, sizeof word);
  constexpr std::uint64_t harmless = 0x2020'2020'0000'0000;
  return !may_be_special(sizeof word < 8 ? word | harmless : word);
}

/// Copies a text of at most short_octets, by words that overlap at its end. False: something in it may need an escape.
bool copy_short(char* to, std::string_view text) noexcept {
  const char* const from = text.data();
  const std::size_t size = text.size();
  if (size >= 8) {
    bool plain = copy_word<std::uint64_t>(to + size - 8, from + size - 8);
    for (std::size_t at = 0; at + 8 < size; at += 8) plain &= copy_word<std::uint64_t>(to + at, from + at);
    return plain;
  }
  if (size >= 4) {
    const bool plain = copy_word<std::uint32_t>(to, from);
    return copy_word<std::uint32_t>(to + size - 4, from + size - 4) && plain;
  }
  std::uint64_t word = 0x2020'2020'2020'2020;
  for (std::size_t at = 0; at < size; ++at) {
    to[at] = from[at];
    word = word << 8 | octet_at(text, at);
  }
  return !may_be_special(word);
}

enum class Behind : std::uint8_t { nothing, colon };

/// Most names and texts need no escape: they are written in one go. False, and nothing is: this one does.
template <Behind behind>
bool append_plain(std::string& out, bool comma, std::string_view text) {
  const bool is_short = text.size() <= short_octets;
  if (!is_short && find_json_special(text) != text.size()) return false;
  const std::size_t begin = out.size();
  const std::size_t end = begin + comma + text.size() + (behind == Behind::colon ? 3 : 2);
  bool plain = true;
  // The size that the call hands on is not this one with every library: GCC 12 gives the capacity.
  out.resize_and_overwrite(end, [&](char* octets, std::size_t) {
    char* to = octets + begin;
    if (comma) *to++ = ',';
    *to++ = '"';
    if (is_short) {
      plain = copy_short(to, text);
    } else {
      std::memcpy(to, text.data(), text.size());
    }
    to += text.size();
    *to++ = '"';
    if (behind == Behind::colon) *to = ':';
    return plain ? end : begin;
  });
  return plain;
}

}  // namespace

void append_json_key(std::string& out, bool comma, std::string_view name) {
  if (append_plain<Behind::colon>(out, comma, name)) return;
  out += comma ? ",\"" : "\"";
  append_escaped(out, name, OnInvalid::replace);
  out += "\":";
}

void append_json_string(std::string& out, bool comma, std::string_view octets) {
  if (append_plain<Behind::nothing>(out, comma, octets)) return;
  if (comma) out.push_back(',');
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

void append_json_string(std::string& out, std::string_view octets) {
  append_json_string(out, false, octets);
}

}  // namespace mailparse
