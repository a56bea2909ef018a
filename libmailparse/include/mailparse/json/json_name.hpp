// The name of a member as it stands in JSON text.
// Layer: json. RFC 8259 4.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace mailparse {

/// A name known when the program is compiled, with comma, quotation marks and colon, in 32 octets: writing it is one
/// copy of a fixed size. Names that the input gives are std::string_views.
class JsonName {
 public:
  /// Octets of text(), of which the first size() count.
  static constexpr std::size_t room = 31;

  /// Does not compile where a character would need an escape or the name is longer than 27 octets.
  template <std::size_t size>
  consteval explicit JsonName(const char (&name)[size]) : size_(static_cast<std::uint8_t>(size - 1 + around)) {
    static_assert(size - 1 + around <= room);
    char* to = std::ranges::copy(std::string_view(",\""), text_.begin()).out;
    for (const char octet : std::string_view(name, size - 1)) {
      if (octet < ' ' || octet > '~' || octet == '"' || octet == '\\') throw std::invalid_argument("not plain");
      *to++ = octet;
    }
    std::ranges::copy(std::string_view("\":"), to);
  }

  /// `,"name":`
  [[nodiscard]] constexpr const std::array<char, room>& text() const noexcept { return text_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  /// The name alone; lives as long as this.
  constexpr operator std::string_view() const noexcept { return {text_.data() + 2, std::size_t{size_} - around}; }

 private:
  static constexpr std::size_t around = 4;  ///< octets besides the name
  std::array<char, room> text_{};
  std::uint8_t size_;
};

}  // namespace mailparse
