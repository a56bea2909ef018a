// What eml_parser_record.cpp and mailparser_record.cpp share: dates as Python writes them, parts with their contents.
// Layer: json, private.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/json/message_contents.hpp>
#include <mailparse/message/message.hpp>

namespace mailparse {

/// As Python's datetime.isoformat() writes a time in that zone: "2026-11-21T10:00:00+01:00".
[[nodiscard]] std::string iso_time(std::chrono::sys_seconds utc, std::chrono::minutes zone);

/// A part and its contents.
struct ShownPart {
  const MessagePart* part;
  const PartContents* contents;
};
/// All parts that have contents: entities in order of appearance, then files found in text.
[[nodiscard]] std::vector<ShownPart> shown_parts(const Message& message, std::span<const PartContents> contents);

/// The content of a text part in UTF-8.
[[nodiscard]] std::string text_of(const MessagePart& part, const PartContents& contents);

}  // namespace mailparse
