// UTF-16 to UTF-8 in any cut: what a redirection in a Windows shell makes of a log.
// Layer: source, private. RFC 2781 2.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse::transcript {

class Utf16 {
 public:
  /// The byte order that the first two octets of a file show; nothing where it is no UTF-16.
  [[nodiscard]] static std::optional<Utf16> by_mark(std::string_view first) noexcept;

  explicit Utf16(bool big_endian) noexcept : big_endian_(big_endian) {}

  /// Appends to `out` what is whole; a unit or pair cut off waits for the next call. A lone surrogate becomes U+FFFD.
  void decode(std::string_view octets, std::string& out);

 private:
  void unit(std::uint32_t value, std::string& out);

  bool big_endian_;
  std::optional<unsigned char> first_;
  std::uint32_t high_ = 0;  ///< a high surrogate that waits for its low one
};

}  // namespace mailparse::transcript
