#include "source/dialects/log_time.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>

#include "source/dialects/cursor.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

struct Clock {
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t nanoseconds = 0;
};

/// The value of two digits; far more than 99 where they are none.
unsigned two_digits(const char* at) noexcept {
  constexpr unsigned none = 1000;
  const auto high = static_cast<unsigned>(static_cast<unsigned char>(at[0])) - '0';
  const auto low = static_cast<unsigned>(static_cast<unsigned char>(at[1])) - '0';
  return high > 9 || low > 9 ? none : high * 10 + low;
}

/// `21:13:23`, with a fraction behind `.` or `,`.
std::optional<Clock> read_clock(Cursor& c) noexcept {
  const auto text = c.rest();
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = two_digits(text.data());
  const auto minute = two_digits(text.data() + 3);
  const auto second = two_digits(text.data() + 6);
  // Above 99 stands no digit.
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  Clock clock{static_cast<int>(hour), static_cast<int>(minute), static_cast<int>(second), 0};
  const auto mark = c.at() + 8;
  c.back_to(mark);
  if (c.take_any(".,")) {
    if (const auto ns = c.fraction()) {
      clock.nanoseconds = *ns;
    } else {
      c.back_to(mark);
    }
  }
  return clock;
}

/// `Z`, `+01:00`, ` +0100`; nothing where there is none.
std::optional<std::chrono::minutes> read_zone(Cursor& c) noexcept {
  if (c.take('Z')) return std::chrono::minutes{0};
  const auto start = c.at();
  c.take(' ');
  const bool east = c.peek() == '+';
  if (c.take_any("+-")) {
    const auto hours = c.digits(2);
    c.take(':');
    const auto minutes = c.digits(2);
    if (hours && minutes) {
      const auto offset = std::chrono::minutes{*hours * 60 + *minutes};
      return east ? offset : -offset;
    }
  }
  c.back_to(start);
  return std::nullopt;
}

std::optional<Timestamp> timestamp(int year, int month, int day, const Clock& clock,
                                   std::chrono::minutes zone) noexcept {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || year < 1970 || year > 2261) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{clock.hour} + std::chrono::minutes{clock.minute} +
         std::chrono::seconds{clock.second} + std::chrono::nanoseconds{clock.nanoseconds} - zone;
}

/// `2026-11-21 21:10:08.81+01:00`, `2026/11/21 21:10:08`.
bool read_iso(Cursor& c, const Calendar& calendar, std::optional<Timestamp>& time) noexcept {
  constexpr std::size_t date_octets = 11;
  const auto text = c.rest();
  if (text.size() < date_octets) return false;
  const auto separates = [&text](std::size_t at) { return text[at] == '-' || text[at] == '/'; };
  if (!separates(4) || !separates(7) || std::string_view("T t_").find(text[10]) == std::string_view::npos) return false;
  const auto century = two_digits(text.data());
  const auto year = two_digits(text.data() + 2);
  const auto month = two_digits(text.data() + 5);
  const auto day = two_digits(text.data() + 8);
  if (century > 99 || year > 99 || month > 99 || day > 99) return false;
  c.back_to(c.at() + date_octets);
  const auto clock = read_clock(c);
  if (!clock) return false;
  const auto zone = read_zone(c);
  time = timestamp(static_cast<int>(century * 100 + year), static_cast<int>(month), static_cast<int>(day), *clock,
                   zone.value_or(calendar.zone));
  return true;
}

std::optional<int> month_number(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto month = std::ranges::find(months, name);
  if (month == months.end()) return std::nullopt;
  return static_cast<int>(month - months.begin()) + 1;
}

/// `Nov 21 21:13:23`, `Nov  1 2026 21:13:23.5`.
bool read_syslog_date(Cursor& c, std::string_view text, const Calendar& calendar,
                      std::optional<Timestamp>& time) noexcept {
  const auto month = month_number(text.substr(c.at(), 3));
  if (!month) return false;
  c.back_to(c.at() + 3);
  if (!c.take(' ')) return false;
  const bool single = c.take(' ');
  const auto day = c.digits(single ? 1 : 2);
  if (!day || !c.take(' ')) return false;
  const auto mark = c.at();
  auto year = c.digits(4);
  if (!year || !c.take(' ')) {
    year = calendar.year;
    c.back_to(mark);
  }
  const auto clock = read_clock(c);
  if (!clock) return false;
  if (year) time = timestamp(*year, *month, *day, *clock, calendar.zone);
  return true;
}

