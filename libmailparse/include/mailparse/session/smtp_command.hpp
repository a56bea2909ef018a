// One SMTP or LMTP command line, read into its parts.
// Layer: session. RFC 5321 4.1, RFC 821 4.1, RFC 2033 4.1 and the extensions named in the tables.
//
// A command is read as a tolerant receiver would read it: what real clients send wrongly (no angle brackets, blanks
// behind the colon, lower case, no colon) still gives the address, with a diagnostic where the standard is broken.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

/// Commands of RFC 5321, RFC 821 and their extensions.
enum class SmtpVerb : std::uint8_t {
  unknown,         ///< a word that no table row knows
  atrn,            ///< RFC 2645: turn the connection round, authenticated
  auth,            ///< RFC 4954
  bdat,            ///< RFC 3030: one chunk of a message
  burl,            ///< RFC 4468: a message by IMAP URL
  data,            ///< RFC 5321 4.1.1.4
  ehlo,            ///< RFC 5321 4.1.1.1
  etrn,            ///< RFC 1985: start the queue
  expn,            ///< RFC 5321 4.1.1.7
  helo,            ///< RFC 5321 4.1.1.1
  help,            ///< RFC 5321 4.1.1.8
  lhlo,            ///< RFC 2033 4.1: LMTP's EHLO
  mail,            ///< RFC 5321 4.1.1.2
  noop,            ///< RFC 5321 4.1.1.9
  quit,            ///< RFC 5321 4.1.1.10
  rcpt,            ///< RFC 5321 4.1.1.3
  rset,            ///< RFC 5321 4.1.1.5
  saml,            ///< RFC 821 3.4: send and mail
  send,            ///< RFC 821 3.4: send to a terminal
  soml,            ///< RFC 821 3.4: send or mail
  starttls,        ///< RFC 3207
  turn,            ///< RFC 821 3.8
  vrfy,            ///< RFC 5321 4.1.1.6
  x_anonymoustls,  ///< Exchange: STARTTLS between servers of one organisation
  x_exps,          ///< Exchange: AUTH between servers of one organisation
  xclient,         ///< Postfix: the client's address on a proxy's word; the session starts anew
  xforward,        ///< Postfix: the client's address for the log
};

/// A row of the table of verbs.
struct SmtpVerbInfo {
  std::string_view name;  ///< upper case as registered
  SmtpVerb verb;
  std::string_view source;  ///< the RFC or the product it comes from
};

/// The verb of that name in any case; SmtpVerb::unknown otherwise.
[[nodiscard]] SmtpVerb find_smtp_verb(std::string_view name) noexcept;
/// Upper case as registered; empty for SmtpVerb::unknown.
[[nodiscard]] std::string_view to_string(SmtpVerb verb) noexcept;

/// What stands behind the '@' of a mailbox. RFC 5321 4.1.2, 4.1.3.
enum class SmtpDomainKind : std::uint8_t {
  none,             ///< no domain: the null path, <Postmaster>, or a bare local part
  name,             ///< a domain name
  ipv4_literal,     ///< [192.0.2.1]
  ipv6_literal,     ///< [IPv6:2001:db8::1]
  general_literal,  ///< [tag:content]
  malformed,        ///< none of these
};

/// A reverse-path or forward-path. All views point into the line. RFC 5321 4.1.2.
struct SmtpPath {
  std::string_view text;        ///< the whole path as sent, brackets and source route included
  std::string_view address;     ///< local-part@domain as sent, quotes kept; empty for the null path
  std::string_view local_part;  ///< as sent, quotes kept
  std::string_view domain;      ///< as sent, square brackets of an address literal included
  std::string_view route;       ///< "@a,@b" of a source route, without its colon
  SmtpDomainKind domain_kind = SmtpDomainKind::none;
  bool null_path = false;    ///< <>
  bool bracketed = false;    ///< stands in angle brackets
  bool quoted = false;       ///< the local part is a quoted string
  bool well_formed = false;  ///< fits the grammar of RFC 5321 as extended by RFC 6531
};

