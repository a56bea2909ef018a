// Text whose paragraphs stand in several lines (format=flowed). RFC 3676.
#pragma once

#include <string>
#include <string_view>

namespace mailparse::tools {

/// The paragraphs of `text` in a line each, quotes behind as many ">" as they had, stuffed blanks gone. `delete_blank`
/// is DelSp=yes: the blank that marks a soft line break is none of the text.
[[nodiscard]] std::string unflowed(std::string_view text, bool delete_blank);

}  // namespace mailparse::tools
