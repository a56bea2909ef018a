// Reads the numbers and vectors of the TLS presentation language, never beyond its octets.
// Layer: source. RFC 8446 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mailparse::tls {

/// Once something was not there, everything later is empty and ok() is false.
class Cursor {
 public:
  explicit Cursor(std::string_view octets) noexcept : rest_(octets) {}
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  /// A number of `octets` octets, the highest first; 0 when it is cut off.
  std::uint32_t number(std::size_t octets) noexcept {
    std::uint32_t value = 0;
    for (const char c : take(octets)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(number(2)); }
  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number(1)); }
  std::string_view take(std::size_t octets) noexcept {
    if (octets > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, octets);
    rest_.remove_prefix(octets);
    return taken;
  }
  /// Octets behind their own length, a number of `length_octets` octets.
  std::string_view vector(std::size_t length_octets) noexcept { return take(number(length_octets)); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace mailparse::tls
