// What the records for other programs have in common: the place of a mail in its conversation, fields as they stand,
// numbers that name a connection.
// Layer: json, private.
#pragma once

#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/time.hpp>
#include <mailparse/json/mail_view.hpp>

namespace mailparse {

/// `octets` as text: an octet that is not UTF-8 as "\xNN", as Zeek and Suricata write it.
[[nodiscard]] std::string view_text(std::string_view octets);

using ExchangeRange = std::ranges::subrange<Segments<Exchange>::const_iterator>;

/// The exchanges of the view's transaction, up to the command that begins the next one; all of the session's where
/// there is no transaction.
[[nodiscard]] ExchangeRange exchanges_of(const MailView& view) noexcept;
/// The transaction before, those that exist only for a lax receiver left out; null for the first.
[[nodiscard]] const TransactionRecord* transaction_before(const MailView& view) noexcept;
/// The reply that decided the transaction, or else the last one given while it was open. Null: none was seen.
[[nodiscard]] const ReplyRecord* deciding_reply(const MailView& view) noexcept;
/// Whether TLS stood when the transaction began, or, without one, at all.
[[nodiscard]] bool under_tls(const MailView& view) noexcept;

/// Value of the first field of that name: unfolded, not decoded. Nothing where there is none.
[[nodiscard]] std::optional<std::string> field_text(const Message* message, FieldName name);
[[nodiscard]] std::optional<std::string> field_text(const Message* message, std::string_view name);
/// Values of all fields of that name.
[[nodiscard]] std::vector<std::string> field_texts(const Message* message, FieldName name);
/// The addresses of all fields of that name as they stand, display names included: cut at commas outside of quoted
/// strings, blanks around them taken off, each once.
[[nodiscard]] std::vector<std::string> address_texts(const Message* message, FieldName name);

/// SHA-256, in hexadecimal, of what tells this connection from every other: its ends and when it began. The same
/// whatever else was read with it.
[[nodiscard]] std::string connection_digest(const SessionRecord& session);

}  // namespace mailparse
