// A passive reader of one IMAP conversation: both sides in time order in, dialogue events out.
// Layer: session. RFC 9051, RFC 3501, RFC 7888 (literals), RFC 3502 (MULTIAPPEND), RFC 4959 (SASL-IR), RFC 4978.
#pragma once

#include <memory>

#include <mailparse/base/limits.hpp>
#include <mailparse/base/stream.hpp>
#include <mailparse/session/dialogue.hpp>

namespace mailparse {

struct ImapSessionOptions {
  bool begun = true;       ///< the beginning was seen; false: look for the first line that makes sense
  bool wire_exact = true;  ///< false: a log's line ends and order, which prove nothing about the wire
  bool secured = false;    ///< the conversation is the inside of TLS
  bool greeted = false;    ///< the greeting came before it: behind STARTTLS
  Limits limits{};
};

/// Reads one conversation.
///
/// A tagged response is the reply to the command of that tag. Untagged and continuation responses are told as
/// ReplyEvents with the tag "*" or "+": they answer the oldest pending command, or nothing, and are never its reply.
/// A SASL response is a command "+" and the line that ends IDLE a command "DONE"; neither gets a reply of its own.
/// Command texts hold literals of at most 1 KiB behind their CRLF.
///
/// Messages: the literal of APPEND from the client; BODY[...], BINARY[...], RFC822, RFC822.HEADER and RFC822.TEXT of
/// FETCH from the server, `partial` unless it is the whole message. Their MessageStart::id is the UID where it stands
/// before the literal, the sequence number otherwise; n is 0 where the FETCH was not seen.
///
/// Reports imap.*, auth.cleartext, starttls.*. Memory is bounded by `limits`. The sink must outlive the session.
class ImapSession final : public StreamSink {
 public:
  ImapSession(DialogueSink& sink, const ImapSessionOptions& options);
  ~ImapSession() override;
  ImapSession(const ImapSession&) = delete;
  ImapSession& operator=(const ImapSession&) = delete;

  void on_chunk(const Chunk& chunk) override;
  void on_gap(const Gap& gap) override;
  void on_elided(const Elided& elided) override;
  void on_end(Side side, StreamEnd end, const Stamp& stamp) override;
  void report(Diagnostic diagnostic) override;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace mailparse
