// Who listens to conversations as they become records.
// Layer: trace.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <mailparse/trace/session_record.hpp>
#include <mailparse/trace/traffic_kind.hpp>

namespace mailparse {

/// Receives one message while its octets pass by. Destroyed after finish(), or without it when the run ends first.
class MessageTap {
 public:
  virtual ~MessageTap() = default;
  /// Octets as the receiver keeps them; a view for the duration of the call.
  virtual void on_octets(std::string_view octets) = 0;
  /// Octets that the source lacks.
  virtual void on_gap(std::uint64_t length) = 0;
  /// The message is over and its place is known: the number of its transaction, or of its retrieval, from 1 in
  /// `session`; both 0 where the record's limits were reached.
  virtual void finish(const SessionRecord& session, const MessageFacts& facts, std::uint64_t transaction,
                      std::uint64_t retrieval) = 0;
};

/// One step of a conversation. Pointers are set where the kind says so and live during the call.
struct TraceEvent {
  enum class Kind : std::uint8_t {
    open,           ///< the protocol was recognised; session.start tells the rest
    command,        ///< `exchange`
    reply,          ///< `reply`, and `exchange` that it belongs to; null for the greeting
    message_start,  ///< `exchange` that moves it, if known
    message_end,    ///< `message`
    auth,           ///< `auth`
    opaque,         ///< what follows cannot be read
    close,          ///< `side` ended as `end` says
    finding,        ///< `finding`
  };
  Kind kind{};
  Side side = Side::client;
  StreamPlace place;
  const Exchange* exchange = nullptr;
  const ReplyRecord* reply = nullptr;
  const MessageFacts* message = nullptr;
  const AuthRecord* auth = nullptr;
  const Diagnostic* finding = nullptr;
  StreamEnd end = StreamEnd::cut;
};

[[nodiscard]] std::string_view to_string(TraceEvent::Kind kind) noexcept;

/// A conversation that is no mail, or without octets.
struct OtherTraffic {
  TrafficKind kind = TrafficKind::unknown;
  std::uint64_t client_octets = 0;
  std::uint64_t server_octets = 0;
  std::uint64_t missing_octets = 0;
  bool from_text = false;  ///< of a transcript
};

/// Receives what all conversations of a run give.
class TraceListener {
 public:
  virtual ~TraceListener() = default;
  /// A conversation is over. `session` and all its views live during the call.
  virtual void on_session(const SessionRecord& session) = 0;
  /// A conversation that makes no record is over.
  virtual void on_other_traffic(const OtherTraffic& traffic) = 0;
  /// A step of a conversation, as it happens; `session` holds what is known so far.
  virtual void on_event(const SessionRecord& session, const TraceEvent& event);
  /// A message begins. What is returned receives its octets; null: nobody wants them.
  [[nodiscard]] virtual std::unique_ptr<MessageTap> tap_message(const SessionRecord& session,
                                                                const MessageStart& start);
};

}  // namespace mailparse
