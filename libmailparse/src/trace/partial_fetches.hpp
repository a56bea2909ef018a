// Messages that an IMAP client fetches in pieces, put together again.
// Layer: trace, private. RFC 9051 6.4.5.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/limits.hpp>
#include <mailparse/session/dialogue.hpp>
#include <mailparse/trace/session_record.hpp>
#include <mailparse/trace/trace_listener.hpp>

#include "trace/message_collector.hpp"

namespace mailparse {

/// Follows pieces of messages, each from its origin on. Those that come before their turn are kept, as long as they are
/// no more than limits.reorder_octets a message; pieces that overlap join nothing. The message is whole with a piece
/// shorter than was asked for, or with one that asked for the rest of a size that the server told. Some eight messages
/// are followed at a time, the oldest is given up for a new one.
class PartialFetches {
 public:
  explicit PartialFetches(const Limits& limits) : limits_(limits) {}

  /// A piece, `start.origin` is set. `listener` is asked for a tap where a message begins with it.
  void start(const MessageStart& start, const SessionRecord& session, TraceListener& listener);
  void push(std::string_view octets);
  void gap() noexcept;

  struct Joined {
    MessageFacts facts;
    std::unique_ptr<MessageTap> tap;
    std::uint64_t pieces = 0;
  };
  /// The piece is over; the message where it is whole with it and took more than one.
  [[nodiscard]] std::optional<Joined> end(MessageEnd end);

 private:
  struct Message {
    std::string mailbox;
    std::string id;
    std::unique_ptr<MessageCollector> collector;
    std::uint64_t size = 0;  ///< octets from the first one on that are joined
    std::uint64_t pieces = 0;
    std::optional<std::uint64_t> whole;          ///< the size that it will have
    std::map<std::uint64_t, std::string> ahead;  ///< pieces before their turn, by their origin
    std::uint64_t ahead_octets = 0;
  };

  static void catch_up(Message& message);
  void give_up(std::size_t index) { messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(index)); }

  Limits limits_;
  std::vector<Message> messages_;       ///< the oldest first
  std::optional<std::size_t> current_;  ///< the one whose piece is being read
  std::uint64_t origin_ = 0;            ///< of that piece
  std::uint64_t asked_ = 0;
  std::optional<std::uint64_t> total_;
  std::uint64_t came_ = 0;
};

}  // namespace mailparse
