#include <algorithm>
#include <cstdint>

#include <mailparse/scan/uuencode.hpp>

namespace mailparse {

std::optional<std::size_t> decode_uuencoded_line(std::string_view line,
                                                 std::span<char, uuencoded_line_octets> out) noexcept {
  const auto is_digit = [](char octet) { return octet >= 0x20 && octet <= 0x60; };
  if (line.empty() || !std::ranges::all_of(line, is_digit)) return std::nullopt;
  // SP and "`" both stand for 0.
  const auto value = [](char octet) { return (static_cast<unsigned>(octet) - 0x20U) & 63U; };
  const std::size_t size = value(line[0]);
  line.remove_prefix(1);
  // Blanks at the end may be missing, which are zeros: at most those of one group, or the line is another text.
  if (line.size() + 4 <= (size + 2) / 3 * 4) return std::nullopt;
  for (std::size_t i = 0; i < size; ++i) {
    const auto digit = [&](std::size_t at) { return at < line.size() ? value(line[at]) : 0U; };
    const std::size_t left = i / 3 * 4 + i % 3;
    const std::size_t used = 2 * (i % 3) + 2;  // bits that the octet takes of its left digit's successors
    out[i] = static_cast<char>(digit(left) << used | digit(left + 1) >> (6 - used));
  }
  return size;
}

}  // namespace mailparse
