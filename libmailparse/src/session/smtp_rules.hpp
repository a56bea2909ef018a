// The grammars of SMTP, asked: the only door between the readers of commands and replies and PEGTL.
// Layer: session (private). One .cpp compiles the rules, so that nothing else waits for them.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>

#include <mailparse/session/smtp_command.hpp>

namespace mailparse::smtp_rules {

/// Whether the whole line fits the rule of its verb. Verbs without a rule of their own never do.
[[nodiscard]] bool fits_command(SmtpVerb verb, std::string_view line);

/// The parts of a path in angle brackets. Views into the text.
struct PathParts {
  std::size_t length = 0;  ///< octets that the path takes
  std::string_view route;
  std::string_view local_part;
  std::string_view domain;
  bool strict = false;  ///< fits RFC 5321 too, not only the lenient rules
};

/// Reads the path that `text` begins with, as leniently as receivers do; else the offset of the first octet that does
/// not fit.
[[nodiscard]] std::expected<PathParts, std::size_t> read_path(std::string_view text);

[[nodiscard]] SmtpDomainKind domain_kind(std::string_view domain);

/// Whether `parameter`, the whole "keyword=value", fits esmtp-param and its value the rule of its keyword.
[[nodiscard]] bool fits_parameter(std::string_view parameter, EsmtpKeyword known,
                                  std::optional<std::string_view> value);

[[nodiscard]] bool fits_xtext(std::string_view text);
[[nodiscard]] bool fits_ehlo_line(std::string_view text);
/// Octets of the enhanced status code that `text` begins with; 0 where there is none.
[[nodiscard]] std::size_t enhanced_code_length(std::string_view text);

}  // namespace mailparse::smtp_rules
