// Reads all inputs, plans all sessions, and plays them or shows the plans.
#pragma once

#include "smtp-replay/options.hpp"

namespace mailparse::tools {

[[nodiscard]] ReplayStatus replay(const ReplayOptions& options);

}  // namespace mailparse::tools
