// A passive reader of one SMTP or LMTP conversation: both sides in time order in, dialogue events out.
// Layer: session. RFC 5321 3 and 4, RFC 2033, RFC 2920, RFC 3030, RFC 3207, RFC 4954.
#pragma once

#include <cstdint>
#include <memory>

#include <mailparse/base/limits.hpp>
#include <mailparse/base/stream.hpp>
#include <mailparse/session/dialogue.hpp>

namespace mailparse {

/// What is known of a conversation before its octets.
struct SmtpSessionOptions {
  bool lmtp = false;       ///< one reply for each accepted recipient after the end of data
  bool begun = true;       ///< the beginning was seen; false: look for the first line that makes sense
  bool wire_exact = true;  ///< false: a log's line ends and order, which prove nothing about the wire
  bool unstuffed = false;  ///< message lines stand as before dot-stuffing
  bool secured = false;    ///< the conversation is the inside of TLS
  bool greeted = false;    ///< the greeting came before it: behind STARTTLS
  Limits limits{};
};

/// Reads one conversation.
///
/// Commands are numbered from 1 in the order sent; command 0 is the connection, answered by the greeting. Every reply
/// answers the oldest command that still waits, except: a second and later reply to one command is `further` (LMTP and
/// PRDR answer the end of data once a recipient), 421 with nobody waiting answers nothing and is no error, and a reply
/// that nobody asked for has no `answers`. An accepted DATA or BDAT is followed by on_message_start, and the end of the
/// octets by a command with the verb ".", which takes the final reply; BDAT LAST takes its own.
/// Client octets behind DATA are payload only if the server said 354: until its reply is seen they wait, at most
/// limits.reorder_octets of them, and are then taken for payload.
///
/// Memory is bounded by `limits`, whatever comes. Call in the order of StreamSink; the sink must outlive the session.
class SmtpSession final : public StreamSink {
 public:
  SmtpSession(DialogueSink& sink, const SmtpSessionOptions& options);
  ~SmtpSession() override;
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  void on_chunk(const Chunk& chunk) override;
  void on_gap(const Gap& gap) override;
  void on_elided(const Elided& elided) override;
  void on_end(Side side, StreamEnd end, const Stamp& stamp) override;
  /// The server has answered all it will answer before the client speaks again. A passive reader cannot know that, an
  /// end of a live conversation does: what waits behind an odd end of data for replies that would tell is then content.
  void settle();
  /// The conversation is over: what still waits for a reply is decided without it. Also done by the second on_end.
  void finish();
  /// Deviations of the transport go through to the sink as they are.
  void report(Diagnostic diagnostic) override;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace mailparse
