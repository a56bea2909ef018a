#include "message/utf16_unpacker.hpp"

#include <mailparse/scan/utf8_character.hpp>

namespace mailparse {
std::optional<Utf16Unpacker::Order> Utf16Unpacker::recognise(std::string_view start) noexcept {
  if (start.starts_with("\xFF\xFE")) return Order::little;
  if (start.starts_with("\xFE\xFF")) return Order::big;
  if (start.size() < 8) return std::nullopt;
  bool even = true, odd = true;  // which octets of the pairs are NUL
  for (std::size_t i = 0; i < 8; i += 2) {
    even = even && start[i] == '\0' && start[i + 1] != '\0';
    odd = odd && start[i] != '\0' && start[i + 1] == '\0';
  }
  if (even) return Order::big;
  if (odd) return Order::little;
  return std::nullopt;
}

std::string Utf16Unpacker::feed(std::string_view octets) {
  std::string out;
  out.reserve(octets.size());
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (!half_) {
      first_ = octet;
      half_ = true;
      continue;
    }
    half_ = false;
    const unsigned value = order_ == Order::little ? first_ | static_cast<unsigned>(octet) << 8
                                                   : static_cast<unsigned>(first_) << 8 | octet;
    const bool mark = !begun_ && value == 0xFEFF;
    begun_ = true;
    if (!mark) unit(out, value);
  }
  return out;
}

void Utf16Unpacker::unit(std::string& out, unsigned value) {
  if (value >= 0xD800 && value <= 0xDBFF) {
    if (high_ != 0) append_utf8(out, 0xFFFD);
    high_ = value;
    return;
  }
  const bool low = value >= 0xDC00 && value <= 0xDFFF;
  if (high_ != 0 && low) {
    append_utf8(out, 0x10000 + ((high_ - 0xD800) << 10) + (value - 0xDC00));
  } else {
    if (high_ != 0 || low) append_utf8(out, 0xFFFD);
    if (!low) append_utf8(out, value);
  }
  high_ = 0;
}

}  // namespace mailparse
