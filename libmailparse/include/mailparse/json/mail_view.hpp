// One mail of a conversation, as the records for other programs tell it: zeek_record.hpp, eve_record.hpp,
// ecs_record.hpp.
// Layer: json.
#pragma once

#include <cstdint>
#include <string_view>

#include <mailparse/message/message.hpp>
#include <mailparse/trace/session_record.hpp>

namespace mailparse {

/// What such a record is made of. All of it lives during the call that writes the record.
struct MailView {
  const SessionRecord& session;
  const TransactionRecord* transaction = nullptr;  ///< null: the conversation moved no mail, or this is a retrieval
  const RetrievalRecord* retrieval = nullptr;
  const Message* message = nullptr;   ///< null: its octets were not seen
  std::string_view body_md5{};        ///< of the message's octets behind its header; empty = not made
  std::uint64_t messages_before = 0;  ///< that the conversation moved before this one
};

}  // namespace mailparse
