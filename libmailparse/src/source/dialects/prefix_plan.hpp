// Which prefixes the lines of a log have in common, decided once on its beginning.
// Layer: source, private.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "source/dialects/log_line.hpp"

namespace mailparse::transcript {

/// The prefixes that the lines of one log have in common, outermost first.
class PrefixPlan {
 public:
  /// Decides on the lines of the log's beginning. `literal` is taken for a prefix as well, behind those that are known.
  static PrefixPlan decide(const std::vector<LogLine>& lines, const Calendar& calendar, std::string_view literal = {});
  /// Peels as far as the line has the prefixes.
  void apply(LogLine& line, const Calendar& calendar, std::string& room) const;

 private:
  struct Step {
    Prefix prefix;
    std::size_t width = 0;  ///< of an indentation
    bool tight = false;     ///< a quoting without the blank
  };

  void find(std::vector<LogLine>& lines, std::vector<std::string>& rooms, const Calendar& calendar);
  [[nodiscard]] std::size_t count_outer() const;
  void take(const Step& step, LogLine& line, const Calendar& calendar, std::string& room) const;

  std::vector<Step> steps_;
  std::size_t outer_ = 0;  ///< steps in front of what may be a dialect's own time
  std::string literal_;
};

/// What most lines begin with, cut behind a word: texts that may be a prefix of no dialect, the shortest first.
[[nodiscard]] std::vector<std::string> literal_prefixes(const std::vector<LogLine>& lines);

}  // namespace mailparse::transcript
