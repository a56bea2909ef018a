// The other ways to read: what each one does to the octets, so that the one reader shows what another program sees.
// Layer: analysis (private).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mailparse/analysis/readings.hpp>

namespace mailparse {

/// `octets` rewritten so that the primary reading of the result is that rule's reading of the original; `finding` is
/// one of the rule's code. nullopt: the place is not what the rule knows.
[[nodiscard]] std::optional<std::string> rewrite(const ReadingRule& rule, std::string octets, const Message& message,
                                                 const Diagnostic& finding);

}  // namespace mailparse
