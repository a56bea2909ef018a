// How a tool ends when it cannot go on: no memory, or a fault of our own. Never by a signal.
#pragma once

namespace mailparse::tools {

/// From now on an exception that nobody catches, such as a failed allocation, is a message on standard error and exit
/// status 2. `program` must live for ever.
void end_properly(const char* program) noexcept;

}  // namespace mailparse::tools
