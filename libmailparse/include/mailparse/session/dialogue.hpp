// What every mail dialogue is made of, whatever its protocol: commands, replies, messages in transit, authentication.
// Layer: session. RFC 5321, RFC 2033, RFC 1939, RFC 9051.
//
// SmtpSession, Pop3Session and ImapSession are passive readers of both sides. Each takes a StreamSink's calls in time
// order, pairs commands with replies through a queue of pending commands, and tells a DialogueSink. Two
// pseudo-commands keep one pairing rule for everything: the greeting answers command 0, and the end of a message's
// octets is a command of its own with the verb ".".
//
// All views given to a DialogueSink live during the call only. Offsets count octets of the side concerned.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/provenance.hpp>
#include <mailparse/base/stream.hpp>

namespace mailparse {

enum class Protocol : std::uint8_t { unknown, smtp, lmtp, pop3, imap };

[[nodiscard]] std::string_view to_string(Protocol protocol) noexcept;

/// Octets of a text that must not be shown: `text.substr(offset, length)`.
struct SecretRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::uint64_t line = 0;  ///< in a reply: index of the line among ReplyEvent::lines
};

/// An enhanced mail system status code. RFC 3463 2.
struct EnhancedCode {
  std::uint16_t status_class = 0;  ///< 2, 4 or 5
  std::uint16_t subject = 0;
  std::uint16_t detail = 0;
};

struct SmtpCommand;

/// A command line, a continuation of a SASL exchange, or the end of a message's octets.
struct CommandEvent {
  std::uint64_t n = 0;    ///< number in the dialogue, from 1
  std::string_view verb;  ///< upper case as registered; "." end of data, "+" SASL response; empty: no verb read
  std::string_view tag;   ///< IMAP only
  std::string_view text;  ///< the line as sent without its line end; empty for "."
  std::span<const SecretRange> secrets;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;           ///< with the line end
  Stamp first;                        ///< of the first octet
  Stamp last;                         ///< of the last octet of the line end: what a latency counts from
  const SmtpCommand* smtp = nullptr;  ///< the parsed line in SMTP and LMTP, null for "." and "+"
  bool observed = true;               ///< false: the transcript elides the line, its place is known by the reply
  bool hidden = false;  ///< SMTP: sent as content behind an odd end of data, which the server took, as its replies show
};

/// A complete reply: all lines of an SMTP reply, one POP3 status line, one IMAP tagged or continuation response.
struct ReplyEvent {
  std::optional<std::uint64_t> answers;  ///< CommandEvent::n; 0 the greeting; absent: nobody asked
  bool further = false;                  ///< not the first reply to that command (LMTP's reply for each recipient)
  std::optional<std::uint16_t> code;     ///< SMTP, LMTP: the last line's
  std::string_view status;               ///< POP3 "+OK" "-ERR" "+"; IMAP "OK" "NO" "BAD" "BYE" "PREAUTH" "+"
  std::string_view tag;                  ///< IMAP only; "*" or "+": no reply but what comes before it
  std::optional<EnhancedCode> enhanced;
  std::span<const std::string_view> lines;  ///< text of each line behind its code and separator, enhanced code included
  std::span<const SecretRange> secrets;     ///< an echoed secret, a challenge
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Stamp first;
  Stamp last;
};

/// How a message's octets ended. The odd ends of DATA are those that the server took for the end, as its reply shows;
/// smtp.eod.nonstandard tells their octets.
enum class MessageEnd : std::uint8_t {
  crlf_dot_crlf,  ///< DATA, RETR, TOP
  bdat_last,      ///< BDAT with LAST
  literal,        ///< IMAP literal
  quoted,         ///< IMAP quoted string
  elided,         ///< the transcript leaves the octets out
  cut,            ///< the source, the connection or the transaction ends first
  lf_dot_lf,      ///< odd end: LF . LF, as of a client that never sends CR
  lf_dot_crlf,    ///< odd end: LF . CRLF
  lf_dot_cr,      ///< odd end: LF . CR
  crlf_dot_lf,    ///< odd end: CRLF . LF
  crlf_dot_cr,    ///< odd end: CRLF . CR, or CRLF . CR CRLF
  cr_dot_lf,      ///< odd end: CR . LF
  cr_dot_crlf,    ///< odd end: CR . CRLF
  cr_dot_cr,      ///< odd end: CR . CR
  decorated_dot,  ///< odd end: NUL, SP or HTAB stands beside the dot
};

