// A line of a log whose lines are JSON objects: docker, journald, loggers.
// Layer: source, private. RFC 8259.
#pragma once

#include <string>

#include "source/dialects/log_line.hpp"

namespace mailparse::transcript {

/// Takes the text out of the object, with the time, program and process id it names. False, and nothing done, for what
/// is no such object. The text lives in `room`; what else is named, in the line.
bool peel_json(LogLine& line, const Calendar& calendar, std::string& room);

}  // namespace mailparse::transcript
