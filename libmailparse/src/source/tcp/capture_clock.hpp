// The time of a capture as its packets tell it.
// Layer: source.
#pragma once

#include <chrono>
#include <optional>

#include <mailparse/base/time.hpp>

namespace mailparse::tcp {

/// Goes forward with the packets. One packet with a wild time must not make every connection look idle: a leap is
/// believed when the next packet confirms it.
class CaptureClock {
 public:
  static constexpr std::chrono::nanoseconds leap = std::chrono::minutes(5);

  void see(Timestamp time) noexcept {
    if (!now_) {
      now_ = time;
      return;
    }
    const bool wild = far(time, *now_);
    if (wild && !(doubted_ && !far(time, *doubted_))) {
      doubted_ = time;
      return;
    }
    doubted_.reset();
    if (wild || time > *now_) now_ = time;
  }
  [[nodiscard]] const std::optional<Timestamp>& now() const noexcept { return now_; }

 private:
  static bool far(Timestamp a, Timestamp b) noexcept {
    // Not by subtraction: the ends of the representable time are further apart than a duration can say.
    return a > b ? a - leap > b : b - leap > a;
  }

  std::optional<Timestamp> now_;
  std::optional<Timestamp> doubted_;
};

/// Whether `span` lies between two times; false where either is unknown. Safe at the ends of the representable time.
[[nodiscard]] inline bool passed(const std::optional<Timestamp>& since, const std::optional<Timestamp>& now,
                                 std::chrono::nanoseconds span) noexcept {
  return since && now && *now > *since && (*since > Timestamp::max() - span ? false : *now >= *since + span);
}

}  // namespace mailparse::tcp
