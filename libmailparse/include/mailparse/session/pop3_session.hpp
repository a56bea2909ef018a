// A passive reader of one POP3 conversation: both sides in time order in, dialogue events out.
// Layer: session. RFC 1939, RFC 2449 (CAPA, pipelining), RFC 2595 (STLS), RFC 5034 (AUTH), RFC 6856 (UTF8, LANG).
#pragma once

#include <memory>

#include <mailparse/base/limits.hpp>
#include <mailparse/base/stream.hpp>
#include <mailparse/session/dialogue.hpp>

namespace mailparse {

struct Pop3SessionOptions {
  bool begun = true;       ///< the beginning was seen
  bool wire_exact = true;  ///< false: a log's line ends and order, which prove nothing about the wire
  bool unstuffed = false;  ///< message lines stand as before dot-stuffing
  bool secured = false;    ///< the conversation is the inside of TLS
  bool greeted = false;    ///< the greeting came before it: behind STLS
  Limits limits{};
};

/// Reads one conversation.
///
/// Replies come in the order of the commands. The lines of a multi-line reply (CAPA, LIST, UIDL, LANG, AUTH without a
/// mechanism) stand in ReplyEvent::lines behind the status line's text, at most limits.reply_octets of them. RETR and
/// TOP answer with a message: its reply is the status line, its octets come as a message, `partial` for TOP. A
/// challenge ("+ ...") is a reply with the status "+" and the response to it a command "+", which takes the next reply.
/// Where no command was seen, lines behind a status line are read as what they look like: a message or a list.
///
/// Reports pop3.*, auth.cleartext, starttls.*. Memory is bounded by `limits`. The sink must outlive the session.
class Pop3Session final : public StreamSink {
 public:
  Pop3Session(DialogueSink& sink, const Pop3SessionOptions& options);
  ~Pop3Session() override;
  Pop3Session(const Pop3Session&) = delete;
  Pop3Session& operator=(const Pop3Session&) = delete;

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
