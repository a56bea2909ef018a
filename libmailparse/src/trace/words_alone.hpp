// Whether the words alone of a printed conversation tell who says them: it is read back and compared.
// Layer: trace, private.
#pragma once

#include <string>
#include <string_view>

#include <mailparse/base/stream.hpp>

namespace mailparse {

/// Appends a line, with or without its line end, that `side` says.
void append_said(std::string& said, Side side, std::string_view line);

/// Whether `printed`, a transcript of the form plain, is read as what `said` holds: the same lines of the same sides in
/// the same order.
[[nodiscard]] bool reads_back(std::string_view printed, std::string_view said);

}  // namespace mailparse
