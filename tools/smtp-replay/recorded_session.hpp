// A recorded conversation as a replay needs it, whatever it was read from: a capture, a transcript, a JSON line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/time.hpp>
#include <mailparse/session/dialogue.hpp>

namespace mailparse::tools {

struct RecordedReply {
  std::uint16_t code = 0;  ///< SMTP, LMTP
  std::optional<EnhancedCode> enhanced;
  std::vector<std::string> text;  ///< a line each, behind the code or status
  std::string status{};           ///< POP3: "+OK", "-ERR", "+"; IMAP: "OK", "NO", "BAD", "BYE", "PREAUTH", "+"
};

/// An untagged response of IMAP as a line: "2 EXISTS", "OK [UIDNEXT 3] next".
[[nodiscard]] std::string untagged_line(const RecordedReply& reply);

/// 2yz, +OK, OK, PREAUTH.
[[nodiscard]] bool positive(const RecordedReply& reply) noexcept;
/// 2yz, 3yz, +OK, OK, PREAUTH, "+": the dialogue goes on as the client wished.
[[nodiscard]] bool goes_on(const RecordedReply& reply) noexcept;
/// "250 2.1.0", "-ERR": what the reply means without its words.
[[nodiscard]] std::string code_text(const RecordedReply& reply);
/// Line number `line` as on the wire, without its end: "250-PIPELINING", "+OK 2 messages"; of POP3's lists the line
/// alone.
[[nodiscard]] std::string reply_line(const RecordedReply& reply, std::size_t line);

/// EHLO, HELO, LHLO.
[[nodiscard]] constexpr bool says_hello(std::string_view verb) noexcept {
  return verb == "EHLO" || verb == "HELO" || verb == "LHLO";
}

/// Where in the recording something stands.
struct RecordedPlace {
  std::optional<Timestamp> at;
  std::uint64_t frame = 0;  ///< 0 = none
};

/// A command and what was replied to it.
struct RecordedExchange {
  std::string verb;                     ///< as in CommandEvent
  std::string text;                     ///< the line without its end; secrets masked unless they were asked for
  bool observed = true;                 ///< false: the source elides the line
  RecordedPlace place;                  ///< of the command
  std::optional<std::uint64_t> offset;  ///< of its first octet in what the client sent
  std::vector<RecordedReply> replies;   ///< empty: none was seen
  RecordedPlace replied;                ///< of the first reply
  std::optional<std::chrono::nanoseconds> latency;
};

/// A message in transit.
struct RecordedMessage {
  std::optional<std::string> octets;  ///< as the receiver keeps them; absent where the source lacks some
  std::uint64_t size = 0;             ///< octets told of or seen
  std::string sha256{};               ///< of the octets seen; empty: not known
};

struct RecordedSession {
  std::string id;
  std::string file;  ///< name of the input
  Protocol protocol = Protocol::unknown;
  std::optional<RecordedReply> greeting;
  std::vector<RecordedExchange> exchanges;
  std::vector<RecordedMessage> messages;  ///< in the order in which their octets were sent, by the client in SMTP and
                                          ///< LMTP, by the server in POP3
  std::vector<std::uint64_t> client_segments;  ///< offsets at which segments of the client began; empty: not known
  bool opaque = false;                         ///< what follows the last exchange is TLS that could not be read
  bool secrets_shown = false;                  ///< the texts hold secrets as sent
};

/// IMAP: the untagged responses to a command, which stand behind its reply, become lines of that, as the live ones do.
void join_untagged(RecordedSession& session);

}  // namespace mailparse::tools
