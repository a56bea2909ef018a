// Two passes over each 4 KiB while they are in the nearest cache. The first, vectorised, only lists where LFs are and
// asks whether any octet is odd; nothing in it depends on how long lines are. The second writes a record for each line.
// In a section with odd octets, which few mails have, it looks at the octets of each line again.
#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/line_index.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
#include <algorithm>
#include <bit>
#include <utility>

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <mailparse/scan/line_index.hpp>

#include "scan/line_flags.hpp"
#include "scan/line_scan.hpp"
#include "scan/octet_masks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

struct LineMasks {
  std::uint64_t lf = 0;
  std::uint64_t cr = 0;
  std::uint64_t odd = 0;
};

HWY_INLINE LineMasks line_masks(const char* octets) {
  constexpr OctetTag d;
  LineMasks masks;
  for_each_vector(octets, [&](auto v, std::size_t shift) HWY_ATTR {
    const auto lf = hn::Eq(v, hn::Set(d, '\n'));
    const auto cr = hn::Eq(v, hn::Set(d, '\r'));
    masks.lf |= lane_bits(lf) << shift;
    masks.cr |= lane_bits(cr) << shift;
    masks.odd |= lane_bits(odd_lanes(v, lf, cr)) << shift;
  });
  return masks;
}

/// The flags that the odd octets of a group raise.
LineFlags odd_flags(const char* octets, std::uint64_t odd) {
  constexpr OctetTag d;
  std::uint64_t nul = 0;
  std::uint64_t eight_bit = 0;
  for_each_vector(octets, [&](auto v, std::size_t shift) HWY_ATTR {
    nul |= lane_bits(hn::Eq(v, hn::Zero(d))) << shift;
    eight_bit |= lane_bits(eight_bit_lanes(v)) << shift;
  });
  LineFlags flags;
  if ((nul & odd) != 0) flags.add(LineFlag::nul);
  if ((eight_bit & odd) != 0) flags.add(LineFlag::eight_bit);
  if ((odd & ~(nul | eight_bit)) != 0) flags.add(LineFlag::control);
  return flags;
}

/// scan_line for the octets of `block` from `begin` on.
ScannedLine scan_line_at(std::string_view block, std::size_t begin) {
  LineFlags flags;
  std::uint64_t after_cr = 0;  // 1: the octet before the group is a CR
  for (std::size_t at = begin; at < block.size(); at += group_octets) {
    const Group group(block, at);
    const LineMasks masks = line_masks(group.octets());
    // Bits of the line's octets, its LF included.
    const std::uint64_t line = (masks.lf ^ (masks.lf - 1)) & group.valid();
    const std::uint64_t bare_cr = (masks.cr << 1 | after_cr) & ~masks.lf & line;
    if (bare_cr != 0) flags.add(LineFlag::bare_cr);
    if (HWY_UNLIKELY((masks.odd & line) != 0)) flags |= odd_flags(group.octets(), masks.odd & line);
    if (masks.lf != 0) return {at - begin + static_cast<std::size_t>(std::countr_zero(masks.lf)), flags};
    after_cr = masks.cr >> 63;
  }
  if (block.size() > begin && block.back() == '\r') flags.add(LineFlag::bare_cr);
  return {block.size() - begin, flags};
}

ScannedLine scan_line_of(std::string_view octets) {
  return scan_line_at(octets, 0);
}

/// Where the LFs of a section are, counted from the start of its block.
class LfList {
 public:
  static constexpr std::size_t section_octets = 4096;

