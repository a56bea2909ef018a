#include <array>
#include <concepts>

#include <mailparse/base/time.hpp>

namespace mailparse {
namespace {

/// Writes `digits` decimal digits of `value` at `at`; returns where they end.
template <std::integral Value>
char* write_digits(char* at, Value value, int digits) noexcept {
  for (int i = digits - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
  return at + digits;
}

}  // namespace

// A Timestamp lies between the years 1677 and 2262: four digits hold each.
std::string rfc3339(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<std::chrono::nanoseconds> clock{time - day};
  std::array<char, 30> text;
  char* at = write_digits(text.data(), static_cast<int>(date.year()), 4);
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
  at = write_digits(at, static_cast<unsigned>(clock.subseconds().count()), 9);
  *at++ = 'Z';
  return {text.data(), static_cast<std::size_t>(at - text.data())};
}

}  // namespace mailparse