/// "crlf-dot-crlf", "lf-dot-lf" ...: the enumerator's name with '-'.
[[nodiscard]] std::string_view to_string(MessageEnd end) noexcept;

/// Begin of a message in transit.
struct MessageStart {
  std::uint64_t n = 0;       ///< of the command that moves it: DATA, the first BDAT, RETR, FETCH, APPEND; 0: not seen
  std::string_view verb;     ///< of that command, also where the command itself was not seen
  Side side = Side::client;  ///< who sends it
  std::uint64_t offset = 0;  ///< of its first octet on that side
  bool partial = false;      ///< TOP, BODY[HEADER], BODY[]<0.1024>: not the whole message by intent
  std::string_view mailbox;  ///< IMAP
  std::string_view id;       ///< POP3 message number, IMAP UID or sequence number
  Stamp first;
  std::optional<std::uint64_t> origin;  ///< IMAP: the octets are those of the whole message from here on
  std::uint64_t asked = 0;              ///< and as many were asked for; 0: not known
  std::optional<std::uint64_t> total;   ///< size of the whole message, where the server told it
};

/// Outcome of a SASL exchange or of another way to log in.
struct AuthEvent {
  std::uint64_t n = 0;  ///< of AUTH, AUTHENTICATE, LOGIN, PASS or APOP
  std::string_view
      mechanism;  ///< upper case; "USER" for POP3 USER and PASS, "LOGIN" for IMAP LOGIN and SASL LOGIN, "APOP"
  std::optional<std::string_view> identity;  ///< decoded user name, where the mechanism reveals it
  enum class Outcome : std::uint8_t { accepted, rejected, aborted, unknown } outcome = Outcome::unknown;
  std::optional<std::uint16_t> code;
};

/// A mail that hides in the octets of another one, behind a line that only a laxer receiver takes for the end of data.
/// RFC 5321 4.1.1.4; told when the replies behind the end of data are all there.
struct SmuggledEvent {
  std::uint64_t n = 0;                    ///< of the "." that ended the outer message
  std::uint64_t offset = 0;               ///< of the first hidden command, on the client's side
  std::uint64_t length = 0;               ///< to the strict end of data
  std::span<const SmtpCommand> commands;  ///< MAIL, RCPT ... up to DATA; views live during the call
  std::string_view message;               ///< hidden message octets as sent, cut where they exceed the limit
  std::uint64_t message_offset = 0;
  enum class Outcome : std::uint8_t {
    succeeded,     ///< the replies prove that the server took it
    not_accepted,  ///< the replies are those of one message
    unknown,       ///< no reply was seen
  } outcome = Outcome::unknown;
};

/// Receives one dialogue.
class DialogueSink : public DiagnosticSink {
 public:
  virtual void on_command(const CommandEvent& command) = 0;
  virtual void on_reply(const ReplyEvent& reply) = 0;
  virtual void on_message_start(const MessageStart& start) = 0;
  /// Octets of the message as the receiver keeps them: dots unstuffed, chunks joined. `offset` is that of the first
  /// octet on its side; a run never spans an octet that the transfer removed.
  virtual void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) = 0;
  /// Octets of the message that the source lacks.
  virtual void on_message_gap(std::uint64_t length, const Stamp& stamp) = 0;
  /// `offset` is the place on its side behind the message's last octet, `n` the "." command or BDAT LAST that ended it.
  virtual void on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset,
                              const Stamp& stamp) = 0;
  /// IMAP only: the messages that the server sent since its last reply have this UID, which stands behind them. It was
  /// not known when they began.
  virtual void on_uid(std::string_view) {}
  virtual void on_auth(const AuthEvent& auth) = 0;
  /// SMTP only; a sink that does not care for it leaves it alone.
  virtual void on_smuggled(const SmuggledEvent&) {}
  /// The dialogue is over for a passive reader: what follows on either side is TLS or compressed.
  virtual void on_opaque(const Chunk& chunk) = 0;
  /// One side ended. Commands without a reply are told by the absence of one.
  virtual void on_close(Side side, StreamEnd end, const Stamp& stamp) = 0;
};

}  // namespace mailparse
