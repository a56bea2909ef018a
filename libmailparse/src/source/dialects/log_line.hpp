// A line of a log, and what stands in front of a dialect's own words: times, hosts, programs, process ids, quoting.
// Layer: source, private. RFC 3164, RFC 5424, RFC 3339.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/time.hpp>

namespace mailparse::transcript {

/// All views live as long as the line is being read.
struct LogLine {
  std::string_view text;  ///< without line end and without what was peeled off
  std::string_view
      whole;  ///< the same, but with the innermost time and what is behind it, which may be the dialect's own
  std::uint64_t number = 0;       ///< in the log, from 1
  std::optional<Timestamp> time;  ///< of the peeled prefix, where it has a date
  std::string_view program;       ///< `postfix/smtpd` of a syslog prefix
  std::string_view process;       ///< `20854` of a syslog prefix
  bool crlf = false;              ///< ended by CRLF, not LF
};

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

/// One thing that a collector of logs, a pager or a mail program puts in front of each line.
enum class Prefix : std::uint8_t {
  colour,  ///< ESC [ 32 m of a terminal, anywhere in the line
  json,    ///< {"log":"...\n","stream":"stdout","time":"..."} of docker, MESSAGE of journald, msg and message of others
  entities,     ///< &lt; and &gt; of a page's source, anywhere in the line
  quoting,      ///< "> " of a mail, one level
  numbering,    ///< line numbers that count up
  container,    ///< "mail-1  | " of docker compose
  pod,          ///< "[pod/mail-0/postfix] " of kubectl
  syslog5424,   ///< "<22>1 2026-11-21T21:13:23Z host program pid id - "
  priority,     ///< "<22>" of old syslog
  time,         ///< any of read_time
  stream,       ///< "stdout F " of a CRI log
  program,      ///< "host program[pid]: "
  indentation,  ///< blanks that all lines have
  literal,      ///< any text that all lines begin with: a program's name, a level, a file's name
};

/// Peels `prefix` off `line.text`; false, and nothing done, where it does not stand there. `room` holds what had to
/// be unescaped. Not for indentation and literal, of which a plan knows the extent.
bool peel(Prefix prefix, LogLine& line, const Calendar& calendar, std::string& room);

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
