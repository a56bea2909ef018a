// The parts of a message, as a tree and one by one.
#pragma once

#include <mailparse/message/message.hpp>

#include "msg-inspect/page.hpp"

namespace mailparse::tools {

/// A number of octets for people: "932 octets", "4.8 kB".
[[nodiscard]] std::string octets_text(std::uint64_t count);

/// A line a part: path, type, size, name, and what does not fit together.
void show_tree(Page& page, const Message& message);
/// Everything known of each part.
void show_parts(Page& page, const Message& message);

}  // namespace mailparse::tools
