// Reads a short text step by step: what stands in front of a log's line.
// Layer: source, private.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <mailparse/base/octets.hpp>

namespace mailparse::transcript {

/// Reads a text from left to right; every step either takes what it names or leaves all as it was.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] bool done() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return done() ? '\0' : text_[at_]; }

  bool take(char c) noexcept {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_any(std::string_view set) noexcept {
    if (done() || set.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }

  /// A number of exactly `digits` digits.
  std::optional<int> digits(std::size_t count) noexcept {
    if (text_.size() - at_ < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(text_[at_ + i])) return std::nullopt;
      value = value * 10 + (text_[at_ + i] - '0');
    }
    at_ += count;
    return value;
  }

  /// A decimal fraction in nanoseconds, any number of digits.
  std::optional<std::int64_t> fraction() noexcept {
    const auto before = at_;
    std::int64_t value = 0;
    int taken = 0;
    while (!done() && is_digit(text_[at_])) {
      if (taken < 9) value = value * 10 + (text_[at_] - '0');
      ++taken;
      ++at_;
    }
    if (at_ == before) return std::nullopt;
    for (; taken < 9; ++taken) value *= 10;
    return value;
  }

  void blanks() noexcept {
    while (!done() && is(OctetClass::blank, text_[at_])) ++at_;
  }

  void back_to(std::size_t at) noexcept { at_ = at; }
  [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace mailparse::transcript
