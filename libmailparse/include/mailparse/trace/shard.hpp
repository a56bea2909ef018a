// One worker's part of the conversations of a run.
// Layer: trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/source/conversation.hpp>

namespace mailparse {

/// Part `part` of `parts`, from 1. Workers that read the same inputs with the same number of parts have each
/// conversation exactly once between them.
struct Shard {
  std::uint32_t part = 1;
  std::uint32_t parts = 1;

  /// Whether a conversation belongs to this part. Both ends decide, in either order, so that all connections between
  /// two addresses and ports fall to the same worker; a conversation without them (of a transcript) by the last
  /// component of its file's name and the place where it begins there.
  [[nodiscard]] bool has(const ConversationStart& start, std::string_view file) const;
};

}  // namespace mailparse
