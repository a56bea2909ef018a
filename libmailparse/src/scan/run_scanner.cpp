#include <mailparse/scan/run_scanner.hpp>

#include "scan/line_scalar.hpp"

namespace mailparse {

Run RunScanner::next(std::string_view octets) noexcept {
  return scalar::next_run(state_, markers_, octets);
}

void RunScanner::finish() noexcept {
  RunTally& tally = state_.tally;
  if (state_.before == LineBreak::cr && tally.octets > 0) {
    if (tally.bare_cr.count++ == 0) tally.bare_cr.first = offset() - 1;
    state_.before = LineBreak::none;
  }
  if (offset() > state_.line_begin + line_content_limit) {
    if (tally.long_lines.count++ == 0) tally.long_lines.first = state_.line_begin;
    state_.line_begin = offset();
  }
}

void RunScanner::reset(std::uint64_t offset, LineBreak before) noexcept {
  state_ = RunState{.tally = {}, .base = offset, .line_begin = offset, .before = before};
}

}  // namespace mailparse
