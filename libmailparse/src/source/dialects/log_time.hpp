// Times in front of a log's lines, in the forms that loggers write.
// Layer: source, private. RFC 3339, RFC 3164.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include <mailparse/base/time.hpp>

namespace mailparse::transcript {

/// How times without a zone or a year are read.
struct Calendar {
  std::chrono::minutes zone{0};
  std::optional<int> year;
};

/// A time at the beginning of a text.
struct TimePrefix {
  std::size_t length = 0;         ///< octets of the time, its brackets and the blanks behind it; 0: there is none
  std::size_t padding = 0;        ///< of these, the blanks behind the first one: they align columns, or begin the text
  std::optional<Timestamp> time;  ///< absent for a time of day, and for a date without a year
};

/// Reads `2026-11-21T21:10:08.810200Z`, `2026-11-21 21:10:08,8 +0100`, `Nov 21 21:13:23`, `21:10:08.81`, `09:41:07 AM`,
/// `22-Nov-2026 02:37:34 UTC`, `1795295412.446095`, `@400000006500...`, each in brackets too. A blank, a TAB or the end
/// must follow.
[[nodiscard]] TimePrefix read_time(std::string_view text, const Calendar& calendar) noexcept;

}  // namespace mailparse::transcript
