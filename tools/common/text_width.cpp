#include "common/text_width.hpp"

#include <algorithm>

#include <unicode/uchar.h>

#include <mailparse/scan/utf8_character.hpp>

namespace mailparse::tools {
namespace {

constexpr std::string_view ellipsis = "…";

std::size_t character_width(std::uint32_t character) {
  const auto c = static_cast<UChar32>(character);
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return c == 0xAD ? 1 : 0;  // a soft hyphen is drawn
    default:
      break;
  }
  const auto width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_FULLWIDTH || width == U_EA_WIDE ? 2 : 1;
}

struct Measured {
  std::size_t octets = 0;
  std::size_t columns = 0;
};

/// As much of `text` as fits into `columns`.
Measured measure(std::string_view text, std::size_t columns) {
  Measured measured;
  while (measured.octets < text.size()) {
    const Utf8Character character = read_utf8(text.substr(measured.octets));
    const std::size_t width = character.length == 0 ? 1 : character_width(character.value);
    if (measured.columns + width > columns) break;
    measured.columns += width;
    measured.octets += std::max<std::size_t>(character.length, 1);
  }
  return measured;
}

}  // namespace

std::size_t text_width(std::string_view text) {
  return measure(text, std::string_view::npos).columns;
}

std::string fit_text(std::string_view text, std::size_t columns) {
  if (measure(text, columns).octets == text.size()) return std::string(text);
  if (columns == 0) return {};
  return std::string(text.substr(0, measure(text, columns - 1).octets)).append(ellipsis);
}

std::string pad_text(std::string_view text, std::size_t columns) {
  const std::size_t width = text_width(text);
  return std::string(text).append(columns - std::min(columns, width), ' ');
}

std::vector<std::string> wrap_text(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::size_t end = measure(text, std::max<std::size_t>(columns, 2)).octets;
    std::size_t next = end;
    if (end < text.size()) {
      const std::size_t blank = text[end] == ' ' ? end : text.rfind(' ', end);
      // A cut in the first half of a line looks worse than one inside a word.
      if (blank != std::string_view::npos && blank > end / 2) {
        end = blank;
        next = blank + 1;
      }
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(next);
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

}  // namespace mailparse::tools
