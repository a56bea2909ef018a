// A message that some editor saved as UTF-16, made octets again.
// Layer: message, private. RFC 2781.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse {

/// UTF-16 with a byte order mark, or with NUL at every other octet of its first line, to UTF-8, in any cut.
class Utf16Unpacker {
 public:
  enum class Order : std::uint8_t { little, big };

  /// Whether a message that begins with `start` (8 octets, or all of it) is UTF-16.
  [[nodiscard]] static std::optional<Order> recognise(std::string_view start) noexcept;

  explicit Utf16Unpacker(Order order) noexcept : order_(order) {}
  /// The text of `octets` in UTF-8, without a byte order mark; what is no character becomes U+FFFD.
  [[nodiscard]] std::string feed(std::string_view octets);

 private:
  void unit(std::string& out, unsigned value);

  Order order_;
  bool begun_ = false;
  bool half_ = false;
  unsigned char first_ = 0;
  unsigned high_ = 0;  ///< a high surrogate whose low one is yet to come
};

}  // namespace mailparse
