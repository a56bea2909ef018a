// A conversation as a record: what was said, by whom, when, and what came of it.
// Layer: trace. RFC 5321, RFC 2033, RFC 1939, RFC 9051; the records contract in docs/schema/session.json.
//
// Plain data. Every view and span points into the record's own arena, so that a record is moved but never copied.
// Absent means "not observed". Secrets are already masked in every text, unless the one who made the record was told to
// show them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/provenance.hpp>
#include <mailparse/base/segments.hpp>
#include <mailparse/base/seldom.hpp>
#include <mailparse/session/dialogue.hpp>
#include <mailparse/source/conversation.hpp>
#include <mailparse/source/tls.hpp>
#include <mailparse/source/tls_decryption.hpp>
#include <mailparse/trace/tunnel.hpp>

namespace mailparse {

/// Place and time of the first octet of a command or reply.
struct StreamPlace {
  std::optional<Timestamp> at;
  std::uint64_t frame = 0;   ///< 0 = none
  std::uint64_t offset = 0;  ///< in the stream of its side
};

/// A parameter of MAIL or RCPT. RFC 5321 4.1.2.
struct ParameterRecord {
  std::string_view keyword;               ///< upper case
  std::optional<std::string_view> value;  ///< as sent
};

struct CommandRecord {
  std::string_view verb;                 ///< as in CommandEvent
  std::string_view tag;                  ///< IMAP
  std::string_view text;                 ///< the line as sent, secrets masked
  std::optional<std::string_view> path;  ///< address of MAIL, RCPT and their like; "" for the null path
  std::span<const ParameterRecord> parameters;
  StreamPlace place;
  std::optional<Timestamp> sent;  ///< of the last octet of the line
  bool observed = true;           ///< false: the source elides the line
  bool hidden = false;            ///< sent as content behind an odd end of data that the server took
  bool elided = false;            ///< the source leaves a secret of the line out; the mask stands for it
};

struct ReplyRecord {
  std::optional<std::uint16_t> code;  ///< SMTP, LMTP
  std::string_view status;            ///< POP3, IMAP
  std::string_view tag;               ///< IMAP
  std::optional<EnhancedCode> enhanced;
  std::span<const std::string_view> text;  ///< a line each, secrets masked
  StreamPlace place;

