#include <mailparse/scan/utf16.hpp>
#include <mailparse/scan/utf8_character.hpp>

namespace mailparse {
namespace {

constexpr std::uint32_t replacement = 0xFFFD;

}  // namespace

std::optional<Utf16Order> utf16_mark(std::string_view octets) noexcept {
  if (octets.starts_with("\xFF\xFE")) return Utf16Order::little;
  if (octets.starts_with("\xFE\xFF")) return Utf16Order::big;
  return std::nullopt;
}

void Utf16Decoder::decode(std::string_view octets, std::string& out) {
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (!first_) {
      first_ = octet;
      continue;
    }
    const std::uint32_t high = order_ == Utf16Order::big ? *first_ : octet;
    const std::uint32_t low = order_ == Utf16Order::big ? octet : *first_;
    first_.reset();
    unit(high << 8 | low, out);
  }
}

void Utf16Decoder::finish(std::string& out) {
  if (first_ || high_ != 0) append_utf8(out, replacement);
  first_.reset();
  high_ = 0;
}

void Utf16Decoder::unit(std::uint32_t value, std::string& out) {
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

}  // namespace mailparse
