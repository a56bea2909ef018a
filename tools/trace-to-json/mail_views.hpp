// The records for other programs: one for each mail, when the next one begins or the conversation ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/message/message.hpp>
#include <mailparse/trace/trace_listener.hpp>

#include "trace-to-json/options.hpp"

namespace mailparse::tools {

/// The input that a conversation was read from, of `files` by Stamp::file; empty where it is none of them.
[[nodiscard]] std::string_view file_of(const SessionRecord& session, const std::vector<std::string>& files) noexcept;

/// A message of a transaction waits until the transaction can get no other one; of each conversation waits at most one.
class MailViews {
 public:
  /// `emit` is zeek, eve or ecs; `files` names the inputs by Stamp::file. Both references must outlive this.
  MailViews(Emit emit, const std::vector<std::string>& files, const Limits& limits, JsonWriter& writer);

  /// Reads a message of that conversation and hands its octets on to `next`, if any. `next` where none is of interest.
  [[nodiscard]] std::unique_ptr<MessageTap> tap(const SessionRecord& session, std::unique_ptr<MessageTap> next);
  /// The conversation is over: writes what is left.
  void on_session(const SessionRecord& session);

 private:
  class Tap;
  struct Open {
    std::size_t seen = 0;  ///< transactions that are written, or left out
    std::uint64_t tx_id = 0;
    std::uint64_t messages = 0;
    std::uint64_t transaction = 0;  ///< whose message waits; 0 = none
    Message message;
    std::string body_md5;
  };

  void take(const SessionRecord& session, std::uint64_t transaction, Message message, std::string body_md5);
  void write_transactions(const SessionRecord& session, Open& open, std::size_t end);
  void write(const SessionRecord& session, Open& open, const TransactionRecord* transaction);
  void write_pop3(const SessionRecord& session);

  void write_retrieval(const SessionRecord& session, std::uint64_t retrieval, const Message& message);

  Emit emit_;
  const std::vector<std::string>& files_;
  MessageOptions reading_;
  JsonWriter& writer_;
  std::unordered_map<std::string, Open> open_;  ///< by the session's id
};

}  // namespace mailparse::tools
