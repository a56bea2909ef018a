// The lines of a plain header, each with its first colon, in one pass.
// Layer: scan. RFC 5322 2.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mailparse {

/// A line by its places in the octets indexed. Without initial values: room for many costs nothing.
struct HeaderLine {
  static constexpr std::uint32_t no_colon = 0xFFFFFFFF;
  std::uint32_t begin;
  std::uint32_t colon;  ///< the line's first
  std::uint32_t lf;     ///< that ends it, with or without a CR before
  bool operator==(const HeaderLine&) const = default;
};

struct HeaderIndex {
  bool plain = false;         ///< false: not what is looked for, and the rest says nothing
  bool encoded_word = false;  ///< "=?" stands somewhere
  std::size_t lines = 0;      ///< records written; the empty line has none
  std::size_t octets = 0;     ///< up to the end of the empty line
  bool operator==(const HeaderIndex&) const = default;
};

/// Indexes the header that `octets` begin with, if it is plain: an empty line ends it, lines end in CRLF or LF, and it
/// holds nothing but printable ASCII, SP and HTAB besides. A header of more lines than `out` has room for, or of more
/// than a megabyte, is not plain.
[[nodiscard]] HeaderIndex index_header(std::string_view octets, std::span<HeaderLine> out) noexcept;

}  // namespace mailparse
