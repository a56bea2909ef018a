#include "source/dialects/log_line.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/utf8.hpp>

#include "source/dialects/said.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

bool is_digit(char c) noexcept {
  return is(OctetClass::digit, c);
}

/// Reads a text from left to right; every step either takes what it names or leaves all as it was.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] bool done() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return done() ? '\0' : text_[at_]; }

  bool take(char c) noexcept {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_any(std::string_view set) noexcept {
    if (done() || set.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }

  /// A number of exactly `digits` digits.
  std::optional<int> digits(std::size_t count) noexcept {
    if (text_.size() - at_ < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(text_[at_ + i])) return std::nullopt;
      value = value * 10 + (text_[at_ + i] - '0');
    }
    at_ += count;
    return value;
  }

  /// A decimal fraction in nanoseconds, any number of digits.
  std::optional<std::int64_t> fraction() noexcept {
    const auto before = at_;
    std::int64_t value = 0;
    int taken = 0;
    while (!done() && is_digit(text_[at_])) {
      if (taken < 9) value = value * 10 + (text_[at_] - '0');
      ++taken;
      ++at_;
    }
    if (at_ == before) return std::nullopt;
    for (; taken < 9; ++taken) value *= 10;
    return value;
  }

  void blanks() noexcept {
    while (!done() && is(OctetClass::blank, text_[at_])) ++at_;
  }

  void back_to(std::size_t at) noexcept { at_ = at; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

struct Clock {
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t nanoseconds = 0;
};

std::optional<Clock> read_clock(Cursor& c) noexcept {
  const auto start = c.at();
  Clock clock;
  const auto hour = c.digits(2);
  if (hour && *hour < 24 && c.take(':')) {
    const auto minute = c.digits(2);
    if (minute && *minute < 60 && c.take(':')) {
      const auto second = c.digits(2);
      if (second && *second < 61) {
        clock = {*hour, *minute, *second, 0};
        const auto mark = c.at();
        if (c.take_any(".,")) {
          if (const auto ns = c.fraction()) {
            clock.nanoseconds = *ns;
          } else {
            c.back_to(mark);
          }
        }
        return clock;
      }
    }
  }
  c.back_to(start);
  return std::nullopt;
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
  const auto year = c.digits(4);
  if (!year || !c.take_any("-/")) return false;
  const auto month = c.digits(2);
  if (!month || !c.take_any("-/")) return false;
  const auto day = c.digits(2);
  if (!day || !c.take_any("T t_")) return false;
  const auto clock = read_clock(c);
  if (!clock) return false;
  const auto zone = read_zone(c);
  time = timestamp(*year, *month, *day, *clock, zone.value_or(calendar.zone));
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

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) noexcept {
  return std::ranges::find(names, name) != names.end();
}

/// Microseconds since 1970, as journald writes them.
std::optional<Timestamp> read_microseconds(std::string_view text) noexcept {
  constexpr std::uint64_t last = 9'223'372'035'000'000;
  const auto value = number(text);
  if (!value || *value > last) return std::nullopt;
  return Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(*value)}};
}

/// One line of a log of JSON objects: their text, and what else a prefix would say. Only strings and numbers of the
/// object itself are looked at.
class JsonLine {
 public:
  bool read(std::string_view text, const Calendar& calendar, LogLine& line, std::string& room) {
    if (!text.starts_with('{') || !text.ends_with('}')) return false;
    std::size_t depth = 0;
    std::string_view name;
    for (std::size_t i = 0; i < text.size();) {
      const char c = text[i];
      if (c == '"') {
        unescaped_.clear();
        const auto used = unescape(text.substr(i + 1), '"', unescaped_);
        if (!used) return false;
        const auto raw = text.substr(i + 1, *used - 1);
        i += 1 + *used;
        if (depth != 1) continue;
        if (name.empty() && trim_blanks(text.substr(i)).starts_with(':')) {
          name = raw;
        } else {
          note(std::exchange(name, {}), raw, calendar, line, room);
        }
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && depth > 0) --depth;
      if (c == ',' || c == '{' || c == '[') name = {};
      if (is_digit(c) && depth == 1 && !name.empty()) {
        const auto digits = text.substr(i, text.find_first_not_of("0123456789.", i) - i);
        note(std::exchange(name, {}), digits, calendar, line, room);
        i += digits.size();
        continue;
      }
      ++i;
    }
    return found_;
  }

