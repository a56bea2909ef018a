// The state of ImapSession and its steps. Three files share them: imap_client.cpp reads commands, imap_server.cpp
// responses, imap_session.cpp literals, messages, compression and what breaks them.
// Layer: session, private.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/session/imap_session.hpp>

#include "session/echoes.hpp"
#include "session/imap_reader.hpp"
#include "session/imap_text.hpp"
#include "session/inflater.hpp"
#include "session/sasl.hpp"
#include "session/tls_gate.hpp"

namespace mailparse {

class ImapSession::Machine final : public PlainReader {
 public:
  Machine(DialogueSink& sink, const ImapSessionOptions& options)
      : sink_(sink),
        options_(options),
        gate_(*this, sink, options.limits, options.wire_exact, options.secured),
        client_(*this, Side::client, options.limits),
        server_(*this, Side::server, options.limits) {
    greeted_ = options.greeted || !options.begun;
  }

  void on_chunk(const Chunk& chunk) { gate_.on_chunk(chunk); }
  void on_gap(const Gap& gap);
  void on_elided(const Elided& elided);
  void on_end(Side side, StreamEnd end, const Stamp& stamp);
  DialogueSink& sink() { return sink_; }

 private:
  /// A command whose tagged response was not seen yet.
  struct Pending {
    std::uint64_t n = 0;
    std::string tag;
    std::string verb;
    std::string mailbox;                 ///< SELECT, EXAMINE
    std::vector<ImapRange> ranges;       ///< FETCH: parts of messages that it asks for
    std::optional<ImapLiteral> literal;  ///< the first one it announced
    std::optional<SaslExchange> sasl;    ///< AUTHENTICATE
    bool deflate = false;                ///< COMPRESS DEFLATE
    bool response_due = false;           ///< AUTHENTICATE: the server asked for a response, or will
    std::optional<std::string> login;    ///< LOGIN: the user name
    Echoes echoes;                       ///< what the reply must not show
  };

  /// A line that is no command; the server may answer it by its first word.
  struct LoneTag {
    std::uint64_t n = 0;
    std::string tag;
    bool secret = false;  ///< it may be a password
  };

  /// "+" for a literal of a command that cannot be told before its end.
  struct Continuation {
    std::string text;  ///< views of `unit` are not used
    ImapUnit unit;
  };

  /// One reader, whose units and literals come back to the machine with their side.
  class Reader final : public ImapUnitSink {
   public:
    Reader(Machine& machine, Side side, const Limits& limits) : units(*this, limits), machine_(machine), side_(side) {}
    bool may_announce(std::string_view line) override {
      return side_ == Side::client || !is_imap_status_response(line);
    }
    bool on_literal(const ImapLiteral& literal, const ImapUnit& so_far) override {
      return side_ == Side::client ? machine_.client_literal(literal, so_far)
                                   : machine_.server_literal(literal, so_far);
    }
    void on_literal_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override {
      machine_.message_octets(octets, offset, stamp);
    }
    void on_literal_gap(std::uint64_t length, const Stamp& stamp) override { machine_.message_gap(length, stamp); }
    void on_literal_end(const ImapLiteral& literal, bool wanted, ImapLiteralEnd end, std::uint64_t missing,
                        std::uint64_t offset, const Stamp& stamp) override {
      machine_.literal_end(side_, literal, wanted, end, missing, offset, stamp);
    }
    void on_literal_too_large(const ImapLiteral& literal) override { machine_.literal_too_large(side_, literal); }
    void on_unit(const ImapUnit& unit) override {
      side_ == Side::client ? machine_.client_unit(unit) : machine_.server_unit(unit);
    }

    ImapReader units;

   private:
    Machine& machine_;
    Side side_;
  };

  /// A side behind COMPRESS. Offsets inside count expanded octets on from its first compressed one.
  struct Compressed {
    Inflater inflater;
    std::optional<std::uint64_t> offset;  ///< of the next expanded octet
    bool broken = false;                  ///< nothing more of it is read
  };

  void read_client(Chunk& chunk) override;
  void read_server(Chunk& chunk) override;
  void begin_compressed();
  void read_compressed(Chunk& chunk);
  void tell_why_not(Inflater::State state, const Chunk& rest);
  void break_compressed(Side side, const Stamp& stamp);
  [[nodiscard]] ImapReader& units(Side side) noexcept { return (side == Side::client ? client_ : server_).units; }

