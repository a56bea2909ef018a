// The state of Pop3Session and its steps. Three files share them: pop3_client.cpp reads commands, pop3_server.cpp
// replies and messages, pop3_session.cpp lines and what breaks them. Layer: session, private.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/scan/line_reader.hpp>
#include <mailparse/session/pop3_session.hpp>

#include "session/echoes.hpp"
#include "session/pop3_text.hpp"
#include "session/sasl.hpp"
#include "session/smtp_payload.hpp"
#include "session/tls_gate.hpp"

namespace mailparse {

class Pop3Session::Machine final : public PlainReader, public PayloadSink {
 public:
  Machine(DialogueSink& sink, const Pop3SessionOptions& options)
      : sink_(sink),
        options_(options),
        gate_(*this, sink, options.limits, options.wire_exact, options.secured),
        client_(options.limits.line_octets),
        server_(options.limits.line_octets),
        payload_(*this, {.wire_exact = options.wire_exact, .unstuffed = options.unstuffed}) {
    greeted_ = options.greeted || !options.begun;
  }

  void on_chunk(const Chunk& chunk) { gate_.on_chunk(chunk); }
  void on_gap(const Gap& gap);
  void on_elided(const Elided& elided);
  void on_end(Side side, StreamEnd end, const Stamp& stamp);
  DialogueSink& sink() { return sink_; }

  void read_client(Chunk& chunk) override;
  void read_server(Chunk& chunk) override;
  void on_payload(std::string_view octets, std::uint64_t offset) override {
    sink_.on_message_octets(octets, offset, now_);
  }
  void on_odd_end(const OddEnd& odd) override;

 private:
  /// A command whose reply has not been seen.
  struct Pending {
    std::uint64_t n = 0;
    std::string verb;
    std::string argument;  ///< the message number of RETR and TOP
    Pop3Follow follow = Pop3Follow::nothing;
    std::optional<SaslExchange> sasl;     ///< AUTH, and the responses that belong to it
    std::optional<std::string> identity;  ///< APOP, PASS: the user name
    std::string_view mechanism;           ///< "APOP", "USER"; empty where the reply ends no login
    std::uint64_t login_n = 0;            ///< of the command that began the login
    Echoes echoes;                        ///< what the reply must not show
  };

  /// First and last stamps and extent of a line that may come in several chunks.
  struct Extent {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    Stamp first;
    Stamp last;
  };

  /// What the server's octets are.
  enum class Reading : std::uint8_t {
    status,   ///< the next line is a status line
    lines,    ///< a list, up to a lone dot
    guess,    ///< behind a status line that nobody asked for: a status line, a list or a message
    message,  ///< a message, up to a lone dot
  };

  [[nodiscard]] bool body_is_elided(const Chunk& chunk) const noexcept;
  std::optional<TextLine> next_line(LineReader& reader, Chunk& chunk, Extent& extent);
  void command(std::string_view line, const Extent& extent);
  bool sasl_response(std::string_view line, const Extent& extent);
  void log_in(Pending& pending, std::string_view line, std::size_t argument, const Extent& extent,
              std::vector<SecretRange>& secrets);
  void hidden_line(std::string_view line, const Extent& extent);
  void queue(Pending pending);
  void tell_command(std::uint64_t n, std::string_view verb, std::string_view line, const Extent& extent,
                    std::span<const SecretRange> secrets);

  void server_line(const TextLine& line, const Extent& extent);
  void status_line(std::string_view line, const Extent& extent);
  void list_line(std::string_view line, const Extent& extent, LineEnd end);
  void end_list_early(bool told);
  void guess_line(const TextLine& line, const Extent& extent);
  void probe_status(Chunk& chunk);
  void complete(Pending& pending, const Pop3Status& status, const Extent& extent);
  void tell_reply();
  void begin_list(const Pop3Status& status, const Extent& extent, std::optional<std::uint64_t> answers,
                  std::string_view verb);
  [[nodiscard]] bool sends_list_of_its_own(const Pending& pending) const noexcept;
  void begin_message(std::uint64_t n, std::string_view verb, std::string_view number, std::uint64_t offset);
  void end_message(MessageEnd end, std::uint64_t offset, const Stamp& stamp);
  void interrupted(const Stamp& stamp, bool told);
  void finish_auth(const Pending& pending, AuthEvent::Outcome outcome);
  void diagnose(Code code, Side side, std::uint64_t offset, std::uint64_t length, std::uint64_t count = 1);

  DialogueSink& sink_;
  Pop3SessionOptions options_;
  TlsGate gate_;
  LineReader client_;
  LineReader server_;
  PayloadReader payload_;
  Extent client_extent_;
  Extent server_extent_;
  bool client_open_ = false;
  bool server_open_ = false;

  std::deque<Pending> pending_;
  std::uint64_t next_n_ = 1;
  std::uint64_t unpaired_ = 0;  ///< commands beyond the limit of pending ones
  std::uint64_t unpaired_offset_ = 0;
  std::optional<std::string> user_;   ///< of USER, for PASS
  std::optional<SaslExchange> sasl_;  ///< the exchange that goes on
  std::uint64_t sasl_n_ = 0;          ///< of its AUTH
  bool refused_ = false;              ///< its outcome was told; responses that come all the same change nothing
  bool response_due_ = false;
  bool told_secret_ = false;     ///< the command told last held one
  bool rest_of_secret_ = false;  ///< the next line of the client may be the rest of it

  bool greeted_ = false;
  Reading reading_ = Reading::status;
  bool server_spoke_ = false;
  bool lf_alone_ = false;                 ///< the last status line ended with LF, as all lines of such a server do
  std::optional<std::uint64_t> guess_n_;  ///< Reading::guess: the command whose reply goes on, unknown to us
  bool gap_in_message_ = false;           ///< its end may be among the octets that are missing
  bool probing_ = false;                  ///< behind such a gap a command was sent: what follows may be its reply
  std::string probe_;                     ///< octets that may begin a status line
  std::string reply_text_;                ///< lines of the reply being read, one behind the other
  std::vector<std::size_t> reply_ends_;
  ReplyEvent reply_;
  Echoes reply_echoes_;
  std::string reply_verb_;
  Extent reply_extent_;
  std::uint64_t message_offset_ = 0;  ///< of the message's first octet
  std::uint64_t odd_ends_ = 0;
  Extent first_odd_;
  Stamp now_;
  bool closed_[2] = {false, false};
};

}  // namespace mailparse
