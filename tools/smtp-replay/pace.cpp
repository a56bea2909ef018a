#include "smtp-replay/pace.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace mailparse::tools {
namespace {

constexpr double largest = 1e6;

std::optional<double> positive_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size() && value > 0 && value <= largest;
  return good ? std::optional(value) : std::nullopt;
}

}  // namespace

std::expected<Pace, std::string> Pace::parse(std::string_view text) {
  Pace pace;
  if (text == "asap") return pace;
  pace.kind_ = Kind::recorded;
  if (text == "recorded") return pace;
  const bool times = text.starts_with('x');
  const auto value = positive_number(text.substr(times ? 1 : 0));
  if (!value) return std::unexpected(fmt::format("\"{}\" is not asap, recorded, xN or seconds", text));
  if (times) {
    pace.factor_ = 1 / *value;
  } else {
    pace.kind_ = Kind::fixed;
    pace.fixed_ = std::chrono::nanoseconds(std::llround(*value * 1e9));
  }
  return pace;
}

std::chrono::nanoseconds Pace::pause(std::optional<std::chrono::nanoseconds> recorded) const {
  std::chrono::nanoseconds pause{};
  if (kind_ == Kind::fixed) pause = fixed_;
  if (kind_ == Kind::recorded && recorded)
    pause = std::chrono::duration_cast<std::chrono::nanoseconds>(std::min(*recorded, longest_ * 1000) * factor_);
  return std::min(pause, longest_);
}

}  // namespace mailparse::tools
