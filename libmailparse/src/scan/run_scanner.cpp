// Five masks for each group of 64 octets. Where none of them says more than "lines end here with CRLF", the group costs
// two additions.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/run_scanner.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first.
#include <bit>

#include <hwy/highway.h>

#include <mailparse/scan/run_scanner.hpp>

#include "scan/octet_masks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

struct RunMasks {
  std::uint64_t lf = 0;
  std::uint64_t cr = 0;
  std::uint64_t nul = 0;
  std::uint64_t eight_bit = 0;
  std::uint64_t marker = 0;
};

HWY_INLINE RunMasks run_masks(const char* octets, RunScanner::Markers markers) {
  constexpr OctetTag d;
  const auto first = hn::Set(d, static_cast<std::uint8_t>(markers.first));
  const auto second = hn::Set(d, static_cast<std::uint8_t>(markers.second));
  RunMasks masks;
  for_each_vector(octets, [&](auto v, std::size_t shift) HWY_ATTR {
    masks.lf |= lane_bits(hn::Eq(v, hn::Set(d, '\n'))) << shift;
    masks.cr |= lane_bits(hn::Eq(v, hn::Set(d, '\r'))) << shift;
    masks.nul |= lane_bits(hn::Eq(v, hn::Zero(d))) << shift;
    masks.eight_bit |= lane_bits(eight_bit_lanes(v)) << shift;
    masks.marker |= lane_bits(hn::Or(hn::Eq(v, first), hn::Eq(v, second))) << shift;
  });
  return masks;
}

HWY_INLINE void tally_bits(Occurrences& what, std::uint64_t bits, std::uint64_t offset) {
  if (bits == 0) return;
  if (what.count == 0) what.first = offset + static_cast<std::uint64_t>(std::countr_zero(bits));
  what.count += static_cast<std::uint64_t>(std::popcount(bits));
}

/// How a line begins behind octet `at - 1` of `octets`.
LineBreak break_before(std::string_view octets, std::size_t at, LineBreak before_block) {
  if (at == 0) return before_block;
  if (octets[at - 1] == '\r') return LineBreak::cr;
  if (octets[at - 1] != '\n') return LineBreak::none;
  const bool crlf = at == 1 ? before_block == LineBreak::cr : octets[at - 2] == '\r';
  return crlf ? LineBreak::crlf : LineBreak::lf;
}

Run scan_run(RunState& state, RunScanner::Markers markers, std::string_view octets) {
  RunTally& tally = state.tally;
  const std::uint64_t base = state.base + tally.octets;
  const LineBreak before_block = state.before;
  // A CR before the very first octet is the caller's: half of a CRLF perhaps, but never counted.
  std::uint64_t after_cr = before_block == LineBreak::cr ? 1 : 0;
  std::uint64_t countable_cr = tally.octets > 0 ? ~std::uint64_t{0} : ~std::uint64_t{1};
  std::uint64_t after_break = before_block != LineBreak::none ? 1 : 0;
  for (std::size_t at = 0; at < octets.size(); at += group_octets) {
    const Group group(octets, at);
    const RunMasks masks = run_masks(group.octets(), markers);
    const std::uint64_t offset = base + at;
    const std::uint64_t behind_cr = masks.cr << 1 | after_cr;
    const std::uint64_t behind_break = (masks.lf | masks.cr) << 1 | after_break;
    // Not LF: the marker of a scanner that looks for none.
    const std::uint64_t marks = masks.marker & ~masks.lf & behind_break & group.valid();
    // Of this group: the octets before the first mark.
    const std::uint64_t run = marks == 0 ? group.valid() : (marks & (~marks + 1)) - 1;
    // What follows a bare CR may be the mark itself.
    const std::uint64_t bare_cr = behind_cr & ~masks.lf & countable_cr & (marks == 0 ? group.valid() : run << 1 | 1);
    const std::uint64_t lf = masks.lf & run;

    if (bare_cr != 0) tally_bits(tally.bare_cr, bare_cr, offset - 1);
    tally_bits(tally.bare_lf, lf & ~behind_cr, offset);
    tally_bits(tally.nul, masks.nul & run, offset);
    tally_bits(tally.eight_bit, masks.eight_bit & run, offset);
    if (lf != 0) {
      tally.lines += static_cast<std::uint64_t>(std::popcount(lf));
      // Only the group's first line can be longer than a group.
      const auto first = static_cast<unsigned>(std::countr_zero(lf));
      const std::uint64_t end = offset + first;
      if (end > state.line_begin + line_content_limit + (behind_cr >> first & 1)) {
        if (tally.long_lines.count++ == 0) tally.long_lines.first = state.line_begin;
      }
      state.line_begin = offset + static_cast<std::uint64_t>(std::bit_width(lf));
    }
    if (marks != 0) {
      const std::size_t size = at + static_cast<std::size_t>(std::countr_zero(marks));
      tally.octets += size;
      state.before = LineBreak::none;
      return {size, break_before(octets, size, before_block)};
    }
    after_cr = masks.cr >> 63;
    after_break = (masks.lf | masks.cr) >> 63;
    countable_cr = ~std::uint64_t{0};
  }
  tally.octets += octets.size();
  state.before = break_before(octets, octets.size(), before_block);
  return {octets.size(), LineBreak::none};
}

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mailparse {

HWY_EXPORT(scan_run);

Run RunScanner::next(std::string_view octets) noexcept {
  return HWY_DYNAMIC_DISPATCH(scan_run)(state_, markers_, octets);
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
#endif
