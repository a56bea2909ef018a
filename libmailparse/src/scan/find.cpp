#include <algorithm>
#include <cstring>

#include <mailparse/scan/find.hpp>

namespace mailparse {

std::size_t find_octet(std::string_view octets, char octet) noexcept {
  if (octets.empty()) return 0;
  const void* at = std::memchr(octets.data(), static_cast<unsigned char>(octet), octets.size());
  return at == nullptr ? octets.size() : static_cast<std::size_t>(static_cast<const char*>(at) - octets.data());
}

std::size_t find_either(std::string_view octets, char a, char b) noexcept {
  const auto at = std::ranges::find_if(octets, [=](char octet) { return octet == a || octet == b; });
  return static_cast<std::size_t>(at - octets.begin());
}

std::size_t find_eol(std::string_view octets) noexcept {
  return find_either(octets, '\r', '\n');
}

std::size_t find_eight_bit(std::string_view octets) noexcept {
  const auto at = std::ranges::find_if(octets, [](char octet) { return static_cast<unsigned char>(octet) >= 0x80; });
  return static_cast<std::size_t>(at - octets.begin());
}

bool is_ascii(std::string_view octets) noexcept {
  return find_eight_bit(octets) == octets.size();
}

}  // namespace mailparse
