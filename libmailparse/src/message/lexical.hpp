// The lexical tokens that every structured field shares, for readers that must go on where the grammar does not fit.
// Layer: message. RFC 5322 3.2, RFC 822 3.3.
//
// Positions are indices into the text given. Nothing recurses; nesting is counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/octets.hpp>

namespace mailparse::lexical {

/// SP, HTAB and the line ends of folds.
constexpr bool is_white(char octet) noexcept {
  return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

/// By octet: whether it is one of `members`.
[[nodiscard]] constexpr std::array<bool, 256> octet_set(std::string_view members) noexcept {
  std::array<bool, 256> set{};
  for (const char member : members) set[static_cast<unsigned char>(member)] = true;
  return set;
}

[[nodiscard]] constexpr std::size_t skip_white(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_white(text[at])) ++at;
  return at;
}

[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

/// A comment or quoted-string: [begin, end) with its delimiters.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool closed = true;     ///< false: the text ends first
  bool too_deep = false;  ///< `end` is the parenthesis that goes deeper than allowed
  [[nodiscard]] std::size_t size() const noexcept { return end - begin; }
};

/// The comment that begins at `at`, where a parenthesis stands.
[[nodiscard]] Span scan_comment(std::string_view text, std::size_t at, std::uint64_t depth_limit) noexcept;
/// The quoted-string that begins at `at`, where a quote stands.
[[nodiscard]] Span scan_quoted(std::string_view text, std::size_t at) noexcept;

/// What is inside a comment or quoted-string: delimiters, backslashes of quoted-pairs and line ends removed. A view
/// into `text` where nothing changes, otherwise a copy in `arena`.
[[nodiscard]] std::string_view unquote(std::string_view text, const Span& span, Arena& arena);

/// `text` in lower case (ASCII letters), in `arena` unless it is so already.
[[nodiscard]] std::string_view lower(std::string_view text, Arena& arena);

/// `text` with every run of white space made one space and none at the ends; a view where nothing changes.
[[nodiscard]] std::string_view collapse_white(std::string_view text, Arena& arena);

}  // namespace mailparse::lexical
