// One pass over a block in groups of 64 octets. Three masks tell where LF, CR and "odd" octets are; a group without odd
// ones, which is nearly every group of nearly every mail, costs no more than a record for each of its LFs.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/line_index.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first.
#include <bit>
#include <utility>

#include <hwy/highway.h>

#include <mailparse/scan/line_index.hpp>

#include "scan/line_flags.hpp"
#include "scan/octet_masks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

/// The question of LineIndex about a group. `odd`: 8-bit octets and all controls but HTAB, CR, LF; CR is not among
/// them, because only what follows tells whether it is bare.
struct LineMasks {
  std::uint64_t lf = 0;
  std::uint64_t cr = 0;
  std::uint64_t odd = 0;
};

HWY_INLINE LineMasks line_masks(const char* octets) {
  constexpr OctetTag d;
  constexpr hn::RebindToSigned<OctetTag> di;
  LineMasks masks;
  for_each_vector(octets, [&](auto v, std::size_t shift) HWY_ATTR {
    const auto lf = hn::Eq(v, hn::Set(d, '\n'));
    const auto cr = hn::Eq(v, hn::Set(d, '\r'));
    const auto tab = hn::Eq(v, hn::Set(d, '\t'));
    // As signed octets, 8-bit ones lie below the controls.
    const auto low = hn::RebindMask(d, hn::Lt(hn::BitCast(di, v), hn::Set(di, 0x20)));
    const auto del = hn::Eq(v, hn::Set(d, 0x7F));
    const auto odd = hn::Or(hn::AndNot(hn::Or(hn::Or(lf, cr), tab), low), del);
    masks.lf |= lane_bits(lf) << shift;
    masks.cr |= lane_bits(cr) << shift;
    masks.odd |= lane_bits(odd) << shift;
  });
  return masks;
}

/// Bits of one kind of odd octet each.
struct OddMasks {
  std::uint64_t bare_cr = 0;  ///< bit i: octet i - 1 is a bare CR; octet i is of the same line
  std::uint64_t nul = 0;
  std::uint64_t eight_bit = 0;
  std::uint64_t control = 0;

  [[nodiscard]] LineFlags flags(std::uint64_t among) const {
    LineFlags flags;
    if ((bare_cr & among) != 0) flags.add(LineFlag::bare_cr);
    if ((nul & among) != 0) flags.add(LineFlag::nul);
    if ((eight_bit & among) != 0) flags.add(LineFlag::eight_bit);
    if ((control & among) != 0) flags.add(LineFlag::control);
    return flags;
  }
};

HWY_INLINE OddMasks odd_masks(const char* octets, std::uint64_t odd, std::uint64_t bare_cr) {
  constexpr OctetTag d;
  OddMasks masks{bare_cr, 0, 0, 0};
  if (odd == 0) return masks;
  for_each_vector(octets, [&](auto v, std::size_t shift) HWY_ATTR {
    masks.nul |= lane_bits(hn::Eq(v, hn::Zero(d))) << shift;
    masks.eight_bit |= lane_bits(eight_bit_lanes(v)) << shift;
  });
  masks.nul &= odd;
  masks.eight_bit &= odd;
  masks.control = odd & ~(masks.nul | masks.eight_bit);
  return masks;
}

/// What the first two octets of a line say. `begin[1]` is read only behind a dash, which is content: the octet after it
/// is content too or the line end.
HWY_INLINE LineFlags first_octets_flags(const char* begin) {
  if (*begin > '.') return {};
  LineFlags flags;
  if (*begin == ' ' || *begin == '\t') flags.add(LineFlag::leading_blank);
  if (*begin == '.') flags.add(LineFlag::leading_dot);
  if (*begin == '-' && begin[1] == '-') flags.add(LineFlag::leading_dashes);
  return flags;
}

/// Records the lines that end in `block`, of whose first line `open` is known; no CR is held. `base`: offset of the
/// block. Result: octets up to the last recorded line end. `tail`: content flags of what follows it.
LineIndex::Result index_ended_lines(const LineSoFar& open, std::uint64_t base, std::string_view block,
                                    std::span<Line> out, LineFlags& tail) {
  std::size_t records = 0;
  std::size_t begin = 0;
  LineFlags since_begin;       // content flags, by the groups behind us
  std::uint64_t after_cr = 0;  // 1: the octet before the group is a CR
  for (std::size_t at = 0; at < block.size() && records < out.size(); at += group_octets) {
    const Group group(block, at);
    const LineMasks masks = line_masks(group.octets());
    const std::uint64_t behind_cr = masks.cr << 1 | after_cr;
    const std::uint64_t bare_cr = behind_cr & ~masks.lf & group.valid();
    after_cr = masks.cr >> 63;
    const bool odd = (masks.odd | bare_cr) != 0;
    const OddMasks kinds = odd ? odd_masks(group.octets(), masks.odd, bare_cr) : OddMasks{};
    std::uint64_t rest = ~std::uint64_t{0};  // octets behind the last recorded line end
    for (std::uint64_t lfs = masks.lf; lfs != 0 && records < out.size(); lfs &= lfs - 1) {
      const std::size_t lf = at + static_cast<std::size_t>(std::countr_zero(lfs));
      const bool crlf = (behind_cr & lfs & (~lfs + 1)) != 0;
      LineFlags flags = std::exchange(since_begin, {});
      if (odd) {
        const std::uint64_t until_lf = lfs ^ (lfs - 1);
        flags |= kinds.flags(until_lf & rest);
        rest &= ~until_lf;
      }
      flags |= first_octets_flags(block.data() + begin);
      const std::size_t size = lf - begin - (crlf ? 1 : 0);
      // A bare CR is the only way to a CR before the line end's own.
      if (crlf && size > 0 && flags.has(LineFlag::bare_cr) && block[lf - 2] == '\r') flags.add(LineFlag::cr_cr_lf);
      out[records++] = Line{base + begin, static_cast<std::uint32_t>(size), flags, crlf ? LineEnd::crlf : LineEnd::lf};
      begin = lf + 1;
    }
    if (odd) since_begin |= kinds.flags(rest);
  }
  tail = since_begin;
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