  /// A positive completion: 2yz, +OK, OK, PREAUTH.
  [[nodiscard]] bool positive() const noexcept;
  /// A refusal: 4yz and 5yz, -ERR, NO, BAD, BYE.
  [[nodiscard]] bool negative() const noexcept;
};

/// A command and what was replied to it. Without a command: a reply that nobody asked for.
struct Exchange {
  std::uint64_t n = 0;  ///< from 1, in the order on the wire
  std::optional<CommandRecord> command;
  std::optional<ReplyRecord> reply;
  std::vector<ReplyRecord> more_replies;
  std::optional<std::chrono::nanoseconds> latency;  ///< last octet of the command to first octet of the reply
};

/// What is known of one message in transit.
struct MessageFacts {
  std::string id;          ///< "m-" and the first 16 digits of the SHA-256
  std::uint64_t size = 0;  ///< octets seen
  std::string sha256;      ///< of the octets seen
  bool complete = false;   ///< its end was seen, no octet is missing, and all of it was asked for
  MessageEnd end = MessageEnd::cut;
  bool partial = false;                ///< part of a message by the reader's intent: TOP, BODY[HEADER]
  std::uint64_t missing = 0;           ///< octets that the source lacks
  std::optional<std::string> subject;  ///< value of the first such field, unfolded and decoded
  std::optional<std::string> from;
  std::optional<std::string> message_id;
};

/// What came of a transaction, of a recipient, or of an attempt to log in.
enum class Outcome : std::uint8_t {
  accepted,
  rejected,
  aborted,  ///< ended before it was decided
  unknown,  ///< the deciding reply was not seen
};

[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

struct RecipientRecord {
  std::string_view address;
  std::span<const ParameterRecord> parameters;
  Outcome outcome = Outcome::unknown;
  std::optional<ReplyRecord> reply;  ///< to RCPT
  Seldom<ReplyRecord> final_reply;   ///< after the end of data: LMTP, PRDR
};

/// Whether a server took a mail that hides in another one's data.
enum class Smuggling : std::uint8_t {
  succeeded,     ///< the replies prove that it was taken
  not_accepted,  ///< the replies are those of one message
  unknown,       ///< no reply was seen
};

[[nodiscard]] std::string_view to_string(Smuggling smuggling) noexcept;

/// One mail transaction. RFC 5321 3.3.
struct TransactionRecord {
  std::uint64_t n = 0;                        ///< from 1
  std::uint64_t first_exchange = 0;           ///< number of the exchange that began it; 0 = a smuggled mail has none
  std::optional<std::string_view> mail_from;  ///< "" for the null path; absent where MAIL was not seen or has no path
  std::span<const ParameterRecord> parameters;
  std::vector<RecipientRecord> recipients;
  Outcome outcome = Outcome::unknown;
  std::optional<ReplyRecord> reply;  ///< the one that decided
  Seldom<MessageFacts> message;
  /// The mail exists only for a receiver with a laxer end of data. Where the replies prove that this server is one, its
  /// commands stand among the exchanges; otherwise they are part of the message before.
  std::optional<Smuggling> smuggled;
};

/// A message read from a mailbox, or stored there. POP3 RETR and TOP, IMAP FETCH and APPEND.
struct RetrievalRecord {
  std::string_view command;
  std::string_view mailbox;  ///< IMAP
  std::string_view id;       ///< POP3 message number, IMAP UID or sequence number
  MessageFacts message;
  std::uint64_t pieces = 0;  ///< partial fetches that it was put together from; 0: it came as it is
};

/// What becomes of a message that DELE marked. RFC 1939 5, 6.
enum class MaildropMark : std::uint8_t {
  deleted,   ///< marked, and no QUIT was seen to remove it
  unmarked,  ///< RSET took the mark back
  expunged,  ///< QUIT removed it, as its reply says
};

[[nodiscard]] std::string_view to_string(MaildropMark mark) noexcept;

struct MarkedMessage {
  std::uint64_t number = 0;  ///< in this session
  MaildropMark mark = MaildropMark::deleted;
};

/// A POP3 maildrop as far as its session tells of it. RFC 1939 5.
struct MaildropRecord {
  std::optional<std::uint64_t> messages;  ///< of the first STAT that was answered
  std::optional<std::uint64_t> octets;
  std::vector<MarkedMessage> marks;  ///< messages that the server agreed to delete, ascending
};

struct AuthRecord {
  std::string_view mechanism;
  std::optional<std::string_view> identity;
  Outcome outcome = Outcome::unknown;
  std::optional<std::uint16_t> code;
};

/// An extension or capability that the server offered.
struct ExtensionRecord {
  std::string_view keyword;  ///< upper case
  std::span<const std::string_view> arguments;
};

/// How TLS came into the conversation, and what both sides said of it in clear. RFC 3207, RFC 8446 4.
struct TlsRecord {
  bool offered = false;                   ///< STARTTLS stood among the extensions
  bool requested = false;                 ///< STARTTLS or STLS was sent
  bool accepted = false;                  ///< and the server agreed
  bool implicit = false;                  ///< the conversation began with a TLS handshake
  std::uint64_t agreed = 0;               ///< number of the exchange in which the server agreed; 0 = none
  std::optional<bool> decrypted;          ///< whether what it carried was read; absent without a key log
  TlsTrouble trouble = TlsTrouble::none;  ///< why it was not, or not to its end
  std::optional<TlsClientHello> client_hello;
  std::optional<TlsServerHello> server_hello;
  std::optional<TlsCertificate> certificate;  ///< the server's own
};

struct HelloRecord {
  std::string_view verb;  ///< HELO, EHLO or LHLO
  std::string_view name;
};

/// How a conversation ended.
enum class Ending : std::uint8_t {
  quit,    ///< QUIT or LOGOUT was sent
  closed,  ///< a side closed the connection without it
  reset,   ///< a side reset the connection without it
  tls,     ///< what followed could not be read
  cut,     ///< the source ends first
};

[[nodiscard]] std::string_view to_string(Ending ending) noexcept;

/// Who the client is behind a relay.
struct OriginalClient {
  Endpoint endpoint;         ///< port 0: not told
  std::string_view told_by;  ///< "proxy-v1", "proxy-v2", "xclient", "xforward"; a literal
};

/// What DNS answers that were seen before the conversation began call its ends, the answer seen last first.
struct PeerNames {
  std::vector<std::string> client;
  std::vector<std::string> server;
  std::vector<std::string> mx_for;  ///< domains whose MX answers named the server
};

/// How often a transcript leaves something out, and says so.
struct ElidedCounts {
  std::uint64_t messages = 0;
  std::uint64_t secrets = 0;
  std::uint64_t replies = 0;

  [[nodiscard]] bool any() const noexcept { return messages + secrets + replies > 0; }
};

struct SessionRecord {
  SessionRecord() = default;
  SessionRecord(SessionRecord&&) noexcept = default;
  SessionRecord& operator=(SessionRecord&&) noexcept = default;
  SessionRecord(const SessionRecord&) = delete;
  SessionRecord& operator=(const SessionRecord&) = delete;

  std::string id;  ///< "s-" and a number
  Protocol protocol = Protocol::unknown;
  std::optional<double> protocol_confidence;  ///< 0 to 1; absent where the protocol was given, not recognised
  ConversationStart start;                    ///< client and server as the content shows them
  ConversationEnd end;
  std::string community_id;  ///< empty where the addresses are not known
  bool complete = false;     ///< begin and end were seen and nothing is missing
  ElidedCounts elided;
  Ending ending = Ending::cut;
  std::optional<ReplyRecord> greeting;
  Seldom<Tunnel> tunnel;
  Seldom<OriginalClient> original_client;
  Seldom<PeerNames> names;  ///< where DNS answers are listened to
  std::optional<HelloRecord> hello;
  std::vector<ExtensionRecord> extensions;  ///< of the last reply that listed them
  Seldom<TlsRecord> tls;
  std::vector<AuthRecord> auth;
  Segments<Exchange> exchanges;
  std::vector<TransactionRecord> transactions;
  std::vector<RetrievalRecord> retrievals;
  Seldom<MaildropRecord> maildrop;  ///< POP3, where anything is known of it
  std::vector<Diagnostic> findings;
  std::uint64_t exchanges_left_out = 0;  ///< beyond the limits
  std::uint64_t findings_left_out = 0;

  Arena arena{2 * 1024, 512};  ///< what the views point into
};

}  // namespace mailparse
