// Mail as Suricata's EVE events of the types "smtp" and "pop3".
// Layer: json. docs/schema/eve.json, docs/views.md
#pragma once

#include <cstdint>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/mail_view.hpp>

namespace mailparse {

/// One line: a transaction, numbered `tx_id` from 0 in its conversation, or a conversation of SMTP or LMTP without any.
/// Paths stand as sent, angle brackets included; header fields as in the message, unfolded and not decoded; octets that
/// are not UTF-8 are "\xNN".
void write_eve_smtp(JsonWriter& writer, const MailView& view, std::uint64_t tx_id);

/// One line: a POP3 command with its reply.
void write_eve_pop3(JsonWriter& writer, const SessionRecord& session, const Exchange& exchange, std::uint64_t tx_id);

}  // namespace mailparse
