// Whether two domain names belong together.
// Layer: analysis (private). RFC 1034 3.1, RFC 7489 3.2.
#pragma once

#include <string_view>

namespace mailparse {

/// The domain under which names of one organisation stand, as far as the name itself shows it: its last two labels, or
/// three where the last two look like a registry's own ("co.uk", "com.au"). A view into `domain`. No list of public
/// suffixes is consulted.
[[nodiscard]] std::string_view organisational_domain(std::string_view domain) noexcept;

/// Whether both have the same organisational domain; ASCII case and a final dot are ignored. An empty name belongs to
/// none.
[[nodiscard]] bool same_organisation(std::string_view a, std::string_view b) noexcept;

}  // namespace mailparse
