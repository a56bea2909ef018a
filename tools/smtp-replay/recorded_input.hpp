// All inputs, whatever they are, as recorded sessions.
#pragma once

#include <string>
#include <vector>

#include "smtp-replay/recorded_session.hpp"
#include "smtp-replay/session_choice.hpp"

namespace mailparse::tools {

struct RecordedInputs {
  std::vector<RecordedSession> sessions;
  std::vector<std::string> errors;  ///< "NAME: what happened"; the other inputs were read all the same
};

/// Captures, transcripts and JSON lines; "-" is standard input. `secrets`: keep them as recorded instead of masked.
[[nodiscard]] RecordedInputs read_recorded(const std::vector<std::string>& names, const SessionChoice& choice,
                                           bool secrets);

}  // namespace mailparse::tools