  /// Lists the LFs of `block` in the section that starts at `at`; returns whether it has odd octets, or CRs that may be
  /// bare: the last octet of a block counts as if it were followed by something other than LF. An octet right before an
  /// LF is not looked at: nearly always it is a CR, and whoever reads the list sees it anyway.
  HWY_INLINE bool fill(std::string_view block, std::size_t at) {
    constexpr OctetTag d;
    size_ = 0;
    const std::size_t end = std::min(block.size(), at + section_octets);
    std::uint64_t odd = 0;
    // The octet behind the group must lie in the block, too.
    for (; at + group_octets <= end && at + group_octets < block.size(); at += group_octets) {
      const char* const octets = block.data() + at;
      std::uint64_t lfs = 0;
      std::uint64_t low = 0;  // 8-bit octets and controls other than HTAB
      for_each_vector(octets, [&](auto v, std::size_t shift) HWY_ATTR {
        lfs |= lane_bits(hn::Eq(v, hn::Set(d, '\n'))) << shift;
        low |= lane_bits(hn::AndNot(hn::Eq(v, hn::Set(d, '\t')), control_or_eight_bit_lanes(v))) << shift;
      });
      const std::uint64_t last_before_lf = std::uint64_t{octets[group_octets] == '\n'} << 63;
      odd |= low & ~(lfs | lfs >> 1 | last_before_lf);
      add(lfs, at);
    }
    bool found = odd != 0;
    if (at < end) {
      const Group last(block, at);
      const LineMasks masks = line_masks(last.octets());
      found |= (masks.odd | (masks.cr & ~(masks.lf >> 1))) != 0;
      add(masks.lf, at);
    }
    return found;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t operator[](std::size_t i) const { return at_[i]; }

 private:
  HWY_INLINE void add(std::uint64_t lfs, std::size_t at) {
    // Two at once without asking how many there are: a branch on that would be guessed wrong for every other group.
    // `last_octet` keeps the compiler from asking it after all.
    constexpr std::uint64_t last_octet = std::uint64_t{1} << 63;
    std::uint32_t* next = at_ + size_;
    size_ += static_cast<std::size_t>(std::popcount(lfs));
    do {
      next[0] = static_cast<std::uint32_t>(at) + static_cast<unsigned>(std::countr_zero(lfs | last_octet));
      lfs &= lfs - 1;
      next[1] = static_cast<std::uint32_t>(at) + static_cast<unsigned>(std::countr_zero(lfs | last_octet));
      lfs &= lfs - 1;
      next += 2;
    } while (HWY_UNLIKELY(lfs != 0));
  }

  std::size_t size_ = 0;
  std::uint32_t at_[section_octets + 2];  ///< a block has less than 4 GiB
};

/// What the first two octets of a line say. `begin[1]` is read only behind a dash, which is content: the octet after it
/// is content too or the line end.
HWY_INLINE LineFlags first_octets_flags(const char* begin) {
  LineFlags flags{first_octet_flag_table[static_cast<unsigned char>(*begin)]};
  if (HWY_UNLIKELY(*begin == '-' && begin[1] == '-')) flags.add(LineFlag::leading_dashes);
  return flags;
}

/// Records the lines that end in `block`, whose first line is `open`; no CR is held. `base`: offset of the block.
/// Result: octets up to the last recorded line end. `tail`: content flags of what follows it.
LineIndex::Result index_ended_lines(const LineSoFar& open, std::uint64_t base, std::string_view block,
                                    std::span<Line> out, LineFlags& tail) {
  LfList lfs;
  std::size_t records = 0;
  std::size_t begin = 0;
  bool odd_before = false;  // some octet between `begin` and this section may be odd
  for (std::size_t at = 0; at < block.size() && records < out.size(); at += LfList::section_octets) {
    const bool odd = lfs.fill(block, at);
    bool look = odd || odd_before;
    const std::size_t count = std::min(lfs.size(), out.size() - records);
    const char* const octets = block.data();
    Line* const lines = out.data() + records;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t lf = lfs[i];
      // Of an empty line this looks at the LF itself, which is no CR.
      const char last = octets[lf - (lf > begin ? 1 : 0)];
      const bool crlf = last == '\r';
      const std::size_t size = lf - begin - (crlf ? 1 : 0);
      // The next section comes into the cache meanwhile.
      hwy::Prefetch(octets + std::min(begin + LfList::section_octets, block.size() - 1));
      LineFlags flags = first_octets_flags(octets + begin);
      if (HWY_UNLIKELY(look || (!crlf && detail::content_flag_table[static_cast<unsigned char>(last)] != 0))) {
        flags |= scan_line_at(block, begin).flags;
        if (crlf && size > 0 && block[lf - 2] == '\r') flags.add(LineFlag::cr_cr_lf);
        look = odd;
      }
      lines[i] = Line{base + begin, static_cast<std::uint32_t>(size), flags, crlf ? LineEnd::crlf : LineEnd::lf};
      begin = lf + 1;
    }
    records += count;
    odd_before = odd || (odd_before && count == 0);
  }
  if (records < out.size() && odd_before) {
    const bool held_cr = block.ends_with('\r');
    tail = scan_line_at(block.substr(0, block.size() - (held_cr ? 1 : 0)), begin).flags;
  }
  if (records > 0 && open.flags.has(LineFlag::continued)) {
    // What was read as the first octets of that line are not: they lie in an earlier block.
    Line& line = out[0];
    LineSoFar so_far = open;
    line.flags.bits &= content_flag_bits;
    line.flags = so_far.add(block.substr(0, line.size), line.flags, line.end);
  }
  return {begin, records};
}

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mailparse {

HWY_EXPORT(index_ended_lines);
HWY_EXPORT(scan_line_of);

ScannedLine scan_line(std::string_view octets) noexcept {
  return HWY_DYNAMIC_DISPATCH(scan_line_of)(octets);
}

LineIndex::Result LineIndex::index(std::string_view block, std::span<Line> out) noexcept {
  // A record's size has 32 bits; a block this large comes in two calls.
  constexpr std::size_t block_limit = std::size_t{1} << 30;
  block = block.substr(0, block_limit);
  if (block.empty() || out.empty()) return {0, 0};
  std::size_t at = 0;
  std::size_t records = 0;
  if (std::exchange(state_.held_cr, false)) {
    const bool crlf = block[0] == '\n';
    const LineEnd end = crlf ? LineEnd::crlf : LineEnd::none;
    const std::string_view content = crlf ? "" : "\r";
    out[records++] =
        Line{state_.offset - 1, crlf ? 0U : 1U, state_.open.add(content, content_flags(content), end), end};
    if (crlf) ++at;
  }

  LineFlags tail;
  const Result ended = HWY_DYNAMIC_DISPATCH(index_ended_lines)(state_.open, state_.offset + at, block.substr(at),
                                                               out.subspan(records), tail);
  if (ended.records > 0) state_.open = {};
  records += ended.records;
  at += ended.octets;
  state_.offset += at;
  if (records == out.size() || at == block.size()) return {at, records};

  std::string_view content = block.substr(at);
  state_.held_cr = content.ends_with('\r');
  if (state_.held_cr) content.remove_suffix(1);
  if (!content.empty()) {
    const auto size = static_cast<std::uint32_t>(content.size());
    out[records++] = Line{state_.offset, size, state_.open.add(content, tail, LineEnd::none), LineEnd::none};
  }
  state_.offset += block.size() - at;
  return {block.size(), records};
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
#endif
