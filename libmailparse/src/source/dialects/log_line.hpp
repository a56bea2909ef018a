// A line of a log, and what stands in front of a dialect's own words: times, hosts, programs, process ids, quoting.
// Layer: source, private. RFC 3164, RFC 5424, RFC 3339.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/base/time.hpp>

#include "source/dialects/log_time.hpp"

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

/// Takes one level of mail quoting off: a dialect's own marks may begin alike. `tight`: no blank belongs to the mark.
bool peel_quoting(LogLine& line, bool tight = false);
/// The number that `text` begins with as a line number does, and the octets it takes with what is behind it.
[[nodiscard]] std::optional<std::uint64_t> numbered(std::string_view text, std::size_t& length);

}  // namespace mailparse::transcript
