// All inputs, whatever they are, as recorded sessions.
#pragma once

#include <string>
#include <vector>

#include <mailparse/base/limits.hpp>

#include "smtp-replay/recorded_session.hpp"
#include "smtp-replay/session_choice.hpp"

namespace mailparse::tools {

struct RecordedInputs {
  std::vector<RecordedSession> sessions;
  std::vector<std::string> errors;    ///< "NAME: what happened"; the other inputs were read all the same
  std::vector<std::string> warnings;  ///< "NAME: what is wrong with the file", of those that were read
};

struct RecordedInputOptions {
  SessionChoice choice;
  bool secrets = false;  ///< keep them as recorded instead of masked
  Limits limits;
};

/// Captures, transcripts and JSON lines; "-" is standard input.
[[nodiscard]] RecordedInputs read_recorded(const std::vector<std::string>& names, const RecordedInputOptions& options);

}  // namespace mailparse::tools
