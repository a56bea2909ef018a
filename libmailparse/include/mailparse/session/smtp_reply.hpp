// One line of an SMTP or LMTP reply, and the extensions that a reply to EHLO offers.
// Layer: session. RFC 5321 4.2, RFC 3463, RFC 2034, RFC 5321 4.1.1.1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <mailparse/session/dialogue.hpp>

namespace mailparse {

/// One line of a reply. `text` points into the line.
struct SmtpReplyLine {
  std::uint16_t code = 0;    ///< any three digits: an unlisted code stops nothing
  bool last = true;          ///< no '-' behind the code
  bool well_formed = false;  ///< first digit 2 to 5, then SP, '-' or nothing
  std::string_view text;     ///< behind code and separator, enhanced status code included
  std::optional<EnhancedCode> enhanced;
};

/// Reads one reply line without its line end. Nothing where it does not begin with three digits that stand alone.
/// RFC 5321 4.2.
[[nodiscard]] std::optional<SmtpReplyLine> parse_smtp_reply_line(std::string_view line) noexcept;

/// The enhanced status code that `text` begins with, where its class agrees with `code`. RFC 2034 4, RFC 3463 2.
[[nodiscard]] std::optional<EnhancedCode> parse_enhanced_code(std::string_view text, std::uint16_t code) noexcept;

/// Extensions that change how a session is read.
enum class SmtpExtension : std::uint8_t {
  unknown,         ///< not one of these, kept by its keyword
  auth,            ///< RFC 4954
  binarymime,      ///< RFC 3030
  burl,            ///< RFC 4468
  checkpoint,      ///< RFC 1845
  chunking,        ///< RFC 3030
  deliverby,       ///< RFC 2852
  dsn,             ///< RFC 3461
  eight_bit_mime,  ///< RFC 6152
  enhanced_codes,  ///< RFC 2034
  etrn,            ///< RFC 1985
  futurerelease,   ///< RFC 4865
  help,            ///< RFC 5321
  limits,          ///< RFC 9422
  mt_priority,     ///< RFC 6710
  no_soliciting,   ///< RFC 3865
  pipelining,      ///< RFC 2920
  prdr,            ///< draft-hall-prdr
  requiretls,      ///< RFC 8689
  rrvs,            ///< RFC 7293
  size,            ///< RFC 1870
  smtputf8,        ///< RFC 6531
  starttls,        ///< RFC 3207
  x_anonymoustls,  ///< Exchange
  x_exps,          ///< Exchange
  xclient,         ///< Postfix
  xforward,        ///< Postfix
};

[[nodiscard]] SmtpExtension find_smtp_extension(std::string_view keyword) noexcept;

/// One ehlo-line behind the greeting line. Views point into the line. RFC 5321 4.1.1.1.
struct EhloKeyword {
  std::string_view keyword;    ///< as sent
  std::string_view arguments;  ///< behind the keyword and its blanks, blanks at the end removed
  SmtpExtension extension = SmtpExtension::unknown;
  bool well_formed = false;  ///< fits ehlo-line
};

/// Reads one ehlo-line; `text` is what stands behind the code and its separator. "AUTH=LOGIN" (before RFC 2554) gives
/// keyword AUTH. Nothing where no keyword can be read.
[[nodiscard]] std::optional<EhloKeyword> parse_ehlo_keyword(std::string_view text);

/// The keywords of a whole reply to EHLO or LHLO: every line but the first. `lines` as in ReplyEvent.
[[nodiscard]] std::vector<EhloKeyword> parse_ehlo_keywords(std::span<const std::string_view> lines);

}  // namespace mailparse
