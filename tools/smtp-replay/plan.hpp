// What will be sent, octet for octet, and what is expected for an answer; made before anything is sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/session/dialogue.hpp>

#include "smtp-replay/recorded_session.hpp"
#include "smtp-replay/replay_status.hpp"
#include "smtp-replay/rewrites.hpp"

namespace mailparse::tools {

enum class StepKind : std::uint8_t {
  greeting,  ///< nothing is sent, the server speaks first
  command,   ///< a line
  data,      ///< the DATA command: 354 asks for the message
  message,   ///< octets of a message to the lone dot; sent only behind a 354
  chunk,     ///< BDAT and its octets; sent only to a server that offers CHUNKING
  starttls,  ///< a TLS handshake follows a positive reply
  auth,      ///< AUTH and all answers to its challenges; POP3's PASS and APOP
  retrieve,  ///< RETR or TOP: the reply is followed by a message
};

struct PlanStep {
  std::size_t n = 0;  ///< from 1
  StepKind kind = StepKind::command;
  std::string verb;                           ///< upper case; "." for a message, "connect" for the greeting
  std::string wire;                           ///< exact octets; without the answers of AUTH, which are made live
  std::string shown;                          ///< for people and records: one line, secrets masked
  std::optional<std::string> recipient;       ///< of RCPT, as sent
  std::string tag{};                          ///< IMAP: in front of the line
  std::string mechanism;                      ///< of AUTH, upper case; "PASS" and "APOP" in POP3, "LOGIN" in IMAP
  std::vector<std::string> recorded_answers;  ///< of AUTH, where recorded secrets are to be sent
  std::uint64_t message_octets = 0;           ///< of the message or chunk
  bool ends_message = false;                  ///< the dot, BDAT LAST
  std::uint64_t message_number = 0;           ///< POP3: the argument of RETR, TOP, DELE, LIST, UIDL; 0: none
  std::optional<RecordedMessage> retrieved;   ///< POP3: what the record's server sent
  std::vector<RecordedReply> expected;        ///< empty: the record shows none
  bool joins = false;                         ///< sent together with the step before, without waiting
  bool joins_always = false;                  ///< also where the server offers no PIPELINING
  std::chrono::milliseconds settle{};         ///< to wait behind the reply for further ones
  std::vector<std::uint64_t> borders;         ///< offsets in `wire` at which the record's segments begin, ascending
  std::optional<std::chrono::nanoseconds> recorded_latency;
  std::optional<std::chrono::nanoseconds> recorded_gap;  ///< that the client took before it spoke
};

struct Plan {
  std::string session;  ///< id in the record
  std::string file;
  Protocol protocol = Protocol::smtp;
  std::vector<PlanStep> steps;
  std::vector<std::string> notes;  ///< what differs from the record, and why
  std::string mutation;            ///< made worse on purpose, as this name says; empty: not
};

/// What becomes of STARTTLS.
enum class StarttlsPolicy : std::uint8_t {
  recorded,  ///< as in the record
  always,    ///< also where the record has none
  never,     ///< left out
};

/// Which commands are sent together.
enum class Grouping : std::uint8_t {
  recorded,   ///< those that the record's client sent without waiting
  serial,     ///< none
  pipelined,  ///< all that RFC 2920 lets stand together, where the server offers PIPELINING
};

struct PlanOptions {
  Grouping grouping = Grouping::recorded;
  StarttlsPolicy starttls = StarttlsPolicy::recorded;
  Rewrites rewrites;
  std::optional<std::string> body;  ///< for messages whose octets the record lacks
  std::string message_folder;       ///< holds messages under their ids, as trace-to-json --extract leaves them
  bool own_credentials = false;     ///< AUTH is done with credentials given for the replay
  bool recorded_secrets = false;    ///< AUTH is done with the recorded octets
  bool without_auth = false;        ///< AUTH is left out
  bool allow_destructive = false;   ///< DELE, ETRN and IMAP commands that write are sent
};

/// Why there is no plan: `unusable`, or `refused` with what must not be sent.
struct PlanError {
  ReplayStatus status = ReplayStatus::unusable;
  std::vector<std::string> reasons;
};

/// Every command line is read anew here: what would be sent is judged, not what the record says of it.
[[nodiscard]] std::expected<Plan, PlanError> make_plan(const RecordedSession& session, const PlanOptions& options);

}  // namespace mailparse::tools
