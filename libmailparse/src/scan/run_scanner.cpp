// Five masks for each group of 64 octets. Most groups say no more than "lines end here, as those before did": they are
// passed over by a loop that asks whether there is anything else, and keeps next to nothing from one to the next.
#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/run_scanner.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
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

HWY_INLINE RunMasks run_masks(const char* octets, std::uint8_t first_marker, std::uint8_t second_marker) {
  constexpr OctetTag d;
  const auto first = hn::Set(d, first_marker);
  const auto second = hn::Set(d, second_marker);
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

/// What decides whether a group is a plain one.
struct PlainMasks {
  std::uint64_t lf = 0;
  std::uint64_t cr = 0;
  std::uint64_t odd = 0;  ///< NUL and 0x80-0xFF
  std::uint64_t marker = 0;
};

template <class V>
HWY_INLINE PlainMasks plain_masks(const char* octets, V first, V second) {
  constexpr OctetTag d;
  constexpr hn::RebindToSigned<OctetTag> di;
  PlainMasks masks;
  for_each_vector(octets, [&](auto v, std::size_t shift) HWY_ATTR {
    masks.lf |= lane_bits(hn::Eq(v, hn::Set(d, '\n'))) << shift;
    masks.cr |= lane_bits(hn::Eq(v, hn::Set(d, '\r'))) << shift;
    masks.odd |= lane_bits(hn::RebindMask(d, hn::Lt(hn::BitCast(di, v), hn::Set(di, 1)))) << shift;
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

/// The masks of a group that follows others.
struct GroupBits {
  std::uint64_t lf;
  std::uint64_t behind_cr;
  std::uint64_t bare_cr;  ///< bit i: octet i - 1 is a bare CR
  std::uint64_t nul;
  std::uint64_t eight_bit;
  std::uint64_t marks;
};

/// The octets of a group that `among` has into the tally.
HWY_INLINE void tally_group(RunTally& tally, const GroupBits& bits, std::uint64_t among, std::uint64_t offset) {
  const std::uint64_t lf = bits.lf & among;
  tally.lines += static_cast<std::uint64_t>(std::popcount(lf));
  tally_bits(tally.bare_lf, lf & ~bits.behind_cr, offset);
  tally_bits(tally.nul, bits.nul & among, offset);
  tally_bits(tally.eight_bit, bits.eight_bit & among, offset);
  // A bare CR is known as such by the octet that follows, be that the mark itself.
  tally_bits(tally.bare_cr, bits.bare_cr & (among << 1 | 1), offset - 1);
}

class Scan {
 public:
  Scan(RunState& state, RunScanner::Markers markers, std::string_view octets)
      : state_(state),
        octets_(octets),
        first_(static_cast<std::uint8_t>(markers.first)),
        second_(static_cast<std::uint8_t>(markers.second)),
        offset_(state.base + state.tally.octets),
        line_begin_(state.line_begin),
        after_cr_(state.before == LineBreak::cr ? 1 : 0),
        after_break_(state.before != LineBreak::none ? 1 : 0),
        // A CR before the very first octet is the caller's: half of a CRLF perhaps, but never counted.
        countable_cr_(state.tally.octets > 0 ? ~std::uint64_t{0} : ~std::uint64_t{1}) {}

  Run run() {
    std::size_t at = pass_plain_groups(0);
    for (; at + group_octets <= octets_.size(); at += group_octets) {
      if (HWY_UNLIKELY(!group(octets_.data() + at, at, ~std::uint64_t{0}))) return marked();
      // What is odd stands together, in text that is not English above all.
      if (plain_) at = pass_plain_groups(at + group_octets) - group_octets;
    }
    if (at < octets_.size()) {
      const Group last(octets_, at);
      if (!group(last.octets(), at, last.valid())) return marked();
    }
    return finish(octets_.size(), break_before(octets_, octets_.size(), state_.before), LineBreak::none);
  }

 private:
  /// Passes groups in which lines end and nothing else is to be told, from `at` on: with CRLF, or with LF as some line
  /// before did. Returns where the first other one begins, or the octets that are less than a group. What goes from
  /// group to group is in registers: members would take the way through memory.
  std::size_t pass_plain_groups(std::size_t at) {
    constexpr OctetTag d;
    const auto first = hn::Set(d, first_);
    const auto second = hn::Set(d, second_);
    const std::size_t begin = at;
    const std::uint64_t open = offset_ + at - line_begin_;  // octets of the open line
    std::uint64_t after_cr = after_cr_;
    std::uint64_t after_break = after_break_;
    std::uint64_t lines = 0;
    std::uint64_t bare_lfs = 0;
    const std::uint64_t first_bare_lf = state_.tally.bare_lf.count == 0 ? ~std::uint64_t{0} : 0;  // its place is told
    std::uint64_t without_end = (open + group_octets - 1) / group_octets;  // groups behind the last line end
    // A line may begin in the group before those and end in the next one, and be none that is too long.
    constexpr std::uint64_t most_without_end = line_content_limit / group_octets - 2;
    while (at + group_octets <= octets_.size() && without_end <= most_without_end) {
      const PlainMasks masks = plain_masks(octets_.data() + at, first, second);
      const std::uint64_t behind_cr = masks.cr << 1 | after_cr;
      const std::uint64_t breaks = masks.lf | masks.cr;
      const std::uint64_t marks = masks.marker & ~masks.lf & (breaks << 1 | after_break);
      const std::uint64_t bare_cr = behind_cr & ~masks.lf;
      const std::uint64_t bare_lf = masks.lf & ~behind_cr;
      if (HWY_UNLIKELY((marks | bare_cr | masks.odd | (bare_lf & first_bare_lf)) != 0)) break;
      after_cr = masks.cr >> 63;
      after_break = breaks >> 63;
      lines += static_cast<std::uint64_t>(std::popcount(masks.lf));
      bare_lfs += static_cast<std::uint64_t>(std::popcount(bare_lf));
      // No branch asks whether a line ends here: that would be guessed wrong too often.
      without_end = (without_end + 1) & (static_cast<std::uint64_t>(masks.lf != 0) - 1);
      at += group_octets;
    }
    if (at == begin) return at;
    after_cr_ = after_cr;
    after_break_ = after_break;
    countable_cr_ = ~std::uint64_t{0};
    lines_ += lines;
    state_.tally.bare_lf.count += bare_lfs;
    if (lines > 0) {
      const std::size_t group_begin = at - group_octets * static_cast<std::size_t>(without_end + 1);
      const std::uint64_t lf = plain_masks(octets_.data() + group_begin, first, second).lf;
      line_begin_ = offset_ + group_begin + static_cast<std::uint64_t>(std::bit_width(lf));
    }
    return at;
  }

  /// False: a mark was found.
  HWY_INLINE bool group(const char* octets, std::size_t at, std::uint64_t valid) {
    const RunMasks masks = run_masks(octets, first_, second_);
    GroupBits bits;
    bits.lf = masks.lf;
    bits.behind_cr = masks.cr << 1 | after_cr_;
    bits.bare_cr = bits.behind_cr & ~masks.lf & countable_cr_ & valid;
    bits.nul = masks.nul;
    bits.eight_bit = masks.eight_bit;
    // Not LF: the marker of a scanner that looks for none.
    bits.marks = masks.marker & ~masks.lf & ((masks.lf | masks.cr) << 1 | after_break_) & valid;
    after_cr_ = masks.cr >> 63;
    after_break_ = (masks.lf | masks.cr) >> 63;
    countable_cr_ = ~std::uint64_t{0};

    const std::uint64_t offset = offset_ + at;
    std::uint64_t among = valid;
    if (HWY_UNLIKELY(bits.marks != 0)) {
      mark_ = at + static_cast<std::size_t>(std::countr_zero(bits.marks));
      among = (bits.marks & (~bits.marks + 1)) - 1;
    }
    const std::uint64_t bare_lf = bits.lf & ~bits.behind_cr;
    plain_ = (bits.bare_cr | bits.nul | bits.eight_bit) == 0;
    if (plain_ && (bits.marks | bare_lf) == 0) {
      lines_ += static_cast<std::uint64_t>(std::popcount(bits.lf));
    } else {
      tally_group(state_.tally, bits, among, offset);
    }
    end_lines(bits.lf & among, bits.behind_cr, offset);
    return bits.marks == 0;
  }

  /// Notes a long line and the begin of the open one. No branch asks whether there is a line end: that would be guessed
  /// wrong too often. Only the first line that ends in a group can be longer than a group.
  HWY_INLINE void end_lines(std::uint64_t lf, std::uint64_t behind_cr, std::uint64_t offset) {
    const auto first = static_cast<unsigned>(std::countr_zero(lf | std::uint64_t{1} << 63));
    const std::uint64_t content = offset + first - line_begin_;
    if (HWY_UNLIKELY(content > line_content_limit)) {
      if (lf != 0 && content - (behind_cr >> first & 1) > line_content_limit) {
        if (state_.tally.long_lines.count++ == 0) state_.tally.long_lines.first = line_begin_;
      }
    }
    line_begin_ = lf != 0 ? offset + static_cast<std::uint64_t>(std::bit_width(lf)) : line_begin_;
  }

  Run marked() { return finish(mark_, LineBreak::none, break_before(octets_, mark_, state_.before)); }

  Run finish(std::size_t size, LineBreak before, LineBreak after) {
    state_.tally.lines += lines_;
    state_.tally.octets += size;
    state_.line_begin = line_begin_;
    state_.before = before;
    return {size, after};
  }

  RunState& state_;
  std::string_view octets_;
  std::uint8_t first_;
  std::uint8_t second_;
  std::uint64_t offset_;
  std::uint64_t line_begin_;
  std::uint64_t after_cr_;     ///< 1: the octet before the group is a CR
  std::uint64_t after_break_;  ///< 1: the first octet of the group begins a line
  std::uint64_t countable_cr_;
  std::uint64_t lines_ = 0;  ///< of the groups without anything else to tell
  bool plain_ = false;       ///< the group before had nothing else but lines that end with LF
  std::size_t mark_ = 0;
};

Run scan_run(RunState& state, RunScanner::Markers markers, std::string_view octets) {
  return Scan(state, markers, octets).run();
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
