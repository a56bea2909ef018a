// An index of messages: a JSON line for each, with its file, place and id.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "msg-inspect/message_source.hpp"

namespace mailparse::tools {

/// The line of an index about one message.
[[nodiscard]] std::string index_line(const FoundMessage& found, std::string_view id);

/// The messages of an index that `selection` names: a number names one in each file, an id the first message that has
/// it. The error says what is wrong.
[[nodiscard]] std::expected<std::vector<FoundMessage>, std::string> find_in_index(const std::string& index,
                                                                                  std::string_view selection);

/// Whether `selection`, a number or an id, names that message.
[[nodiscard]] bool is_selected(std::string_view selection, std::uint64_t number, std::string_view id);

}  // namespace mailparse::tools
