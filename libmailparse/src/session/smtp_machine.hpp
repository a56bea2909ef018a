// The state of SmtpSession and its steps. Five files share them, one idea each: smtp_client.cpp reads what the client
// sends, smtp_server.cpp pairs replies with it, smtp_transfer.cpp moves messages, smtp_waiting.cpp holds what only
// replies can decide, smtp_tls.cpp stands at the gate behind STARTTLS.
// Layer: session (private).
//
// Tens of thousands of these live at once, most of them between two lines: what only some sessions need, and what only
// a message on its way needs, is made when it is needed.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/base/seldom.hpp>
#include <mailparse/scan/line_reader.hpp>
#include <mailparse/session/smtp_command.hpp>
#include <mailparse/session/smtp_session.hpp>

#include "base/ring.hpp"
#include "session/echoes.hpp"
#include "session/sasl.hpp"
#include "session/smtp_odd_end.hpp"
#include "session/smtp_payload.hpp"
#include "session/smtp_reply_reader.hpp"
#include "session/smtp_smuggling.hpp"

namespace mailparse {

/// First octet of a TLS record that carries a handshake.
inline constexpr char tls_handshake = '\x16';

[[nodiscard]] constexpr bool is_auth(SmtpVerb verb) noexcept {
  return verb == SmtpVerb::auth || verb == SmtpVerb::x_exps;
}

/// May be a SASL response.
[[nodiscard]] inline bool is_base64_word(std::string_view text) noexcept {
  return text.size() >= 4 &&
         std::ranges::all_of(text, [](char octet) { return is(OctetClass::base64, octet) || octet == '='; });
}

class SmtpSession::Machine final : public PayloadSink {
 public:
  Machine(DialogueSink& sink, const SmtpSessionOptions& options);

  void chunk(const Chunk& chunk);
  void gap(const Gap& gap);
  void elided(const Elided& elided);
  void end(Side side, StreamEnd end, const Stamp& stamp);
  void settle() { decide_odd_end(); }
  void finish();
  void report(Diagnostic diagnostic) { sink_.report(std::move(diagnostic)); }

 private:
  /// What the client's next octets are.
  enum class Mode : std::uint8_t {
    commands,  ///< command lines
    waiting,   ///< not known before the reply to the last command: DATA, AUTH or STARTTLS
    sasl,      ///< a line that answers a 334
    payload,   ///< message octets up to the end of data
    odd_end,   ///< not known before more replies: content, or commands to a server that took the odd end of data
    chunk,     ///< as many message octets as BDAT said
    tls_gate,  ///< STARTTLS was granted: TLS, or a client that goes on in the clear
    opaque,    ///< TLS
  };

  /// An odd end of data that the server took, and what the client sent behind it as content.
  struct TakenOddEnd {
    std::uint64_t offset = 0;
    std::uint64_t next = 0;   ///< behind it
    std::uint64_t until = 0;  ///< behind what was sent as content
  };

  /// A command whose reply has not been seen.
  struct Pending {
    enum class Kind : std::uint8_t { greeting, command, sasl, end_of_data } kind = Kind::command;
    SmtpVerb verb = SmtpVerb::unknown;
    std::uint64_t n = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool last_chunk = false;                     ///< BDAT or BURL with LAST
    bool first_hello = false;                    ///< the first EHLO, HELO or LHLO
    bool body_line = false;                      ///< may be a line of a message whose DATA was refused
    bool doubtful = false;                       ///< its reply may be among octets that are missing
    bool assumed = false;                        ///< DATA whose payload was read without its reply
    std::uint64_t replies = 0;                   ///< that came
    std::uint64_t wanted = 1;                    ///< replies in all; known when the first one comes
    std::optional<std::uint64_t> followed_at{};  ///< offset of what was sent before the reply and must not be
    Echoes echoes{};                             ///< what the reply must not show
    Seldom<TakenOddEnd> hidden_mail{};           ///< it ends a mail whose MAIL stood behind an odd end
  };

  /// What the client sent while waiting, in its order.
  struct Held {
    enum class Kind : std::uint8_t { octets, gap, elided, end } kind = Kind::octets;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;  ///< gap
    std::string octets{};
    std::size_t taken = 0;  ///< of octets
    Stamp stamp{};
    Elided elided{};
    StreamEnd end = StreamEnd::cut;
  };

