// What a date of RFC 5322 is made of, before the calendar has its say.
// Layer: message, private. RFC 5322 3.3, 4.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <mailparse/base/limits.hpp>

namespace mailparse {

/// Absent parts are negative.
struct DateParts {
  int year = -1;
  std::size_t year_digits = 0;
  int month = -1;
  int day = -1;
  int hour = -1;
  int minute = -1;
  int second = 0;
  std::string_view zone;
  bool operator==(const DateParts&) const = default;
};

/// Which way a date is read: both find the same.
enum class DateRoad : std::uint8_t {
  plain_first,   ///< dates of the usual shape by hand, the others by the grammar
  grammar_only,  ///< the oracle of the former
};

/// The parts of a date-time of RFC 5322, current or obsolete; nullopt for any other text.
[[nodiscard]] std::optional<DateParts> read_date_parts(std::string_view text, const Limits& limits,
                                                       DateRoad road = DateRoad::plain_first);

/// -1 where the digits are none.
[[nodiscard]] int date_number(std::string_view digits) noexcept;

/// January is 1; 0 for a word that begins no month's name. Longer words are the full names.
[[nodiscard]] int month_of(std::string_view word) noexcept;

}  // namespace mailparse
