#include "message/lexical.hpp"

#include <algorithm>

#include <mailparse/scan/find.hpp>

namespace mailparse::lexical {
namespace {

/// What a comment is searched for: most of it is other text.
constexpr auto comment_marks = octet_set("\\()");

}  // namespace

Span scan_comment(std::string_view text, std::size_t at, std::uint64_t depth_limit) noexcept {
  Span span{.begin = at, .end = text.size(), .closed = false};
  std::uint64_t depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (!comment_marks[static_cast<unsigned char>(text[i])]) continue;
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '(') {
      if (++depth > depth_limit) {
        span.end = i;
        span.too_deep = true;
        return span;
      }
    } else if (--depth == 0) {
      span.end = i + 1;
      span.closed = true;
      return span;
    }
  }
  return span;
}

Span scan_quoted(std::string_view text, std::size_t at) noexcept {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return {.begin = at, .end = i + 1};
    }
  }
  return {.begin = at, .end = text.size(), .closed = false};
}

std::string_view unquote(std::string_view text, const Span& span, Arena& arena) {
  const std::size_t inner = span.size() >= 1 ? span.begin + 1 : span.begin;
  const std::string_view inside = text.substr(inner, span.end - inner - (span.closed && span.size() >= 2 ? 1 : 0));
  if (find_any_of(inside, '\\', '\r', '\n') == inside.size()) return inside;
  char* const begin = arena.allocate(inside.size());
  char* out = begin;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '\r' || inside[i] == '\n') continue;
    if (inside[i] == '\\' && i + 1 < inside.size()) ++i;
    *out++ = inside[i];
  }
  return {begin, static_cast<std::size_t>(out - begin)};
}

std::string_view lower(std::string_view text, Arena& arena) {
  if (std::none_of(text.begin(), text.end(), [](char c) { return c != to_lower(c); })) return text;
  char* const out = arena.allocate(text.size());
  std::transform(text.begin(), text.end(), out, [](char c) { return to_lower(c); });
  return {out, text.size()};
}

std::string_view collapse_white(std::string_view text, Arena& arena) {
  text = trim(text);
  bool changes = false;
  for (std::size_t i = 0; i < text.size() && !changes; ++i) {
    changes = is_white(text[i]) && (text[i] != ' ' || is_white(text[i + 1]));
  }
  if (!changes) return text;
  char* const begin = arena.allocate(text.size());
  char* out = begin;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_white(text[i])) {
      *out++ = text[i];
    } else if (!is_white(text[i + 1])) {  // trimmed: an octet that is not white follows
      *out++ = ' ';
    }
  }
  return {begin, static_cast<std::size_t>(out - begin)};
}

}  // namespace mailparse::lexical
