// Timestamps of a pcapng interface.
// Layer: source. draft-ietf-opsawg-pcapng 4.2 (if_tsresol, if_tsoffset), 4.3.
#pragma once

#include <cstdint>
#include <optional>

namespace mailparse {

/// Turns an interface's ticks into nanoseconds since 1970.
class PcapngClock {
 public:
  /// Microseconds, the default.
  PcapngClock() = default;

  /// From the octet of if_tsresol: a negative power of 10, or of 2 when the top bit is set. False when a second has
  /// more ticks than 64 bits can count (beyond 10^-19 and 2^-63); the clock then gives no time.
  bool set_resolution(std::uint8_t exponent) noexcept {
    const unsigned power = exponent & 0x7FU;
    if ((exponent & 0x80U) != 0) {
      ticks_a_second_ = power > 63 ? 0 : std::uint64_t{1} << power;
    } else {
      ticks_a_second_ = power > 19 ? 0 : 1;
      for (unsigned i = 0; i < power && ticks_a_second_ != 0; ++i) ticks_a_second_ *= 10;
    }
    return ticks_a_second_ != 0;
  }
  void set_offset(std::int64_t seconds) noexcept { offset_seconds_ = seconds; }

  /// Empty where the resolution is not known or the time lies outside what 64 bits of nanoseconds can tell.
  [[nodiscard]] std::optional<std::int64_t> nanoseconds(std::uint64_t ticks) const noexcept {
    if (ticks_a_second_ == 0) return std::nullopt;
    const std::uint64_t seconds = ticks / ticks_a_second_;
    const std::uint64_t rest = ticks % ticks_a_second_;
    constexpr std::int64_t most_seconds = INT64_MAX / 1'000'000'000 - 1;
    if (seconds > static_cast<std::uint64_t>(2 * most_seconds) || offset_seconds_ > most_seconds ||
        offset_seconds_ < -2 * most_seconds) {
      return std::nullopt;
    }
    const std::int64_t whole = static_cast<std::int64_t>(seconds) + offset_seconds_;
    if (whole > most_seconds || whole < -most_seconds) return std::nullopt;
    return whole * 1'000'000'000 + fraction(rest);
  }

 private:
  [[nodiscard]] std::int64_t fraction(std::uint64_t rest) const noexcept {
    if (ticks_a_second_ <= UINT64_MAX / 1'000'000'000) {
      return static_cast<std::int64_t>(rest * 1'000'000'000 / ticks_a_second_);
    }
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::int64_t>(static_cast<Wide>(rest) * 1'000'000'000 / ticks_a_second_);
  }

  std::uint64_t ticks_a_second_ = 1'000'000;
  std::int64_t offset_seconds_ = 0;
};

}  // namespace mailparse
