// What a replay still needs once its sandbox is closed.
#pragma once

#include "common/sandbox.hpp"
#include "smtp-replay/options.hpp"

namespace mailparse::tools {

/// The inputs and messages, the certificates that are read when TLS begins, the folders of the files written at the
/// end, and the network where something is played.
[[nodiscard]] SandboxNeeds replay_rights(const ReplayOptions& options);

}  // namespace mailparse::tools
