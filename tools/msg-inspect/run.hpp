// Reads the inputs and shows their messages.
#pragma once

#include "common/exit_status.hpp"
#include "msg-inspect/options.hpp"

namespace mailparse::tools {

[[nodiscard]] ExitStatus run(const InspectOptions& options);

}  // namespace mailparse::tools