  /// Octets of the server that are not read yet.
  struct ServerText {
    std::uint64_t offset = 0;
    std::string octets{};
    Stamp stamp{};
  };

  /// What the server sent while client octets behind an odd end wait.
  struct HeldReplies {
    std::uint64_t offset = 0;
    std::string octets{};
    std::size_t taken = 0;
    Stamp stamp{};
    std::uint64_t after = 0;  ///< so many pieces of the client were held before, of all that ever were
  };

  struct UnknownVerb {
    std::string name;
    Seldom<Diagnostic> counted;  ///< told once a session, with the number of times
  };

  /// The mail transaction under way, as the client's commands make it. RFC 5321 4.1.4
  struct Transaction {
    bool mail_seen = false;
    bool smtputf8 = false;
    bool binarymime = false;
    bool prdr = false;
    bool data_used = false;
    bool bdat_used = false;
    bool bdat_refused = false;
    bool mixed = false;           ///< reported
    bool unfinished = false;      ///< BDAT without LAST so far
    std::uint64_t last_bdat = 0;  ///< offset of its command
    std::uint64_t last_bdat_length = 0;
    Seldom<Diagnostic> null_chunks;
    Seldom<TakenOddEnd> hidden;  ///< its MAIL stood behind one
  };

  // smtp_client.cpp
  void client_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp);
  std::size_t consume(std::string_view octets, std::uint64_t offset, const Stamp& stamp);
  std::size_t consume_line(std::string_view octets, std::uint64_t offset);
  void client_gap(std::uint64_t offset, std::uint64_t length, const Stamp& stamp);
  void client_elided(const Elided& elided);
  void client_end(StreamEnd end, const Stamp& stamp);
  void line(const TextLine& line);
  void whole_line(std::string_view text, std::uint64_t offset, std::uint64_t length, LineEnd end);
  void command_line(std::string_view text, std::uint64_t offset, std::uint64_t length, LineEnd end);
  void sasl_line(std::string_view text, std::uint64_t offset, std::uint64_t length);
  bool proxy_line(std::string_view text, std::uint64_t offset, std::uint64_t length);
  void judge_line(const SmtpCommand* command, std::string_view text, std::uint64_t offset, std::uint64_t length,
                  LineEnd end);
  void judge_pipelining(const SmtpCommand* command, std::uint64_t offset, std::uint64_t length);
  void judge_path(const SmtpCommand& command, std::string_view text, std::uint64_t offset);
  void count_unknown(std::string_view verb, std::uint64_t offset, std::uint64_t length);
  void apply(const SmtpCommand& command, Pending pending);
  void begin_auth(const SmtpCommand& command, Pending& pending);
  void sasl_response(std::string_view response, Echoes& echoes);
  void push(Pending pending);
  [[nodiscard]] static bool plausible(const SmtpCommand& command);

  // smtp_waiting.cpp
  void wait(Pending pending);
  void hold(Held piece);
  void hold_replies(std::string_view octets, std::uint64_t offset, const Stamp& stamp);
  void drain();
  bool drain_client();
  bool drain_replies();
  void resolve_without_reply();
  [[nodiscard]] bool waits() const noexcept { return mode_ == Mode::waiting || mode_ == Mode::odd_end; }
  [[nodiscard]] bool must_assume() const;
  [[nodiscard]] std::size_t held_before_reply() const noexcept;
  [[nodiscard]] bool may_be_taken(std::uint64_t offset) const noexcept;
  [[nodiscard]] std::uint64_t replies_to_data() const;
  [[nodiscard]] bool goes_on_with_a_command() const;
  /// Replies against the octets behind an odd end, read as commands.
  enum class Answers : std::uint8_t {
    fit,
    conflict,     ///< a line that is no command was agreed to
    outstanding,  ///< so far they fit
  };
  [[nodiscard]] Answers answers_to_held() const;
  bool resolve_odd_end(bool now);
  void decide_odd_end();
  void read_on_as_content();
  void take_odd_end(const OddEnd& odd);
  [[nodiscard]] bool is_hidden(std::uint64_t offset) const noexcept;
  void hidden_mail_over(const TakenOddEnd& behind, SmuggledEvent::Outcome outcome);
  void conclude_hidden_mails();

  // smtp_tls.cpp
  void starttls_answered(const SmtpReply& reply);
  std::size_t consume_tls_gate(std::string_view octets, std::uint64_t offset);
  void tls_started(std::uint64_t offset);
  void tls_not_started(std::uint64_t offset);
  void enter_opaque();
  void give_up_gate_text();
  void give_up_server_text();