/// `22-Nov-2026 02:37:34 UTC`, `22/Nov/2026:02:37:34 +0100`: PHP's error log, web servers.
bool read_day_first(Cursor& c, std::string_view text, const Calendar& calendar,
                    std::optional<Timestamp>& time) noexcept {
  const auto day = c.digits(2);
  const char separator = c.peek();
  if (!day || !c.take_any("-/")) return false;
  const auto month = month_number(text.substr(c.at(), 3));
  if (!month) return false;
  c.back_to(c.at() + 3);
  if (!c.take(separator)) return false;
  const auto year = c.digits(4);
  if (!year || !c.take_any(" :")) return false;
  const auto clock = read_clock(c);
  if (!clock) return false;
  auto zone = read_zone(c);
  if (!zone && c.peek() == ' ') {
    const auto name = text.substr(c.at() + 1, text.find(']', c.at()) - c.at() - 1);
    if (name == "UTC" || name == "GMT") zone = std::chrono::minutes{0};
    // The offset that a place had at that time is not known here, so that there is no time.
    const bool place = name.find('/') != std::string_view::npos && name.find(' ') == std::string_view::npos;
    if (zone || place) c.back_to(c.at() + 1 + name.size());
    if (place) return true;
  }
  time = timestamp(*year, *month, *day, *clock, zone.value_or(calendar.zone));
  return true;
}

/// `21:13:23.5`, `09:41:07 AM`: no date, hence no time.
bool read_time_of_day(Cursor& c) noexcept {
  if (!read_clock(c)) return false;
  const auto mark = c.at();
  if (!(c.take(' ') && c.take_any("AP") && c.take('M'))) c.back_to(mark);
  return true;
}

/// `1795295412.446095`: ten digits are more than an int may hold, so that they are read in two halves.
bool read_epoch(Cursor& c, std::optional<Timestamp>& time) noexcept {
  const auto upper = c.digits(5);
  const auto lower = upper ? c.digits(5) : std::nullopt;
  if (!lower || !c.take('.')) return false;
  const auto fraction = c.fraction();
  if (!fraction) return false;
  const auto seconds = std::int64_t{*upper} * 100'000 + *lower;
  // Nanoseconds since 1970 reach to 2262.
  constexpr std::int64_t last = 9'223'372'035;
  if (seconds < last) time = Timestamp{std::chrono::seconds{seconds} + std::chrono::nanoseconds{*fraction}};
  return true;
}

/// `@40000000656f1f2a0c3f4b5c`: TAI64N, 2^62 plus 10 seconds ahead of 1970 plus the leap seconds, which are not undone.
bool read_tai64n(Cursor& c, std::string_view text, std::optional<Timestamp>& time) noexcept {
  if (!c.take('@') || text.size() - c.at() < 24) return false;
  std::uint64_t seconds = 0;
  std::uint64_t nanoseconds = 0;
  for (std::size_t i = 0; i < 24; ++i) {
    const auto digit = hex_digit(text[c.at() + i]);
    if (!digit) return false;
    auto& value = i < 16 ? seconds : nanoseconds;
    value = value * 16 + *digit;
  }
  c.back_to(c.at() + 24);
  constexpr std::uint64_t epoch = 0x400000000000000AULL;
  if (seconds >= epoch && seconds - epoch < 9'000'000'000ULL && nanoseconds < 1'000'000'000ULL) {
    time = Timestamp{std::chrono::seconds{seconds - epoch} + std::chrono::nanoseconds{nanoseconds}};
  }
  return true;
}

bool read_any_time(Cursor& c, std::string_view text, const Calendar& calendar,
                   std::optional<Timestamp>& time) noexcept {
  const auto start = c.at();
  const char first = c.peek();
  if (first == '@') return read_tai64n(c, text, time);
  if (is(OctetClass::alpha, first)) return read_syslog_date(c, text, calendar, time);
  if (!is_digit(first)) return false;
  if (read_iso(c, calendar, time)) return true;
  c.back_to(start);
  if (read_day_first(c, text, calendar, time)) return true;
  c.back_to(start);
  if (read_time_of_day(c)) return true;
  c.back_to(start);
  return read_epoch(c, time);
}

}  // namespace

TimePrefix read_time(std::string_view text, const Calendar& calendar) noexcept {
  Cursor c(text);
  const bool bracket = c.take('[');
  TimePrefix result;
  if (!read_any_time(c, text, calendar, result.time)) return {};
  if (bracket && !c.take(']')) return {};
  if (!c.done() && !is(OctetClass::blank, c.peek())) return {};
  const bool tab = c.peek() == '\t';
  if (!c.done()) c.back_to(c.at() + 1);
  // A TAB may begin the text itself; blanks align columns.
  const auto first = c.at();
  if (!tab) {
    while (c.peek() == ' ' && !c.done()) c.take(' ');
  }
  result.length = c.at();
  result.padding = result.length - first;
  return result;
}

}  // namespace mailparse::transcript