  bool client_literal(const ImapLiteral& literal, const ImapUnit& so_far);
  bool server_literal(const ImapLiteral& literal, const ImapUnit& so_far);
  [[nodiscard]] const Pending* find_fetch(std::optional<std::uint64_t> origin) const;
  [[nodiscard]] static std::uint64_t asked_for(const Pending& fetch, std::uint64_t origin) noexcept;
  void start_message(const Stamp& stamp);
  void message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp);
  void message_gap(std::uint64_t length, const Stamp& stamp);
  void literal_end(Side side, const ImapLiteral& literal, bool wanted, ImapLiteralEnd end, std::uint64_t missing,
                   std::uint64_t offset, const Stamp& stamp);
  void literal_too_large(Side side, const ImapLiteral& literal);
  void client_unit(const ImapUnit& unit);
  void server_unit(const ImapUnit& unit);

  void command(const ImapUnit& unit);
  void no_command(std::uint64_t n, const ImapUnit& unit);
  void keep_lone_tag(std::uint64_t n, std::string_view line, bool secret);
  [[nodiscard]] std::optional<LoneTag> take_lone_tag(std::string_view tag);
  bool sasl_response(const ImapUnit& unit);
  void begin_authenticate(Pending& pending, const ImapUnit& unit, ImapWords words, std::vector<SecretRange>& secrets);
  void begin_login(Pending& pending, const ImapUnit& unit, ImapWords words, std::vector<SecretRange>& secrets);
  void tell_command(std::uint64_t n, std::string_view verb, std::string_view tag, const ImapUnit& unit,
                    std::span<const SecretRange> secrets);

  void tagged(const ImapUnit& unit, std::string_view tag, const ImapCondition& condition);
  void untagged(const ImapUnit& unit, std::string_view text);
  void continuation(const ImapUnit& unit);
  [[nodiscard]] Pending* asked_to_go_on();
  void release_continuations(std::optional<std::uint64_t> n);
  void quoted_messages(const ImapUnit& unit);
  void announce(const ImapFetchItem& item, std::uint64_t offset);
  void note_size(std::string_view text);
  void tell_uid(const ImapUnit& unit);
  void greeting(const ImapUnit& unit, const ImapCondition& condition);
  void capabilities(std::string_view text, std::uint64_t offset);
  void complete(Pending& pending, const ImapUnit& unit, const ImapCondition& condition);
  void finish_auth(const Pending& pending, AuthEvent::Outcome outcome);
  void tell_reply(ReplyEvent reply, const ImapUnit& unit, std::string_view line);
  void check_structure(Side side, const ImapUnit& unit);
  void diagnose(Code code, Side side, std::uint64_t offset, std::uint64_t length);

  DialogueSink& sink_;
  ImapSessionOptions options_;
  TlsGate gate_;
  Reader client_;
  Reader server_;
  std::unique_ptr<std::array<Compressed, 2>> compressed_;
  std::deque<Pending> pending_;
  std::deque<LoneTag> lone_tags_;  ///< the last ones
  std::uint64_t next_n_ = 1;
  std::optional<std::uint64_t> open_n_;  ///< the command of a unit that was told before its end, at a message literal
  std::optional<ImapLiteral> unit_literal_;  ///< the first one of the client's unit so far
  std::vector<Continuation> continuations_;  ///< of the client's unit so far
  std::optional<MessageStart> announced_;    ///< a message whose first octet was not seen yet
  bool in_message_ = false;
  std::string message_mailbox_;  ///< what the announced message's views point to
  std::string message_id_;
  std::string message_verb_;
  bool unit_has_message_ = false;      ///< the server's unit so far: a literal of it was told as a message
  bool told_secret_ = false;           ///< the command told last held one
  bool rest_of_secret_ = false;        ///< the client's next unit may be the rest of it
  bool unknown_response_due_ = false;  ///< the server said "+" to a command that was not seen
  bool sasl_refused_ = false;          ///< what is no command may be a response that the client sends all the same
  std::string mailbox_;
  std::map<std::string, std::uint64_t, std::less<>> sizes_;  ///< RFC822.SIZE by UID or sequence number
  bool greeted_ = false;
  bool lost_ = false;  ///< octets are missing on a side: tags prove nothing any more
  std::uint64_t commands_ = 0;
  bool closed_[2] = {false, false};
};

}  // namespace mailparse
