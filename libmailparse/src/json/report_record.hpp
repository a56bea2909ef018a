// The members of a part that is a report. Layer: json, private.
#pragma once

#include <mailparse/json/json_writer.hpp>
#include <mailparse/message/report.hpp>

namespace mailparse {

void write_report(JsonWriter& writer, const Report& report);

}  // namespace mailparse
