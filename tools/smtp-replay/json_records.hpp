// Session records read back from JSON lines, as trace-to-json writes them (docs/schema/session.json).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtp-replay/recorded_session.hpp"
#include "smtp-replay/session_choice.hpp"

namespace mailparse::tools {

/// Reads all lines of `text`. Records other than sessions, and sessions of other protocols or not chosen, are passed
/// over. Messages have sizes but no octets. The error names the line that is no JSON or lacks what a session must have.
[[nodiscard]] std::expected<std::vector<RecordedSession>, std::string> read_json_records(std::string_view text,
                                                                                         const std::string& file,
                                                                                         const SessionChoice& choice);

/// RFC 3339 in UTC as records have it; nothing where `text` is no such time.
[[nodiscard]] std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace mailparse::tools