/// Parameters of MAIL and RCPT that an RFC or a widespread product defines.
enum class EsmtpKeyword : std::uint8_t {
  unknown,      ///< none of these
  auth,         ///< RFC 4954 5: AUTH=<xtext mailbox>
  body,         ///< RFC 6152, RFC 3030: BODY=7BIT, 8BITMIME, BINARYMIME
  by,           ///< RFC 2852 4: BY=time;mode
  conneg,       ///< RFC 4141
  conperm,      ///< RFC 4141
  envid,        ///< RFC 3461 4.4: ENVID=xtext
  holdfor,      ///< RFC 4865
  holduntil,    ///< RFC 4865
  mt_priority,  ///< RFC 6710: MT-PRIORITY=-9..9
  mtrk,         ///< RFC 3885
  notify,       ///< RFC 3461 4.1
  orcpt,        ///< RFC 3461 4.2: ORCPT=type;xtext
  prdr,         ///< draft-hall-prdr: a reply for each recipient after the data
  requiretls,   ///< RFC 8689
  ret,          ///< RFC 3461 4.3: RET=FULL, HDRS
  rrvs,         ///< RFC 7293
  size,         ///< RFC 1870
  smtputf8,     ///< RFC 6531
  solicit,      ///< RFC 3865
  transid,      ///< RFC 1845
  xshadow,      ///< Exchange: shadow redundancy
};

[[nodiscard]] EsmtpKeyword find_esmtp_keyword(std::string_view name) noexcept;

/// One parameter of MAIL, RCPT, XCLIENT or XFORWARD. Views point into the line. RFC 5321 4.1.2 esmtp-param.
struct EsmtpParameter {
  std::string_view keyword;               ///< as sent
  std::optional<std::string_view> value;  ///< behind '='; absent where there is no '='
  EsmtpKeyword known = EsmtpKeyword::unknown;
  bool well_formed = false;  ///< fits esmtp-param and, where `known`, the grammar of its own RFC
};

/// Octets that BDAT announces. RFC 3030 2.
struct SmtpChunk {
  std::uint64_t size = 0;
  bool last = false;
};

/// One command line. All views point into the line given to parse_smtp_command.
struct SmtpCommand {
  SmtpVerb verb = SmtpVerb::unknown;
  std::string_view verb_text;                        ///< as sent
  std::string_view argument;                         ///< behind the verb, blanks at both ends removed
  std::optional<SmtpPath> path;                      ///< MAIL RCPT SEND SOML SAML where an address could be read
  std::vector<EsmtpParameter> parameters;            ///< MAIL RCPT SEND SOML SAML XCLIENT XFORWARD
  std::optional<SmtpChunk> chunk;                    ///< BDAT where its size could be read
  std::string_view mechanism;                        ///< AUTH, X-EXPS: as sent
  std::optional<std::string_view> initial_response;  ///< AUTH, X-EXPS: as sent; "=" stands for an empty one
  bool well_formed = false;                          ///< the whole line fits the grammar of its RFC

  /// The first parameter of that kind, or null.
  [[nodiscard]] const EsmtpParameter* find(EsmtpKeyword keyword) const noexcept;
};

/// Why no command could be read.
enum class SmtpCommandError : std::uint8_t {
  empty,    ///< nothing but blanks
  no_verb,  ///< the line does not begin with a word of letters
};

/// Parses one SMTP command line.
/// `line` excludes its terminator; `offset` is its first octet, counted from the start of the client side. Views in the
/// result point into `line`. Reports smtp.path.syntax, smtp.path.source-route, smtp.bdat.syntax, smtp.bdat.size-range
/// and smtp.command.nul, and still returns the command for anything a receiver could tolerate; fails only when no
/// verb can be read. Unknown verbs are commands. RFC 5321 4.1.1, 4.1.2, 2.4.
[[nodiscard]] std::expected<SmtpCommand, SmtpCommandError> parse_smtp_command(std::string_view line,
                                                                              std::uint64_t offset,
                                                                              DiagnosticSink& sink);

/// The text that `xtext` encodes; a view into `arena`, or into `xtext` where nothing is encoded. Nothing where it is no
/// xtext. RFC 3461 4.
[[nodiscard]] std::optional<std::string_view> decode_xtext(std::string_view xtext, Arena& arena);

/// The local part behind its quotes and quoted pairs, in `arena` where it differs from what was sent. RFC 5321 4.1.2.
[[nodiscard]] std::string_view unquote_local_part(std::string_view local_part, Arena& arena);

}  // namespace mailparse
