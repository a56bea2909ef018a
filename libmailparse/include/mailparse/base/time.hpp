// Points in time with nanoseconds, as captures hold them.
// Layer: base.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse {

/// Nanoseconds since 1970-01-01T00:00:00Z without leap seconds; 1677 to 2262.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

/// `time` where nanoseconds reach it: between the years 1677 and 2262.
[[nodiscard]] std::optional<Timestamp> timestamp(std::chrono::sys_seconds time) noexcept;

/// From `begin` to `end`, whichever is earlier. More than 292 years are as many as nanoseconds hold.
[[nodiscard]] std::chrono::nanoseconds elapsed(Timestamp begin, Timestamp end) noexcept;

/// RFC 3339 in UTC with nine digits of fraction: `2026-11-21T22:48:50.000000001Z`.
[[nodiscard]] std::string rfc3339(Timestamp time);

/// The same for many times near each other: the text up to the second is kept for the next one.
class TimeText {
 public:
  static constexpr std::size_t octets = 30;
  /// Valid until the next call.
  [[nodiscard]] std::string_view operator()(Timestamp time) noexcept;

 private:
  std::array<char, octets> text_{};
  std::chrono::sys_seconds second_ = std::chrono::sys_seconds::max();  ///< of text_; no Timestamp comes so far
};

}  // namespace mailparse
