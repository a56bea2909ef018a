#include "source/dialects/json_line.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include <mailparse/base/octets.hpp>

#include "source/dialects/cursor.hpp"
#include "source/dialects/said.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

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

}  // namespace

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

}  // namespace mailparse::transcript
