// Reads all inputs and writes all records.
#pragma once

#include "common/exit_status.hpp"
#include "trace-to-json/options.hpp"

namespace mailparse::tools {

[[nodiscard]] ExitStatus run(const TraceOptions& options);

}  // namespace mailparse::tools
