// The header fields of a passing message that a session record shows.
// Layer: trace, private. RFC 5322 3.6.
#pragma once

#include <string_view>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/trace/session_record.hpp>

namespace mailparse {

/// Reads the header of a message in transit and forgets the rest. What is wrong with the message is not said here: that
/// is for those who read messages.
class MessageHeader {
 public:
  explicit MessageHeader(const Limits& limits);
  void push(std::string_view octets);
  /// The header ends here if it did not end before; sets subject, from and message_id.
  void finish(MessageFacts& facts);

 private:
  Silence silence_;
  HeaderReader reader_;
  bool taken_ = false;
  MessageFacts found_;  ///< the three fields only

  void take();
};

}  // namespace mailparse
