// The member of a part that is signed or encrypted. Layer: json, private.
#pragma once

#include <mailparse/json/json_writer.hpp>
#include <mailparse/message/protection.hpp>

namespace mailparse {

void write_protection(JsonWriter& writer, const Protection& protection);

}  // namespace mailparse