 private:
  void note(std::string_view name, std::string_view raw, const Calendar& calendar, LogLine& line, std::string& room) {
    if (is_one_of(name, {"log", "MESSAGE", "message", "msg"})) {
      room.swap(unescaped_);
      found_ = true;
    } else if (is_one_of(name, {"time", "timestamp", "@timestamp", "ts"})) {
      line.time = read_time(raw, calendar).time;
    } else if (name == "__REALTIME_TIMESTAMP") {
      line.time = read_microseconds(raw);
    } else if (is_one_of(name, {"_PID", "SYSLOG_PID", "pid"})) {
      line.process = raw;
    } else if (is_one_of(name, {"SYSLOG_IDENTIFIER", "program"})) {
      line.program = raw;
    }
  }

  std::string unescaped_;
  bool found_ = false;
};

bool peel_json(LogLine& line, const Calendar& calendar, std::string& room) {
  LogLine read = line;
  std::string text;
  if (!JsonLine().read(line.text, calendar, read, text)) return false;
  room.swap(text);
  line = read;
  line.text = room;
  if (line.text.ends_with('\n')) line.text.remove_suffix(1);
  line.crlf = line.text.ends_with('\r');
  if (line.crlf) line.text.remove_suffix(1);
  return true;
}

bool peel_colour(LogLine& line, std::string& room) {
  constexpr std::string_view opening = "\x1b[";
  auto rest = line.text;
  auto at = rest.find(opening);
  if (at == std::string_view::npos) return false;
  std::string plain;
  for (; at != std::string_view::npos; at = rest.find(opening)) {
    plain.append(rest.substr(0, at));
    rest.remove_prefix(at + opening.size());
    const auto end = rest.find_first_not_of("0123456789;?");
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  plain.append(rest);
  room.swap(plain);
  line.text = room;
  return true;
}

bool peel_entities(LogLine& line, std::string& room) {
  if (line.text.find("&lt;") == std::string_view::npos && line.text.find("&gt;") == std::string_view::npos &&
      line.text.find("&amp;") == std::string_view::npos && line.text.find("&quot;") == std::string_view::npos &&
      line.text.find("&#") == std::string_view::npos)
    return false;
  std::string plain;
  undo_html(line.text, plain);
  room.swap(plain);
  line.text = room;
  return true;
}

/// One level: a dialect's own marks may begin alike.
bool peel_quoting(LogLine& line, bool tight = false) {
  if (!line.text.starts_with('>')) return false;
  line.text.remove_prefix(!tight && line.text.starts_with("> ") ? 2 : 1);
  return true;
}

/// Some programs put no blank behind the mark; then one that stands there is the text's own.
bool quoted_tightly(const std::vector<LogLine>& lines) {
  std::size_t quoted = 0;
  std::size_t tight = 0;
  for (const auto& line : lines) {
    if (line.text.size() < 2 || line.text[0] != '>') continue;
    ++quoted;
    if (line.text[1] != ' ' && line.text[1] != '>') ++tight;
  }
  return tight * 10 > quoted;
}

/// The number and what follows it, by value of the number.
std::optional<std::uint64_t> numbered(std::string_view text, std::size_t& length) {
  Cursor c(text);
  c.blanks();
  const bool bracket = c.take('(');
  const auto start = c.at();
  while (is_digit(c.peek()) && c.at() - start < 9) c.back_to(c.at() + 1);
  const auto value = number(text.substr(start, c.at() - start));
  if (!value) return std::nullopt;
  if (bracket ? !c.take(')') : false) return std::nullopt;
  const bool colon = !bracket && c.take(':');
  if (!bracket && !colon) c.take_any(".)|");
  // `grep -n` puts no blank behind the colon. More than one belong to the text, or all lines have them.
  if (!colon && !c.done() && !is(OctetClass::blank, c.peek())) return std::nullopt;
  if (!colon) c.take_any(" \t");
  length = c.at();
  return value;
}

bool peel_numbering(LogLine& line) {
  std::size_t length = 0;
  if (!numbered(line.text, length)) return false;
  line.text.remove_prefix(length);
  return true;
}

bool peel_container(LogLine& line) {
  std::size_t i = 0;
  const auto text = line.text;
  while (i < text.size() &&
         (is(OctetClass::alpha, text[i]) || is_digit(text[i]) || text[i] == '-' || text[i] == '_' || text[i] == '.'))
    ++i;
  if (i == 0 || !is(OctetClass::alpha, text[0])) return false;
  while (i < text.size() && text[i] == ' ') ++i;
  if (i >= text.size() || text[i] != '|') return false;
  line.process = trim_blanks(text.substr(0, i));
  line.text.remove_prefix(i + 1);
  if (line.text.starts_with(' ')) line.text.remove_prefix(1);
  return true;
}

bool peel_pod(LogLine& line) {
  if (!line.text.starts_with("[pod/")) return false;
  const auto end = line.text.find("] ");
  if (end == std::string_view::npos) return false;
  line.process = line.text.substr(1, end - 1);
  line.text.remove_prefix(end + 2);
  return true;
}

bool peel_priority(LogLine& line) {
  if (!line.text.starts_with('<')) return false;
  const auto end = line.text.find('>');
  if (end == std::string_view::npos || end < 2 || end > 4 || !number(line.text.substr(1, end - 1))) return false;
  line.text.remove_prefix(end + 1);
  return true;
}

std::string_view take_word(std::string_view& text) {
  const auto end = text.find(' ');
  const auto word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

bool peel_syslog5424(LogLine& line, const Calendar& calendar) {
  LogLine rest = line;
  if (!peel_priority(rest) || !rest.text.starts_with("1 ")) return false;
  auto text = rest.text.substr(2);
  const auto time = read_time(text, calendar);
  if (time.length == 0) return false;
  text.remove_prefix(time.length);
  take_word(text);
  rest.program = take_word(text);
  rest.process = take_word(text);
  take_word(text);
  if (text.starts_with("- ")) {
    text.remove_prefix(2);
  } else if (text.starts_with('[')) {
    const auto end = text.find("] ");
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 2);
  } else {
    return false;
  }
  text = without_byte_order_mark(text);
  rest.text = text;
  rest.time = time.time;
  line = rest;
  return true;
}

bool peel_time(LogLine& line, const Calendar& calendar) {
  const auto time = read_time(line.text, calendar);
  if (time.length == 0) return false;
  if (time.time) line.time = time.time;
  line.text.remove_prefix(time.length - time.padding);
  return true;
}

bool peel_stream(LogLine& line) {
  const auto text = line.text;
  if (!text.starts_with("stdout ") && !text.starts_with("stderr ")) return false;
  if (text.size() < 9 || (text[7] != 'F' && text[7] != 'P') || text[8] != ' ') return false;
  line.text.remove_prefix(9);
  return true;
}

/// `host program[pid]: `. Without a process id this would be any prose with a colon.
bool peel_program(LogLine& line) {
  const auto host = line.text.find(' ');
  if (host == 0 || host == std::string_view::npos) return false;
  const auto rest = line.text.substr(host + 1);
  const auto open = rest.find('[');
  const auto end = rest.find("]:");
  if (open == std::string_view::npos || end == std::string_view::npos || open == 0 || end < open) return false;
  const auto program = rest.substr(0, open);
  if (std::ranges::any_of(program, [](char c) { return is(OctetClass::blank, c); }) ||
      !number(rest.substr(open + 1, end - open - 1)))
    return false;
  line.program = program;
  line.process = rest.substr(open + 1, end - open - 1);
  line.text = rest.substr(end + 2);
  if (line.text.starts_with(' ')) line.text.remove_prefix(1);
  return true;
}

bool blank(std::string_view text) {
  return trim_blanks(text).empty();
}

/// Line numbers count up by one; other numbers in front of lines (reply codes) do not.
bool counts_up(const std::vector<LogLine>& lines) {
  std::optional<std::uint64_t> last;
  std::size_t seen = 0;
  std::size_t upward = 0;
  for (const auto& line : lines) {
    if (blank(line.text)) continue;
    ++seen;
    std::size_t length = 0;
    const auto value = numbered(line.text, length);
    if (value && last && *value == *last + 1) ++upward;
    if (value) last = value;
  }
  return upward >= 2 && (upward + 2) * 10 >= seen * 8;
}

/// Of a hundred lines, how many must have a prefix for all to have it.
std::size_t share_wanted(Prefix prefix) noexcept {
  switch (prefix) {
    case Prefix::colour:
      return 10;  // some programs colour only what they find worth it
    case Prefix::entities:
      return 2;  // in many dialects only addresses have brackets
    case Prefix::quoting:
      return 90;
    default:
      return 75;
  }
}

/// How often a prefix may stand behind others of its kind: a collector of logs takes in lines that have a time already.
std::ptrdiff_t most_of(Prefix prefix) noexcept {
  switch (prefix) {
    case Prefix::time:
      return 3;
    case Prefix::quoting:
      return 4;
    case Prefix::numbering:
    case Prefix::pod:
    case Prefix::program:
    case Prefix::syslog5424:
      return 2;
    default:
      return 1;
  }
}

/// A path or the end of data in a page's source, which no log has otherwise.
bool surely_entities(std::string_view text) noexcept {
  return text.find(":&lt;") != std::string_view::npos || text.find("&lt;CR") != std::string_view::npos;
}

bool common(Prefix prefix, const std::vector<LogLine>& lines, const Calendar& calendar) {
  if (prefix == Prefix::numbering) return counts_up(lines);
  // Where a page's source has marks of its own, its dialect undoes them.
  const auto marked = [](const LogLine& line) { return line.text.find('<') != std::string_view::npos; };
  if (prefix == Prefix::entities && std::ranges::any_of(lines, marked)) return false;
  std::string room;
  std::size_t seen = 0;
  std::size_t peeled = 0;
  for (const auto& line : lines) {
    if (blank(line.text)) continue;
    ++seen;
    LogLine copy = line;
    if (peel(prefix, copy, calendar, room)) ++peeled;
    if (prefix == Prefix::entities && surely_entities(line.text)) return true;
  }
  return peeled >= 2 && peeled * 100 >= seen * share_wanted(prefix);
}

/// How many blanks, or how many TABs, all lines begin with.
std::size_t common_indentation(const std::vector<LogLine>& lines) {
  std::size_t least = std::string_view::npos;
  for (const auto& line : lines) {
    if (blank(line.text)) continue;
    const char first = line.text.front();
    if (!is(OctetClass::blank, first)) return 0;
    const auto width = std::min(line.text.size(), line.text.find_first_not_of(first));
    least = std::min(least, width);
  }
  return least == std::string_view::npos ? 0 : least;
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

bool peel(Prefix prefix, LogLine& line, const Calendar& calendar, std::string& room) {
  switch (prefix) {
    case Prefix::colour:
      return peel_colour(line, room);
    case Prefix::json:
      return peel_json(line, calendar, room);
    case Prefix::entities:
      return peel_entities(line, room);
    case Prefix::quoting:
      return peel_quoting(line);
    case Prefix::numbering:
      return peel_numbering(line);
    case Prefix::container:
      return peel_container(line);
    case Prefix::pod:
      return peel_pod(line);
    case Prefix::syslog5424:
      return peel_syslog5424(line, calendar);
    case Prefix::priority:
      return peel_priority(line);
    case Prefix::time:
      return peel_time(line, calendar);
    case Prefix::stream:
      return peel_stream(line);
    case Prefix::program:
      return peel_program(line);
    case Prefix::indentation:
    case Prefix::literal:
      break;
  }
  return false;
}

PrefixPlan PrefixPlan::decide(const std::vector<LogLine>& lines, const Calendar& calendar, std::string_view literal) {
  PrefixPlan plan;
  std::vector<LogLine> rest = lines;
  std::vector<std::string> rooms(lines.size());
  plan.find(rest, rooms, calendar);
  plan.outer_ = plan.count_outer();
  if (literal.empty()) return plan;
  plan.literal_ = literal;
  plan.steps_.push_back({Prefix::literal, 0, false});
  for (std::size_t i = 0; i < rest.size(); ++i) plan.take(plan.steps_.back(), rest[i], calendar, rooms[i]);
  plan.find(rest, rooms, calendar);
  plan.outer_ = plan.count_outer();
  return plan;
}

/// Adds what the lines have in common, and peels it off them.
void PrefixPlan::find(std::vector<LogLine>& lines, std::vector<std::string>& rooms, const Calendar& calendar) {
  constexpr std::array order{Prefix::json,      Prefix::colour,    Prefix::entities, Prefix::quoting,
                             Prefix::numbering, Prefix::container, Prefix::pod,      Prefix::syslog5424,
                             Prefix::priority,  Prefix::time,      Prefix::stream,   Prefix::program};
  constexpr std::size_t deepest = 12;
  const auto count = [this](Prefix prefix) { return std::ranges::count(steps_, prefix, &Step::prefix); };
  const auto add = [&](const Step& step) {
    for (std::size_t i = 0; i < lines.size(); ++i) take(step, lines[i], calendar, rooms[i]);
    steps_.push_back(step);
  };
  bool found = true;
  while (found && steps_.size() < deepest) {
    found = false;
    // One blank may be a dialect's own; behind a time it aligns columns. A TAB before every line is none's own.
    const auto indentation = common_indentation(lines);
    const auto tabbed = [](const LogLine& line) { return line.text.starts_with('\t'); };
    const bool own = steps_.empty() && std::ranges::none_of(lines, tabbed);
    if (indentation >= (own ? 2 : 1) && count(Prefix::indentation) < 3) {
      add({Prefix::indentation, indentation, false});
      found = true;
      continue;
    }
    for (const auto prefix : order) {
      if (count(prefix) >= most_of(prefix)) continue;
      // A program's name is only a prefix behind a time; alone it is some text with a number in brackets.
      if (prefix == Prefix::program && count(Prefix::time) <= count(prefix)) continue;
      // What JSON names must last as long as the line.
      if (prefix == Prefix::json && count(Prefix::colour) + count(Prefix::entities) > 0) continue;
      if (!common(prefix, lines, calendar)) continue;
      add({prefix, 0, prefix == Prefix::quoting && quoted_tightly(lines)});
      found = true;
      break;
    }
  }
}

void PrefixPlan::take(const Step& step, LogLine& line, const Calendar& calendar, std::string& room) const {
  if (step.prefix == Prefix::indentation) {
    std::size_t width = 0;
    while (width < step.width && width < line.text.size() && is(OctetClass::blank, line.text[width])) ++width;
    line.text.remove_prefix(width);
  } else if (step.prefix == Prefix::quoting) {
    peel_quoting(line, step.tight);
  } else if (step.prefix == Prefix::literal) {
    if (line.text.starts_with(literal_)) {
      line.text.remove_prefix(literal_.size());
    } else if (line.text == trim_blanks(literal_)) {
      line.text = {};
    }
  } else {
    peel(step.prefix, line, calendar, room);
  }
}

/// Some dialects have times of their own in columns: the innermost time may be one.
std::size_t PrefixPlan::count_outer() const {
  std::size_t outer = steps_.size();
  for (std::size_t i = steps_.size(); i-- > 0;) {
    const auto prefix = steps_[i].prefix;
    if (prefix == Prefix::time) return i;
    if (prefix == Prefix::priority || prefix == Prefix::program) outer = i;
  }
  return outer;
}

void PrefixPlan::apply(LogLine& line, const Calendar& calendar, std::string& room) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    take(steps_[i], line, calendar, room);
    if (i < outer_) line.whole = line.text;
  }
}

std::vector<std::string> literal_prefixes(const std::vector<LogLine>& lines) {
  constexpr std::size_t fewest = 4;
  constexpr std::size_t most = 6;
  std::vector<std::string_view> texts;
  for (const auto& line : lines) {
    if (!blank(line.text)) texts.push_back(line.text);
  }
  if (texts.size() < fewest) return {};
  // What two lines of a sorted list have in common is common to all between them: a twentieth at each end may differ.
  std::ranges::sort(texts);
  const auto& low = texts[texts.size() / 20];
  const auto& high = texts[texts.size() - 1 - texts.size() / 20];
  const auto same = std::ranges::mismatch(low, high).in1;
  const auto shared = low.substr(0, static_cast<std::size_t>(same - low.begin()));
  std::vector<std::string> found;
  for (std::size_t i = 0; i < shared.size() && found.size() < most; ++i) {
    const bool ends = shared[i] == ' ' || shared[i] == '\t' || shared[i] == ':' || shared[i] == '|';
    if (ends) found.emplace_back(shared.substr(0, i + 1));
  }
  return found;
}

}  // namespace mailparse::transcript
