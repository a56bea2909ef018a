#include <algorithm>

#include <simdjson.h>

#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

constexpr bool is_tail(char octet) noexcept {
  return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80;
}

/// The scalar reader, from `at` on.
std::size_t first_invalid(std::string_view octets, std::size_t at) noexcept {
  while (at < octets.size()) {
    const std::size_t length = utf8_sequence_length(octets.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

}  // namespace

bool is_utf8(std::string_view octets) noexcept {
  return octets.empty() || simdjson::validate_utf8(octets.data(), octets.size());
}

std::size_t valid_utf8_prefix(std::string_view octets) noexcept {
  // simdjson says yes or no, so it is asked block by block, and only the first bad block is read octet by octet. Blocks
  // grow from small ones: what is looked at is bounded by what turns out good, and text full of bad octets, which is
  // asked for again behind each of them, costs no more than its length. A block ends before the first octet of a
  // sequence, if one is near.
  constexpr std::size_t largest_block = 64 * 1024;
  std::size_t block = 64;
  std::size_t at = 0;
  while (at < octets.size()) {
    std::size_t end = std::min(octets.size(), at + block);
    for (int back = 0; back < 3 && end < octets.size() && is_tail(octets[end]); ++back) --end;
    if (!is_utf8(octets.substr(at, end - at))) return first_invalid(octets, at);
    at = end;
    block = std::min(2 * block, largest_block);
  }
  return at;
}

// RFC 3629 4: the second octet's range depends on the first, so that overlong forms and surrogates have no encoding.
std::size_t utf8_sequence_length(std::string_view octets) noexcept {
  if (octets.empty()) return 0;
  const auto first = static_cast<unsigned char>(octets[0]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (octets.size() < length) return 0;
  const auto second = static_cast<unsigned char>(octets[1]);
  const unsigned lowest = first == 0xE0 ? 0xA0U : first == 0xF0 ? 0x90U : 0x80U;
  const unsigned highest = first == 0xED ? 0x9FU : first == 0xF4 ? 0x8FU : 0xBFU;
  if (second < lowest || second > highest) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!is_tail(octets[i])) return 0;
  }
  return length;
}

}  // namespace mailparse
