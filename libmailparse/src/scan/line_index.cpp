#include <mailparse/scan/line_index.hpp>

#include "scan/line_scalar.hpp"

namespace mailparse {

LineIndex::Result LineIndex::index(std::string_view block, std::span<Line> out) noexcept {
  return scalar::index_lines(state_, block, out);
}

std::size_t LineIndex::finish(std::span<Line, 1> out) noexcept {
  const LineState before = state_;
  reset(before.offset);
  if (!before.held_cr) return 0;
  out[0] = Line{before.offset - 1, 1, before.open.flags, LineEnd::none};
  out[0].flags.add(LineFlag::bare_cr);
  return 1;
}

}  // namespace mailparse
