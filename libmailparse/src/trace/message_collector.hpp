// What a session record tells of one message, gathered while its octets pass by.
// Layer: trace, private.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <mailparse/base/digest.hpp>
#include <mailparse/trace/session_record.hpp>
#include <mailparse/trace/trace_listener.hpp>

#include "trace/message_header.hpp"

namespace mailparse {

class MessageCollector {
 public:
  MessageCollector(const MessageStart& start, std::unique_ptr<MessageTap> tap, const Limits& limits);

  void push(std::string_view octets);
  void gap(std::uint64_t length);
  /// Everything but what the end of the message decides elsewhere; once.
  [[nodiscard]] MessageFacts finish(MessageEnd end);

  [[nodiscard]] std::unique_ptr<MessageTap> take_tap() noexcept { return std::move(tap_); }

 private:
  std::unique_ptr<MessageTap> tap_;
  MessageHeader header_;
  Digest digest_{DigestKind::sha256};
  std::uint64_t size_ = 0;
  std::uint64_t missing_ = 0;
  bool partial_ = false;
};

}  // namespace mailparse
