// Mail as lines of Zeek's smtp.log in Zeek's JSON form.
// Layer: json. docs/schema/zeek.json, docs/views.md
#pragma once

#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/mail_view.hpp>

namespace mailparse {

/// One line: a transaction, or a conversation that went over to TLS without one. Fields that Zeek would leave unset are
/// absent. Texts stand as in the message, encoded-words not decoded; octets that are not UTF-8 are "\xNN". `uid` and
/// `fuids` look like Zeek's and are made from the connection, so that they are the same in every run.
void write_zeek_smtp(JsonWriter& writer, const MailView& view);

}  // namespace mailparse
