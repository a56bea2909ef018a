// Message records as JSON lines.
// Layer: json. docs/schema/message.json
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <mailparse/analysis/message_analyzer.hpp>
#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/second_opinion.hpp>

namespace mailparse {

/// Where a message was found: in a file, or in a conversation.
struct MessageSource {
  std::string_view file;                     ///< name of the input, "-" for standard input; empty = none
  std::string_view format;                   ///< "message", "mbox", "maildir", ...; empty = not told
  std::string_view flags;                    ///< letters of a Maildir name; empty = none
  std::uint64_t offset = 0;                  ///< of the message's first octet in the file
  std::uint64_t length = 0;                  ///< octets in the file
  std::uint64_t index = 0;                   ///< among the messages of the file, from 0
  std::string_view partial_id;               ///< of a message that was joined from fragments; empty = it was not
  std::span<const std::string> fragments;    ///< their ids, in order: such a message has no place in a file
  std::string_view session;                  ///< id of the session that moved it; empty = none
  std::optional<std::uint64_t> transaction;  ///< number of the transaction, from 1
  std::optional<std::uint64_t> retrieval;    ///< or of the retrieval
};

struct MessageStyle {
  bool defang = false;  ///< URLs, addresses, domains and IPs that are listed are written so that nothing links to them
  const SecondOpinion* second_opinion = nullptr;  ///< null = none was asked for
};

/// One line. Offsets in the record count octets of the message, not of the file; those of URLs and the like count
/// octets of their part's decoded content.
void write_message(JsonWriter& writer, const AnalyzedMessage& analyzed, const MessageSource& source,
                   const MessageStyle& style = {});

}  // namespace mailparse