  // smtp_server.cpp
  void server_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp);
  std::size_t consume_reply(std::string_view octets, std::uint64_t offset, const Stamp& stamp);
  void hold_server_text(std::string_view octets, std::uint64_t offset, const Stamp& stamp);
  void server_gap(std::uint64_t offset, std::uint64_t length);
  void server_elided();
  void server_end(StreamEnd end);
  void reply(const SmtpReply& reply);
  void drop_missing_greeting(const SmtpReply& reply);
  void reply_to_nobody(const SmtpReply& reply);
  bool reply_in_payload(const SmtpReply& reply);
  void unmatched(const SmtpReply& reply);
  void report_early_reply();
  void emit(const SmtpReply& reply, std::optional<std::uint64_t> answers, bool further, const Echoes& echoes = {});
  void drop_doubtful(const SmtpReply& reply);
  void drop_missing_recipients(const SmtpReply& reply);
  void report_missing_recipients(const Pending& pending);
  void answered(const Pending& pending, const SmtpReply& reply);
  void hello_answered(const Pending& pending, const SmtpReply& reply);
  void body_line_refused(std::uint64_t offset);
  void data_answered(const Pending& pending, bool accepted);
  void bdat_answered(const Pending& pending, const SmtpReply& reply);
  void auth_answered(const SmtpReply& reply);
  void auth_over(AuthEvent::Outcome outcome, std::optional<std::uint16_t> code);
  void reply_unseen();

  // smtp_transfer.cpp
  void begin_data(std::uint64_t n, std::uint64_t offset);
  void begin_message(std::uint64_t n, std::uint64_t offset);
  std::size_t consume_payload(std::string_view octets, std::uint64_t offset);
  std::size_t consume_chunk(std::string_view octets, std::uint64_t offset);
  void begin_chunk(const SmtpCommand& command, const Pending& pending);
  void elide_chunk(const Elided& elided);
  void end_chunk(std::uint64_t offset);
  void end_of_data(MessageEnd kind, std::uint64_t dot, std::uint64_t next, bool observed);
  void end_message(MessageEnd kind, std::optional<std::uint64_t> n, std::uint64_t offset);
  void end_transaction();
  void report_oddities();
  void report_unfinished();
  void look_at_head(std::string_view octets, std::uint64_t offset);
  [[nodiscard]] bool check_first_line(std::string_view head);
  void on_payload(std::string_view octets, std::uint64_t offset) override;
  void on_odd_end(const OddEnd& odd) override;
  void show_watch(std::uint64_t up_to);
  void conclude_watch();

  void report(Code code, Side side, std::uint64_t offset, std::uint64_t length, std::string detail = {});
  void count(Seldom<Diagnostic>& counted, Code code, std::uint64_t offset, std::uint64_t length);
  void report_counted(Seldom<Diagnostic>& counted);
  [[nodiscard]] bool exact() const noexcept { return wire_exact_; }

  DialogueSink& sink_;
  bool lmtp_;
  bool wire_exact_;
  bool unstuffed_;
  std::uint64_t line_octets_;
  std::uint64_t reorder_octets_;
  std::uint64_t pending_commands_;

  // the client's side
  Mode mode_ = Mode::commands;
  LineReader lines_;
  std::uint64_t client_offset_ = 0;  ///< of the next octet to be read
  Stamp stamp_;                      ///< of the client octets being read
  Stamp line_first_;
  std::string long_line_;  ///< the first piece of a line longer than the limit
  std::uint64_t long_line_offset_ = 0;
  std::uint64_t long_line_length_ = 0;
  Ring<Held> held_;
  std::uint64_t held_octets_ = 0;  ///< of both sides
  std::uint64_t held_gone_ = 0;    ///< pieces of held_ that are read
  Ring<HeldReplies> held_replies_;
  std::uint64_t spoken_before_ = 0;  ///< as HeldReplies::after, of the server's octets being read
  bool draining_ = false;
  std::optional<std::uint64_t> client_first_;  ///< offset of the first octet, but for a PROXY line
  Seldom<Place> early_reply_;                  ///< a second one before the client said anything
  bool client_seen_ = false;
  bool resync_ = false;  ///< the next line may be the rest of one: believe it only if it makes sense
  std::uint64_t next_n_ = 1;
  std::optional<std::uint64_t> chunk_end_;  ///< a command must stand here

  // a line that the next one may have been cut from
  struct Suspect {
    std::uint64_t n = 0;
    std::uint64_t line_end = 0;  ///< offset of its line end
    bool open_path = false;
    bool bare_lf = false;
  };
  std::optional<Suspect> suspect_;
  Seldom<Diagnostic> bare_lf_lines_;
  bool bare_lf_injects_ = false;
  std::vector<UnknownVerb> unknown_verbs_;
  Seldom<Diagnostic> not_offered_;

  // pairing
  Ring<Pending> pending_;
  std::uint64_t overflow_ = 0;  ///< commands that wait longer than those queued, beyond the limit
  std::uint64_t overflow_n_ = 0;
  bool pending_limit_reported_ = false;
  bool loose_ = false;    ///< commands or replies are missing: a reply without a command is no surprise
  bool assumed_ = false;  ///< a reply was done without

  // the server's side
  SmtpReplyReader replies_;
  bool server_seen_ = false;
  bool greeting_seen_ = false;
  Seldom<ServerText> server_held_;  ///< behind the reply that granted STARTTLS
  std::string offered_;             ///< keywords of the last reply to EHLO, LF behind each
  bool hello_sent_ = false;
  bool hello_answered_ = false;
  bool pipelining_offered_ = false;
  bool starttls_offered_ = false;
  bool stripped_reported_ = false;

  // TLS and authentication
  bool tls_asked_ = false;
  bool tls_active_ = false;  ///< what is read is the inside of TLS: decrypted, or a transcript that goes on
  std::optional<std::uint64_t> tls_refused_at_;
  std::uint64_t tls_refused_length_ = 0;
  bool downgrade_reported_ = false;
  std::optional<std::uint64_t> injected_at_;
  std::uint64_t injected_lines_ = 0;
  Seldom<SaslExchange> auth_;
  std::uint64_t auth_n_ = 0;
  std::uint64_t auth_offset_ = 0;
  std::uint64_t auth_length_ = 0;
  bool auth_open_ = false;     ///< no outcome yet
  Echoes unread_response_;     ///< the last line that was no command where the beginning was not seen
  bool auth_refused_ = false;  ///< lines that are no commands may be its responses all the same
  bool cleartext_reported_ = false;
  bool secret_elided_ = false;

  // messages
  Transaction transaction_;
  std::uint64_t accepted_recipients_ = 0;
  Seldom<PayloadReader> payload_;    ///< while DATA's octets come
  Seldom<SmugglingWatch> watch_;     ///< behind an odd end, until the verdict on it
  Seldom<OddEndEvidence> evidence_;  ///< from the first octets on that were held
  std::uint64_t content_until_ = 0;  ///< odd ends before there are content
  Seldom<TakenOddEnd> taken_end_;    ///< the last one
  std::string_view raw_;             ///< octets being read as payload
  std::uint64_t raw_offset_ = 0;
  std::uint64_t watched_ = 0;  ///< what the watch has seen
  bool message_open_ = false;
  bool by_data_ = false;
  bool body_missing_ = false;  ///< octets of the message are missing
  bool body_elided_ = false;
  std::uint64_t message_n_ = 0;
  std::uint64_t chunk_left_ = 0;
  std::uint64_t chunk_offset_ = 0;
  std::uint64_t chunk_size_ = 0;
  bool chunk_has_gap_ = false;
  bool chunk_last_ = false;
  std::uint64_t chunk_n_ = 0;
  Seldom<ChunkScan> chunk_scan_;  ///< while BDAT's octets come
  std::string head_;              ///< first lines of a DATA payload, where they did not come in one piece
  bool head_done_ = false;
  std::uint64_t head_offset_ = 0;
  std::uint64_t head_command_ = 0;              ///< octets of a command that stands where the header should be
  std::optional<std::uint64_t> refused_body_;   ///< first octet behind a DATA or BDAT that was refused
  std::optional<std::uint64_t> refused_chunk_;  ///< first octet of a chunk that was refused for another reason
  std::uint64_t unasked_end_ = 0;               ///< behind what the client sent after DATA before its refusal
  std::uint64_t refused_lines_ = 0;             ///< behind it, that were no commands
  bool refused_body_reported_ = false;

  std::array<bool, 2> ended_{};
  bool finished_ = false;
};

}  // namespace mailparse
