#include "source/dialects/utf16.hpp"

#include <mailparse/scan/utf8_character.hpp>

namespace mailparse::transcript {

std::optional<Utf16> Utf16::by_mark(std::string_view first) noexcept {
  if (first == "\xFF\xFE") return Utf16(false);
  if (first == "\xFE\xFF") return Utf16(true);
  return std::nullopt;
}

void Utf16::decode(std::string_view octets, std::string& out) {
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (!first_) {
      first_ = octet;
      continue;
    }
    const std::uint32_t high = big_endian_ ? *first_ : octet;
    const std::uint32_t low = big_endian_ ? octet : *first_;
    first_.reset();
    unit(high << 8 | low, out);
  }
}

void Utf16::unit(std::uint32_t value, std::string& out) {
  constexpr std::uint32_t replacement = 0xFFFD;
  const bool is_high = value >= 0xD800 && value < 0xDC00;
  const bool is_low = value >= 0xDC00 && value < 0xE000;
  if (high_ != 0 && is_low) {
    append_utf8(out, 0x10000 + ((high_ - 0xD800) << 10) + (value - 0xDC00));
    high_ = 0;
    return;
  }
  if (high_ != 0) append_utf8(out, replacement);
  high_ = is_high ? value : 0;
  if (!is_high) append_utf8(out, is_low ? replacement : value);
}

}  // namespace mailparse::transcript
