#include <concepts>
#include <limits>

#include <mailparse/base/time.hpp>

namespace mailparse {
namespace {

/// Writes `digits` decimal digits of `value` at `at`; returns where they end.
template <std::integral Value>
char* write_digits(char* at, Value value, int digits) noexcept {
  for (int i = digits - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
  return at + digits;
}

/// `2026-11-21T22:48:50.`. A Timestamp lies between the years 1677 and 2262: four digits hold each.
char* write_second(char* at, std::chrono::sys_seconds second) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<std::chrono::seconds> clock{second - day};
  at = write_digits(at, static_cast<int>(date.year()), 4);
  *at++ = '-';
  at = write_digits(at, static_cast<unsigned>(date.month()), 2);
  *at++ = '-';
  at = write_digits(at, static_cast<unsigned>(date.day()), 2);
  *at++ = 'T';
  at = write_digits(at, static_cast<unsigned>(clock.hours().count()), 2);
  *at++ = ':';
  at = write_digits(at, static_cast<unsigned>(clock.minutes().count()), 2);
  *at++ = ':';
  at = write_digits(at, static_cast<unsigned>(clock.seconds().count()), 2);
  *at++ = '.';
  return at;
}

}  // namespace

std::optional<Timestamp> timestamp(std::chrono::sys_seconds time) noexcept {
  constexpr std::int64_t most_seconds = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
  const std::int64_t seconds = time.time_since_epoch().count();
  if (seconds > most_seconds || seconds < -most_seconds) return std::nullopt;
  return Timestamp(time);
}

std::chrono::nanoseconds elapsed(Timestamp begin, Timestamp end) noexcept {
  std::int64_t count = 0;
  if (__builtin_sub_overflow(end.time_since_epoch().count(), begin.time_since_epoch().count(), &count))
    return end < begin ? std::chrono::nanoseconds::min() : std::chrono::nanoseconds::max();
  return std::chrono::nanoseconds(count);
}

std::string_view TimeText::operator()(Timestamp time) noexcept {
  constexpr int fraction_digits = 9;
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  char* const fraction = text_.data() + octets - fraction_digits - 1;
  if (second != second_) {
    write_second(text_.data(), second);
    text_.back() = 'Z';
    second_ = second;
  }
  // Unsigned: the first second that a Timestamp lies in begins before the first Timestamp.
  const auto whole = static_cast<std::uint64_t>(second.time_since_epoch().count()) * 1'000'000'000U;
  const auto left = static_cast<std::uint64_t>(time.time_since_epoch().count()) - whole;
  write_digits(fraction, static_cast<std::uint32_t>(left), fraction_digits);
  return {text_.data(), text_.size()};
}

std::string rfc3339(Timestamp time) {
  return std::string(TimeText()(time));
}

}  // namespace mailparse
