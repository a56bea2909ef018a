// How much room text takes on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse::tools {

/// Columns that `text`, UTF-8 without control characters, takes: two for wide characters (UAX 11), none for combining
/// and other invisible ones.
[[nodiscard]] std::size_t text_width(std::string_view text);

/// `text` in at most `columns`; where it is cut an ellipsis stands in the last one.
[[nodiscard]] std::string fit_text(std::string_view text, std::size_t columns);

/// `text` with blanks behind it up to `columns`; longer text stays whole.
[[nodiscard]] std::string pad_text(std::string_view text, std::size_t columns);

/// `text` in lines of at most `columns`, cut at blanks where there are some.
[[nodiscard]] std::vector<std::string> wrap_text(std::string_view text, std::size_t columns);

}  // namespace mailparse::tools
