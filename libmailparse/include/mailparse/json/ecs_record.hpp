// Mail as documents of the Elastic Common Schema, version 8.17.
// Layer: json. docs/schema/ecs.json, docs/views.md
#pragma once

#include <string_view>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/mail_view.hpp>

namespace mailparse {

/// One line: a mail of a transaction or a retrieval, or a conversation without any. `file` is the input's name. What
/// the schema has no field for stands under "mailparse".
void write_ecs(JsonWriter& writer, const MailView& view, std::string_view file);

}  // namespace mailparse
