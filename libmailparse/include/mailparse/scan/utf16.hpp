// UTF-16 to UTF-8 in any cut. Layer: scan. RFC 2781 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse {

enum class Utf16Order : std::uint8_t { little, big };

/// The octet order that a byte order mark at the front of `octets` shows.
[[nodiscard]] std::optional<Utf16Order> utf16_mark(std::string_view octets) noexcept;

/// Decodes one text. A lone surrogate becomes U+FFFD; a byte order mark is a character like any other.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(Utf16Order order) noexcept : order_(order) {}

  /// Appends to `out` what is whole; a unit or pair cut off waits for the next call.
  void decode(std::string_view octets, std::string& out);
  /// No octets follow: what still waits becomes one U+FFFD.
  void finish(std::string& out);

 private:
  void unit(std::uint32_t value, std::string& out);

  Utf16Order order_;
  std::optional<unsigned char> first_;
  std::uint32_t high_ = 0;  ///< a high surrogate that waits for its low one
};

}  // namespace mailparse
