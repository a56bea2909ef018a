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

/// Texts up to this size are looked at eight octets at a time; for longer ones a call of vector code pays.
constexpr std::size_t short_octets = 32;

template <typename Word>
std::uint64_t load(const char* octets) noexcept {
  Word word;
  std::memcpy(&word, octets, sizeof word);
  return word;
}

/// Whether one of eight octets may need an escape: no octet that does is passed over.
bool may_be_special(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101, tops = 0x8080'8080'8080'8080;
  const std::uint64_t quotes = word ^ ones * '"', backslashes = word ^ ones * '\\';
  const std::uint64_t below_space = word - ones * 0x20, above_tilde = word + ones;
  return ((below_space | above_tilde | word | (quotes - ones) | (backslashes - ones)) & tops) != 0;
}

/// Of a text of at most short_octets. False: it may hold something that needs an escape.
bool is_plain(std::string_view text) noexcept {
  const char* const octets = text.data();
  const std::size_t size = text.size();
  if (size >= 8) {
    bool special = may_be_special(load<std::uint64_t>(octets + size - 8));
    for (std::size_t at = 0; at + 8 <= size; at += 8) special |= may_be_special(load<std::uint64_t>(octets + at));
    return !special;
  }
  if (size >= 4) return !may_be_special(load<std::uint32_t>(octets) | load<std::uint32_t>(octets + size - 4) << 32);
  std::uint64_t word = 0x2020'2020'2020'2020;
  for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
  return !may_be_special(word);
}

/// Most names and texts need no escape: they are written in one go. False: this one does.
bool append_plain(std::string& out, std::string_view text) {
  const bool plain = text.size() <= short_octets && is_plain(text);
  if (!plain && find_json_special(text) != text.size()) return false;
  const std::size_t begin = out.size();
  const std::size_t end = begin + text.size() + 2;
  // The size that the call hands on is not this one with every library: GCC 12 gives the capacity.
  out.resize_and_overwrite(end, [&](char* octets, std::size_t) {
    octets[begin] = '"';
    std::copy(text.begin(), text.end(), octets + begin + 1);
    octets[end - 1] = '"';
    return end;
  });
  return true;
}

}  // namespace

void append_json_key(std::string& out, std::string_view name) {
  if (append_plain(out, name)) return;
  out.push_back('"');
  append_escaped(out, name, OnInvalid::replace);
  out.push_back('"');
}

void append_json_string(std::string& out, std::string_view octets) {
  if (append_plain(out, octets)) return;
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
