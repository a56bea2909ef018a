// The state of SessionRecorder and what it keeps of each event. Three files share it: recorded_exchanges.cpp takes
// commands and replies, recorded_messages.cpp messages and where they belong, session_recorder.cpp logins, TLS and the
// end. Layer: trace, private.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mailparse/trace/community_id.hpp>
#include <mailparse/trace/session_recorder.hpp>

#include "trace/maildrop.hpp"
#include "trace/message_collector.hpp"
#include "trace/partial_fetches.hpp"
#include "trace/record_text.hpp"
#include "trace/tls_trail.hpp"
#include "trace/transaction_builder.hpp"

namespace mailparse {

class SessionRecorder::Recording {
 public:
  Recording(ConversationStart start, Protocol protocol, std::optional<double> confidence,
            const RecorderOptions& options, TraceListener& listener)
      : listener_(listener),
        limits_(options.limits),
        text_(record_.arena, options.limits.session_octets, options.show_secrets),
        transactions_(record_.transactions,
                      {.begun = start.begun, .lmtp = protocol == Protocol::lmtp, .limit = limits_.session_exchanges}) {
    record_.id.append("s-").append(std::to_string(start.id));
    record_.protocol = protocol;
    record_.protocol_confidence = confidence;
    record_.start = std::move(start);
    if (record_.start.client && record_.start.server) {
      record_.community_id = community_id(*record_.start.client, *record_.start.server).value_or("");
    }
    tell({.kind = TraceEvent::Kind::open, .place = place_of(record_.start.first, 0)});
  }

  void command(const CommandEvent& event);
  void reply(const ReplyEvent& event);
  void message_start(const MessageStart& start);
  void message_end(MessageEnd end, std::uint64_t offset, const Stamp& stamp);
  void uid(std::string_view uid);
  void auth(const AuthEvent& event);
  void smuggled(const SmuggledEvent& event);
  void opaque(const Chunk& chunk);
  void mark_tls(const TlsRecord& known);
  void close(Side side, StreamEnd end, const Stamp& stamp);
  void finding(Diagnostic diagnostic);
  void finish(const ConversationEnd& end);

  void message_octets(std::string_view octets);
  void message_gap(std::uint64_t length);
  TlsRecord& tls() { return record_.tls.made(); }
  void note_tls(const Chunk& chunk) { tls_trail_.made().push(chunk); }
  void mark_names(PeerNames names) { record_.names = std::move(names); }
  void mark_elided(const Elided& elided) noexcept;
  void mark_tunnel(const Tunnel& tunnel) {
    record_.tunnel = tunnel;
    if (tunnel.client) record_.original_client = OriginalClient{*tunnel.client, to_string(tunnel.kind)};
  }
  const SessionRecord& record() const noexcept { return record_; }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// A message that is over and waits for the replies that show whose it is.
  struct FinishedMessage {
    std::size_t moved_by = none;  ///< index of the exchange
    Side side = Side::client;
    std::string_view verb;
    std::string_view mailbox;
    std::string_view id;
    MessageFacts facts;
    std::unique_ptr<MessageTap> tap;
    std::uint64_t pieces = 0;   ///< put together from that many; 0: it came as it is
    std::uint64_t replies = 0;  ///< that were told before it ended
  };

  struct InTransit {
    InTransit(const MessageStart& start, std::unique_ptr<MessageTap> tap, const Limits& limits)
        : collector(start, std::move(tap), limits) {}
    MessageCollector collector;
    FinishedMessage known;
  };

  static StreamPlace place_of(const Stamp& stamp, std::uint64_t offset) noexcept {
    return {stamp.time, stamp.frame, offset};
  }
  [[nodiscard]] bool is_smtp() const noexcept {
    return record_.protocol == Protocol::smtp || record_.protocol == Protocol::lmtp;
  }
  void tell(const TraceEvent& event) { listener_.on_event(record_, event); }
  [[nodiscard]] std::size_t index_of(std::uint64_t command) const noexcept;
  std::size_t append_exchange(std::uint64_t octets);
  std::size_t unasked_exchange(const ReplyEvent& event, std::uint64_t octets);
  [[nodiscard]] std::span<const ParameterRecord> keep_parameters(const SmtpCommand& command);
  [[nodiscard]] std::string_view keep_text(const CommandEvent& event, bool elided);
  [[nodiscard]] ReplyRecord keep_reply(const ReplyEvent& event);
  void first_reply(std::size_t index, ReplyRecord reply, const ReplyEvent& event);
  void note_command(const CommandEvent& event);
  void note_outcome(const Exchange& exchange);
  void note_original_client(std::string_view line, bool replaces);
  void take_offers(std::string_view verb, const ReplyEvent& event);
  void settle_up_to(std::size_t end);
  void place_finished();
  void place(FinishedMessage& finished);
  [[nodiscard]] Ending ending() const noexcept;
  [[nodiscard]] bool seen_to_end() const noexcept;

  TraceListener& listener_;
  Limits limits_;
  SessionRecord record_;
  RecordText text_;
  TransactionBuilder transactions_;
  Seldom<Maildrop> maildrop_;  ///< POP3

  std::vector<std::size_t> commands_;  ///< index of the exchange of each command, by its number less one
  std::size_t unasked_ = none;         ///< exchange of untagged responses to a command that was not seen
  std::size_t settled_ = 0;            ///< exchanges given to the transaction builder
  Seldom<InTransit> in_transit_;
  std::vector<FinishedMessage> finished_;
  Seldom<PartialFetches> partial_fetches_;  ///< IMAP
  Seldom<TlsTrail> tls_trail_;
  std::array<std::optional<StreamEnd>, 2> ends_;
  bool hello_accepted_ = false;
  bool quit_ = false;
  bool opaque_ = false;
  std::uint64_t replies_ = 0;                  ///< told so far
  std::size_t retrievals_before_ = 0;          ///< when the first message behind the last reply began
  std::optional<std::uint64_t> begun_behind_;  ///< replies that had been told then
  std::optional<std::uint64_t> secret_at_;     ///< where the source left the rest of a client's line out
};

}  // namespace mailparse
