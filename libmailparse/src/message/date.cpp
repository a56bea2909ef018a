#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/date.hpp>

#include "message/date_parts.hpp"
#include "message/lexical.hpp"

namespace mailparse {
namespace {

using std::chrono::minutes;

struct Zone {
  std::string_view name;
  int minutes;
};

/// RFC 5322 4.3. Other names, military letters among them, mean -0000: nobody knows what.
constexpr std::array<Zone, 12> zones{{{"CDT", -300},
                                      {"CST", -360},
                                      {"EDT", -240},
                                      {"EST", -300},
                                      {"GMT", 0},
                                      {"MDT", -360},
                                      {"MST", -420},
                                      {"PDT", -420},
                                      {"PST", -480},
                                      {"UT", 0},
                                      {"UTC", 0},
                                      {"Z", 0}}};

bool is_rfc_zone(std::string_view name) noexcept {
  return name.size() == 1 ||
         std::any_of(zones.begin(), zones.end(), [&](const Zone& z) { return iequals(z.name, name); });
}

struct ZoneMeaning {
  minutes offset{0};
  bool known = true;
};

ZoneMeaning meaning_of(std::string_view zone) noexcept {
  if (zone.empty()) return {minutes{0}, false};
  if (zone[0] == '+' || zone[0] == '-') {
    const int digits = date_number(zone.substr(1));
    const minutes offset{digits / 100 * 60 + digits % 100};
    return {zone[0] == '-' ? -offset : offset, zone != "-0000"};
  }
  for (const Zone& known : zones) {
    if (iequals(zone, known.name)) return {minutes{known.minutes}, true};
  }
  return {minutes{0}, false};
}

/// RFC 5322 4.3: two digits below 50 are of this century, three digits count from 1900.
int full_year(const DateParts& parts) noexcept {
  if (parts.year_digits >= 4) return parts.year;
  if (parts.year_digits == 3) return 1900 + parts.year;
  return parts.year < 50 ? 2000 + parts.year : 1900 + parts.year;
}

std::optional<MailDate> on_calendar(const DateParts& parts) noexcept {
  const std::chrono::year_month_day day{std::chrono::year(full_year(parts)),
                                        std::chrono::month(static_cast<unsigned>(parts.month)),
                                        std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!day.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  const ZoneMeaning zone = meaning_of(parts.zone);
  if (zone.offset > minutes{24 * 60} || zone.offset < minutes{-24 * 60}) return std::nullopt;
  MailDate date;
  date.utc = std::chrono::sys_days(day) + std::chrono::hours(parts.hour) + minutes(parts.minute) +
             std::chrono::seconds(parts.second) - zone.offset;
  date.zone = zone.offset;
  date.zone_known = zone.known;
  return date;
}

/// Finds the parts of a date in whatever order a program wrote them.
class DateGuess {
 public:
  DateGuess(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

  std::optional<DateParts> read() {
    while (at_ < text_.size() && !complete()) {
      const char c = text_[at_];
      if (c == '(') {
        const lexical::Span comment = lexical::scan_comment(text_, at_, limits_.comment_depth);
        if (!comment.closed) break;
        at_ = comment.end;
      } else if (is_digit(c)) {
        if (!take_digits()) return std::nullopt;
      } else if (is_alpha(c)) {
        if (!take_word()) return std::nullopt;
      } else if ((c == '+' || c == '-') && parts_.hour >= 0) {
        take_offset();
      } else {
        ++at_;
      }
    }
    place_numbers();
    const bool whole = parts_.year >= 0 && parts_.month > 0 && parts_.day > 0 && parts_.hour >= 0;
    return whole ? std::optional(parts_) : std::nullopt;
  }

 private:
  /// Everything is there: what follows is something else.
  [[nodiscard]] bool complete() const noexcept {
    return parts_.hour >= 0 && !parts_.zone.empty() && count_ >= (parts_.month > 0 ? 2U : 3U) && !zone_may_go_on();
  }

  /// "GMT+0200".
  [[nodiscard]] bool zone_may_go_on() const noexcept {
    return is_alpha(parts_.zone.front()) && at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-');
  }

  std::string_view take(bool (*holds)(char) noexcept) noexcept {
    const std::size_t begin = at_;
    while (at_ < text_.size() && holds(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  [[nodiscard]] char next() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

  /// A time of day when colons (or, behind the date, dots) join the numbers; otherwise a day, month or year.
  bool take_digits() {
    const std::string_view digits = take(is_digit);
    const bool dotted_time = next() == '.' && parts_.month > 0 && count_ >= 2 && digits.size() <= 2;
    if ((next() == ':' || dotted_time) && parts_.hour < 0 && digits.size() <= 2) return take_time(digits);
    if (parts_.hour >= 0 && parts_.zone.empty() && digits.size() == 4 && count_ >= (parts_.month > 0 ? 2U : 3U))
      return true;
    if (count_ == numbers_.size()) return false;
    numbers_[count_++] = digits;
    return true;
  }

  bool take_time(std::string_view hour) {
    const char separator = text_[at_++];
    parts_.hour = date_number(hour);
    const std::string_view minute = take(is_digit);
    if (minute.empty() || minute.size() > 2) return false;
    parts_.minute = date_number(minute);
    if (next() != separator) return true;
    ++at_;
    const std::string_view second = take(is_digit);
    if (second.empty() || second.size() > 2) return false;
    parts_.second = date_number(second);
    if (next() == '.' || next() == ',') {  // a fraction
      const std::size_t mark = at_++;
      if (take(is_digit).empty()) at_ = mark + 1;
    }
    return true;
  }

  bool take_word() {
    const std::string_view word = take(is_alpha);
    if (iequals(word, "AM") || iequals(word, "PM")) {
      if (parts_.hour < 1 || parts_.hour > 12) return parts_.hour < 0;
      parts_.hour = parts_.hour % 12 + (to_lower(word[0]) == 'p' ? 12 : 0);
      return true;
    }
    if (iequals(word, "T") && parts_.hour < 0) return true;  // ISO 8601
    if (const int month = month_of(word); month != 0 && parts_.month < 0) {
      parts_.month = month;
      return true;
    }
    if (parts_.hour >= 0 && parts_.zone.empty()) {
      parts_.zone = word;
      return true;
    }
    // The day of the week comes first; a word between day and year that is no month makes it no date.
    return count_ == 0 || parts_.month > 0;
  }

  /// +0200, +02:00, +2, GMT+0200.
  void take_offset() {
    const std::size_t sign = at_++;
    const std::string_view hours = take(is_digit);
    if (hours.size() == 4) {
      parts_.zone = text_.substr(sign, 5);
    } else if (hours.size() == 2 && next() == ':' && at_ + 2 < text_.size() && is_digit(text_[at_ + 1]) &&
               is_digit(text_[at_ + 2])) {
      offset_ = {text_[sign], hours[0], hours[1], text_[at_ + 1], text_[at_ + 2]};
      parts_.zone = {offset_.data(), offset_.size()};
      at_ += 3;
    } else if (hours.size() == 1 || hours.size() == 2) {
      offset_ = {text_[sign], hours.size() == 2 ? hours[0] : '0', hours.back(), '0', '0'};
      parts_.zone = {offset_.data(), offset_.size()};
    }
  }

  /// Day, month and year among the numbers: a year is the one of four digits, or the last.
  void place_numbers() {
    const auto set_year = [&](std::string_view digits) {
      parts_.year = date_number(digits);
      parts_.year_digits = digits.size();
    };
    const std::size_t needed = parts_.month > 0 ? 2 : 3;
    if (count_ < needed) return;
    if (numbers_[0].size() == 4) {  // 2008-09-07
      set_year(numbers_[0]);
      if (needed == 3) parts_.month = date_number(numbers_[1]);
      parts_.day = date_number(numbers_[needed - 1]);
    } else {  // 7 9 2008
      parts_.day = date_number(numbers_[0]);
      if (needed == 3) parts_.month = date_number(numbers_[1]);
      set_year(numbers_[needed - 1]);
    }
    if (parts_.month > 12) parts_.month = -1;
    if (parts_.year_digits < 2 || parts_.year_digits > 4) parts_.year = -1;
  }

  std::string_view text_;
  const Limits& limits_;
  std::size_t at_ = 0;
  DateParts parts_;
  std::array<std::string_view, 3> numbers_;
  std::size_t count_ = 0;
  std::array<char, 5> offset_{};
};

/// Longer texts hold something else than a date.
constexpr std::size_t longest_guess = 4096;

}  // namespace

std::optional<MailDate> read_date(FieldText field, DiagnosticSink& sink, const Limits& limits) {
  if (const auto parts = read_date_parts(field.text, limits)) {
    const std::optional<MailDate> date = on_calendar(*parts);
    if (date && (!is_alpha(parts->zone[0]) || is_rfc_zone(parts->zone))) return date;
  }
  sink.report(make_diagnostic(Code::hdr_date_syntax, field.offset, field.text.size()));
  if (const std::size_t open = field.text.find('('); open != field.text.npos) {
    const lexical::Span comment = lexical::scan_comment(field.text, open, limits.comment_depth);
    if (comment.too_deep) sink.report(make_diagnostic(Code::limit_comment_depth, field.offset + comment.end, 1));
  }
  DateGuess guess(field.text.substr(0, longest_guess), limits);
  const std::optional<DateParts> guessed = guess.read();
  if (!guessed) return std::nullopt;
  std::optional<MailDate> date = on_calendar(*guessed);
  if (date) date->guessed = true;
  return date;
}

std::string rfc3339(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text = "0000-00-00T00:00:00.000000000Z";
  const auto put = [&](std::size_t at, std::size_t digits, long long value) {
    for (std::size_t i = digits; i-- > 0; value /= 10) text[at + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, std::max(static_cast<int>(date.year()), 0));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, clock.hours().count());
  put(14, 2, clock.minutes().count());
  put(17, 2, clock.seconds().count());
  return text;
}

}  // namespace mailparse
