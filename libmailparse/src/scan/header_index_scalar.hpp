// index_header() one octet at a time.
// Layer: scan, private.
#pragma once

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/header_index.hpp>

namespace mailparse::scalar {

/// Longer headers are not plain.
inline constexpr std::size_t longest_header = std::size_t{1} << 20;

inline HeaderIndex index_header(std::string_view octets, std::span<HeaderLine> out) noexcept {
  octets = octets.substr(0, longest_header);
  HeaderIndex index;
  HeaderLine line{.begin = 0, .colon = HeaderLine::no_colon, .lf = 0};
  for (std::size_t at = 0; at < octets.size(); ++at) {
    const char c = octets[at];
    const char next = at + 1 < octets.size() ? octets[at + 1] : '\0';
    const bool plain = is(OctetClass::vchar, c) || is(OctetClass::blank, c) || c == '\n' || (c == '\r' && next == '\n');
    if (!plain) return {};
    if (c == ':' && line.colon == HeaderLine::no_colon) line.colon = static_cast<std::uint32_t>(at);
    if (c == '=' && next == '?') index.encoded_word = true;
    if (c != '\n') continue;
    line.lf = static_cast<std::uint32_t>(at);
    if (at == line.begin || (at == line.begin + 1 && octets[line.begin] == '\r')) {
      index.plain = true;
      index.octets = at + 1;
      return index;
    }
    if (index.lines == out.size()) return {};
    out[index.lines++] = line;
    line = {.begin = static_cast<std::uint32_t>(at + 1), .colon = HeaderLine::no_colon, .lf = 0};
  }
  return {};
}

}  // namespace mailparse::scalar
