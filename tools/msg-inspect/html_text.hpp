// HTML as text that people read.
#pragma once

#include <string>
#include <string_view>

namespace mailparse::tools {

/// Readable text of HTML in UTF-8: tags gone, references resolved, blocks on lines of their own. What its own style
/// hides stands in "[hidden: ...]"; a link that shows something else than where it leads has the URL behind it, and one
/// that shows another host says so.
[[nodiscard]] std::string html_to_text(std::string_view html);

}  // namespace mailparse::tools
