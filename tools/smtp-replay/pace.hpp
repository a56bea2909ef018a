// How fast a replay speaks.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse::tools {

class Pace {
 public:
  /// "asap", "recorded", "xN" (N times as fast as recorded), or seconds between groups of commands. The error is for
  /// people.
  [[nodiscard]] static std::expected<Pace, std::string> parse(std::string_view text);
  /// No pause is longer.
  void cap(std::chrono::nanoseconds longest) { longest_ = longest; }

  /// How long to wait before a group whose recorded pause is that.
  [[nodiscard]] std::chrono::nanoseconds pause(std::optional<std::chrono::nanoseconds> recorded) const;

 private:
  enum class Kind : std::uint8_t { asap, recorded, fixed } kind_ = Kind::asap;
  double factor_ = 1;  ///< of the recorded pauses
  std::chrono::nanoseconds fixed_{};
  std::chrono::nanoseconds longest_ = std::chrono::hours(1);
};

}  // namespace mailparse::tools
