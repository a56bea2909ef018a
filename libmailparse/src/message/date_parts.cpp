#include "message/date_parts.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <mailparse/base/octets.hpp>

#include "message/nested_comments.hpp"

namespace mailparse {
namespace {

template <typename Rule>
struct Collect : grammar::no_action<Rule> {};
#define MAILPARSE_DATE_PART(rule, statement)                             \
  template <>                                                            \
  struct Collect<rfc5322::rule> {                                        \
    template <typename In>                                               \
    static void apply(const In& in, grammar::Watch&, DateParts& parts) { \
      statement;                                                         \
    }                                                                    \
  }
MAILPARSE_DATE_PART(day, parts.day = date_number(in.string_view()));
MAILPARSE_DATE_PART(month, parts.month = month_of(in.string_view()));
MAILPARSE_DATE_PART(year, parts.year = date_number(in.string_view()); parts.year_digits = in.size());
MAILPARSE_DATE_PART(hour, parts.hour = date_number(in.string_view()));
MAILPARSE_DATE_PART(minute, parts.minute = date_number(in.string_view()));
MAILPARSE_DATE_PART(second, parts.second = date_number(in.string_view()));
MAILPARSE_DATE_PART(zone, parts.zone = in.string_view());
#undef MAILPARSE_DATE_PART

bool is_day_name(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 7> days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return std::ranges::any_of(days, [&](std::string_view day) { return iequals(day, name); });
}

/// "Tue, 17 Nov 2026 10:00:00 +0000 (UTC)", with or without the day of the week and the comment: nine of ten dates.
class PlainDate {
 public:
  explicit PlainDate(std::string_view text) : rest_(text) {}

  std::optional<DateParts> read() noexcept {
    DateParts parts;
    if (rest_.size() > 5 && rest_[3] == ',') {
      if (!is_day_name(rest_.substr(0, 3)) || rest_[4] != ' ') return std::nullopt;
      rest_.remove_prefix(5);
    }
    const std::size_t day_digits = rest_.size() > 1 && is_digit(rest_[1]) ? 2 : 1;
    const bool day = digits(day_digits, parts.day) && take(' ');
    if (!day || !month(parts.month) || !take(' ') || !digits(4, parts.year) || !take(' ')) return std::nullopt;
    parts.year_digits = 4;
    const bool time = digits(2, parts.hour) && take(':') && digits(2, parts.minute) && take(':') &&
                      digits(2, parts.second) && take(' ');
    if (!time || !zone(parts.zone)) return std::nullopt;
    return ends() ? std::optional(parts) : std::nullopt;
  }

 private:
  bool take(char octet) noexcept {
    if (!rest_.starts_with(octet)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool digits(std::size_t count, int& value) noexcept {
    if (rest_.size() < count || !std::ranges::all_of(rest_.substr(0, count), is_digit)) return false;
    value = 0;
    for (const char c : rest_.substr(0, count)) value = value * 10 + (c - '0');
    rest_.remove_prefix(count);
    return true;
  }

  bool month(int& value) noexcept {
    value = month_of(rest_.substr(0, 3));
    if (value == 0) return false;
    rest_.remove_prefix(3);
    return true;
  }

  bool zone(std::string_view& value) noexcept {
    const bool offset =
        rest_.size() >= 5 && (rest_[0] == '+' || rest_[0] == '-') && std::ranges::all_of(rest_.substr(1, 4), is_digit);
    if (!offset) return false;
    value = rest_.substr(0, 5);
    rest_.remove_prefix(5);
    return true;
  }

  /// Nothing stands behind the zone but the name of it.
  [[nodiscard]] bool ends() const noexcept {
    if (rest_.empty()) return true;
    return rest_.starts_with(" (") && rest_.ends_with(')') &&
           std::ranges::all_of(rest_.substr(2, rest_.size() - 3), is_alpha);
  }

  std::string_view rest_;
};

}  // namespace

int date_number(std::string_view digits) noexcept {
  int value = -1;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

int month_of(std::string_view word) noexcept {
  static constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (word.size() < 3) return 0;
  const std::array<char, 3> key{to_lower(word[0]), to_lower(word[1]), to_lower(word[2])};
  for (std::size_t i = 0; i < 12; ++i) {
    if (names.substr(i * 3, 3) == std::string_view(key.data(), 3)) return static_cast<int>(i) + 1;
  }
  return 0;
}

std::optional<DateParts> read_date_parts(std::string_view text, const Limits& limits, DateRoad road) {
  if (road == DateRoad::plain_first) {
    if (const auto plain = PlainDate(text).read()) return plain;
  }
  DateParts parts;
  const grammar::RunOptions options{.depth = limits.comment_depth};
  if (!grammar::run<grammar::whole<rfc5322::date_time>, Collect>(text, options, parts)) return std::nullopt;
  return parts;
}

}  // namespace mailparse
