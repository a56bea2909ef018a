#include "source/dialects/log_line.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/utf8.hpp>

#include "source/dialects/cursor.hpp"
#include "source/dialects/json_line.hpp"
#include "source/dialects/said.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {

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

namespace {

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
  const auto text = line.text;
  const auto host = text.find(' ');
  if (host == 0 || host == std::string_view::npos) return false;
  auto at = host + 1;
  while (at < text.size() && text[at] != '[' && !is(OctetClass::blank, text[at])) ++at;
  if (at == host + 1 || at == text.size() || text[at] != '[') return false;
  const auto open = at++;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at == open + 1 || !text.substr(at).starts_with("]:")) return false;
  line.program = text.substr(host + 1, open - host - 1);
  line.process = text.substr(open + 1, at - open - 1);
  line.text = text.substr(at + 2);
  if (line.text.starts_with(' ')) line.text.remove_prefix(1);
  return true;
}

}  // namespace

bool peel_quoting(LogLine& line, bool tight) {
  if (!line.text.starts_with('>')) return false;
  line.text.remove_prefix(!tight && line.text.starts_with("> ") ? 2 : 1);
  return true;
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

}  // namespace mailparse::transcript
