// What POP3's lines are: verbs, status lines, and what stands where no command was seen.
// Layer: session, private. RFC 1939 3, RFC 2449, RFC 2595 4, RFC 5034, RFC 6856.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse {

/// What a positive reply to a POP3 command is followed by.
enum class Pop3Follow : std::uint8_t {
  nothing,      ///< the status line is the reply
  lines,        ///< a list up to a lone dot
  lines_alone,  ///< a list if the command had no argument
  message,      ///< a message up to a lone dot
};

/// By a verb in upper case; absent for an unknown one.
[[nodiscard]] std::optional<Pop3Follow> find_pop3_follow(std::string_view verb) noexcept;

/// The first word in upper case.
[[nodiscard]] std::string pop3_verb(std::string_view line);

/// A status line: "+OK text", "-ERR text", "+ challenge".
struct Pop3Status {
  std::string_view status;
  std::string_view text;
};
[[nodiscard]] std::optional<Pop3Status> split_pop3_status(std::string_view line) noexcept;

/// Whether `text` is what servers write behind the "+OK" of a greeting: their name, or the timestamp of APOP.
/// RFC 1939 4 and 7.
[[nodiscard]] bool looks_like_pop3_greeting(std::string_view text) noexcept;

/// Whether `line` can begin a message: a field name and a colon. RFC 5322 2.2.
[[nodiscard]] bool looks_like_header(std::string_view line) noexcept;

}  // namespace mailparse
