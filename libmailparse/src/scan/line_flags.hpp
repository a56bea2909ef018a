// Flags of a piece of content, read one octet at a time.
// Layer: scan, private.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <mailparse/scan/line_index.hpp>

namespace mailparse {

namespace detail {
constexpr std::array<std::uint16_t, 256> content_flags() noexcept {
  std::array<std::uint16_t, 256> table{};
  for (unsigned octet = 0; octet < 256; ++octet) {
    LineFlags flags;
    if (octet == 0) flags.add(LineFlag::nul);
    if (octet == '\r') flags.add(LineFlag::bare_cr);
    if (octet >= 0x80) flags.add(LineFlag::eight_bit);
    if ((octet > 0 && octet < 0x20 && octet != '\t' && octet != '\r' && octet != '\n') || octet == 0x7F) {
      flags.add(LineFlag::control);
    }
    table[octet] = flags.bits;
  }
  return table;
}
inline constexpr std::array<std::uint16_t, 256> content_flag_table = content_flags();
}  // namespace detail

/// The flags that an octet raises wherever it stands.
inline constexpr std::uint16_t content_flag_bits =
    static_cast<std::uint16_t>(LineFlag::bare_cr) | static_cast<std::uint16_t>(LineFlag::nul) |
    static_cast<std::uint16_t>(LineFlag::eight_bit) | static_cast<std::uint16_t>(LineFlag::control);

/// What the octets of `content` say wherever they stand in their line. Every CR in content is bare.
constexpr LineFlags content_flags(std::string_view content) noexcept {
  LineFlags flags;
  for (const char octet : content) flags |= LineFlags{detail::content_flag_table[static_cast<unsigned char>(octet)]};
  return flags;
}

namespace detail {
constexpr std::array<std::uint16_t, 256> first_octet_flags() noexcept {
  std::array<std::uint16_t, 256> table{};
  table['.'] = static_cast<std::uint16_t>(LineFlag::leading_dot);
  table[' '] = table['\t'] = static_cast<std::uint16_t>(LineFlag::leading_blank);
  return table;
}
}  // namespace detail

/// What the first octet of a line says by itself.
inline constexpr std::array<std::uint16_t, 256> first_octet_flag_table = detail::first_octet_flags();

/// What the first octets of a line say.
constexpr LineFlags leading_flags(std::string_view content) noexcept {
  if (content.empty()) return {};
  LineFlags flags{first_octet_flag_table[static_cast<unsigned char>(content[0])]};
  if (content.starts_with("--")) flags.add(LineFlag::leading_dashes);
  return flags;
}

inline LineFlags LineSoFar::add(std::string_view content, LineFlags content_only, LineEnd end) noexcept {
  flags |= content_only;
  if (!content.empty()) {
    const bool first = !flags.has(LineFlag::continued);
    if (first) flags |= leading_flags(content);
    if (one_dash && content[0] == '-') flags.add(LineFlag::leading_dashes);
    one_dash = first && content == "-";
    after_cr = content.back() == '\r';
  }
  if (end == LineEnd::crlf && after_cr) flags.add(LineFlag::cr_cr_lf);
  const LineFlags with_piece = flags;
  if (end == LineEnd::none) {
    flags.add(LineFlag::continued);
  } else {
    *this = LineSoFar{};
  }
  return with_piece;
}

}  // namespace mailparse
