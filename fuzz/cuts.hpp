// Cutting a fuzzer's input into pieces that its first octet chooses.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

namespace mailparse::fuzz {

/// The seed of no cut at all.
inline constexpr unsigned whole = std::numeric_limits<unsigned>::max();

/// Calls `f(piece)` for pieces of `text` whose sizes follow from `seed`: single octets, short and long ones.
template <class F>
void for_each_piece(std::string_view text, unsigned seed, F f) {
  unsigned state = seed + 1;
  while (!text.empty()) {
    state = state * 1103515245U + 12345U;
    const unsigned longest = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 9 : 300;
    const std::size_t size = seed == whole ? text.size() : 1 + (state >> 16) % longest;
    f(text.substr(0, size));
    text.remove_prefix(size < text.size() ? size : text.size());
  }
}

}  // namespace mailparse::fuzz
