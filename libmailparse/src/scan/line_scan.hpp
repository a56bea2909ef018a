// One line of a block, vectorised: where its LF is and what its octets say.
// Layer: scan, private.
#pragma once

#include <cstddef>
#include <string_view>

#include <mailparse/scan/line_index.hpp>

namespace mailparse {

struct ScannedLine {
  std::size_t lf = 0;  ///< index of the first LF, or the size of the octets
  LineFlags flags;     ///< content flags of the octets before it and its CR; without LF every CR counts as bare
};

[[nodiscard]] ScannedLine scan_line(std::string_view octets) noexcept;

}  // namespace mailparse
