#include "source/dialects/prefix_plan.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <mailparse/base/octets.hpp>

namespace mailparse::transcript {
namespace {

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
