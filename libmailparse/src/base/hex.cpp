#include <mailparse/base/hex.hpp>

namespace mailparse {

std::string hex_text(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * octets.size());
  for (const char octet : octets) {
    text.push_back(digits[static_cast<unsigned char>(octet) >> 4U]);
    text.push_back(digits[static_cast<unsigned char>(octet) & 0xFU]);
  }
  return text;
}

}  // namespace mailparse
