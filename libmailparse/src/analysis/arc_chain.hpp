// The chain of ARC sets.
// Layer: analysis (private). RFC 8617 5.1, 5.2.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/signature_parts.hpp"

namespace mailparse {

/// RFC 8617 4.2.1
inline constexpr std::uint32_t most_arc_sets = 50;

/// Verifies the seals, whose records get their results, and judges the chain; the results of message signatures must be
/// there already. Nothing where the message has no ARC field.
[[nodiscard]] std::optional<ArcRecord> verify_arc(std::vector<ReadSignature>& signatures, const Header& header,
                                                  KeyRing& keys);

}  // namespace mailparse
