// Messages in the shapes that other projects gave to theirs, so that what reads those reads ours.
// Layer: json.
#pragma once

#include <span>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/message_contents.hpp>
#include <mailparse/json/message_record.hpp>
#include <mailparse/message/message.hpp>

namespace mailparse {

/// One line as eml_parser's `decode_email_bytes` gives it with `include_raw_body`, without `include_attachment_data`.
/// Where that project leaves the order to chance, ours is that of the message; digests are of the octets that the
/// message holds, where eml_parser digests enclosed messages written anew.
void write_eml_parser(JsonWriter& writer, const Message& message, std::span<const PartContents> contents,
                      const MessageStyle& style = {});

/// Whether that record lists the part as an attachment: only then its contents' descriptions are looked at.
[[nodiscard]] bool is_eml_parser_attachment(const MessagePart& part) noexcept;

/// One line as SpamScope's mail-parser gives it (`mail_json`). A base64 payload is written anew, in one line; each
/// finding that Python's `email` has a class for is a defect of that class.
void write_mailparser(JsonWriter& writer, const Message& message, std::span<const PartContents> contents);

}  // namespace mailparse
