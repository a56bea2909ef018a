// Finding octets fast.
// Layer: scan.
#pragma once

#include <cstddef>
#include <string_view>

namespace mailparse {

/// Index of the first `octet` in `octets`, or their size.
[[nodiscard]] std::size_t find_octet(std::string_view octets, char octet) noexcept;
/// Index of the first `a` or `b`, or the size.
[[nodiscard]] std::size_t find_either(std::string_view octets, char a, char b) noexcept;
/// Index of the first `a`, `b` or `c`, or the size.
[[nodiscard]] std::size_t find_any_of(std::string_view octets, char a, char b, char c) noexcept;
/// Index of the first line that begins with `a` or `b`, or the size; neither is LF. A line begins behind LF, and at the
/// front of `octets` where `line_begins` says so.
[[nodiscard]] std::size_t find_line(std::string_view octets, char a, char b, bool line_begins) noexcept;
/// Index of the first CR or LF, or the size.
[[nodiscard]] std::size_t find_eol(std::string_view octets) noexcept;
/// Index of the first `word`, which is not empty, where ASCII case is ignored; std::string_view::npos where there is
/// none.
[[nodiscard]] std::size_t ifind(std::string_view text, std::string_view word) noexcept;
/// Index of the first octet of 0x80-0xFF, or the size.
[[nodiscard]] std::size_t find_eight_bit(std::string_view octets) noexcept;
/// Index of the first white octet (SP, HTAB, CR, LF) that is no lone SP between others: where to collapse white space,
/// the text must be looked at (RFC 6376 3.4.4). An SP at the end counts, for what follows is not known. The size if
/// there is none.
[[nodiscard]] std::size_t find_irregular_white(std::string_view octets) noexcept;
/// No octet above 0x7F.
[[nodiscard]] bool is_ascii(std::string_view octets) noexcept;

}  // namespace mailparse
