// What a line of a dialogue is by its own words: a reply, a command, or neither. Sides are decided by this.
// Layer: source, private. RFC 5321 4.2, RFC 1939 3, RFC 9051 2.2.
//
// These are questions about a single line, asked of logs; the protocols themselves are read by the session layer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mailparse::transcript {

/// What a command does to the reading of the lines that follow it.
enum class Verb : std::uint8_t {
  none,         ///< no command known
  hello,        ///< HELO EHLO LHLO
  mail,         ///< MAIL FROM
  rcpt,         ///< RCPT TO
  data,         ///< DATA: a 354 opens a message
  bdat,         ///< BDAT: octets follow at once
  starttls,     ///< STARTTLS, STLS
  auth,         ///< AUTH: 334 or "+" asks for a line that is no command
  quit,         ///< QUIT
  smtp_other,   ///< RSET NOOP VRFY EXPN HELP ETRN XCLIENT XFORWARD VERB ...
  pop3_user,    ///< USER
  pop3_pass,    ///< PASS, APOP
  pop3_lines,   ///< RETR TOP CAPA, LIST and UIDL without argument: "+OK" is followed by lines up to a lone dot
  pop3_other,   ///< STAT DELE LAST, LIST 1
  imap,         ///< a tagged command
  imap_auth,    ///< tagged AUTHENTICATE: "+" asks for a line that is no command
  imap_logout,  ///< tagged LOGOUT
};

/// The command that `line` is, by its verb and the shape of its arguments; any case.
[[nodiscard]] Verb verb(std::string_view line) noexcept;
[[nodiscard]] bool is_smtp(Verb verb) noexcept;
[[nodiscard]] bool is_pop3(Verb verb) noexcept;
[[nodiscard]] bool is_imap(Verb verb) noexcept;
/// The verb of `line` stands there in capitals only, as programs write it.
[[nodiscard]] bool in_capitals(std::string_view line) noexcept;

/// Code of `250 text`, `250-text` or `250`; absent where the line is no SMTP reply.
[[nodiscard]] std::optional<std::uint16_t> smtp_code(std::string_view line) noexcept;
/// Whether further lines of the same reply follow: `250-`.
[[nodiscard]] bool smtp_more(std::string_view line) noexcept;
[[nodiscard]] bool pop3_reply(std::string_view line) noexcept;
/// `* OK`, `* 3 EXISTS`, `* CAPABILITY ...`, in capitals, as servers write it: the items of a list begin alike.
[[nodiscard]] bool imap_untagged(std::string_view line) noexcept;
/// `a1 OK done`.
[[nodiscard]] bool imap_tagged_reply(std::string_view line) noexcept;
/// `+ text`, `+`: POP3 and IMAP ask for the next line of a SASL exchange or of a literal.
[[nodiscard]] bool continuation_request(std::string_view line) noexcept;
/// Any of these.
[[nodiscard]] bool is_reply(std::string_view line) noexcept;
/// A reply that opens a conversation: 220, 421, 554, "+OK", "* OK", "* PREAUTH", "* BYE".
[[nodiscard]] bool is_greeting(std::string_view line) noexcept;
/// A 220 that answers STARTTLS rather than opens a conversation, by its words.
[[nodiscard]] bool speaks_of_tls(std::string_view line) noexcept;
/// The size announced at the end of a line by an IMAP literal: `{482}`, `{482+}`.
[[nodiscard]] std::optional<std::uint64_t> imap_literal(std::string_view line) noexcept;
/// `BDAT 450 LAST`: 450.
[[nodiscard]] std::optional<std::uint64_t> bdat_size(std::string_view line) noexcept;
/// Only octets of base64, four at a time: a line of a SASL exchange.
[[nodiscard]] bool base64_line(std::string_view line) noexcept;
/// What a person types to connect (`telnet host 25`, `$ nc host 25`), which nobody hears.
[[nodiscard]] bool shell_command(std::string_view line) noexcept;

/// A decimal number that is all of `text`.
[[nodiscard]] std::optional<std::uint64_t> number(std::string_view text) noexcept;

}  // namespace mailparse::transcript
