// Questions about 64 octets, answered as masks of 64 bits: bit i tells of octet i.
// Layer: scan, private. Compiled once for each Highway target, from inside foreach_target.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <hwy/highway.h>

#if defined(MAILPARSE_SCAN_OCTET_MASKS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MAILPARSE_SCAN_OCTET_MASKS_INL_HPP
#undef MAILPARSE_SCAN_OCTET_MASKS_INL_HPP
#else
#define MAILPARSE_SCAN_OCTET_MASKS_INL_HPP
#endif

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// At most 64 octets a vector, so that a whole number of vectors makes a group.
using OctetTag = hn::CappedTag<std::uint8_t, 64>;
inline constexpr std::size_t group_octets = 64;

/// The lanes' truth as bits, lane 0 lowest.
template <class D, class M>
HWY_INLINE std::uint64_t lane_bits(D d, M mask) {
  if constexpr (hn::MaxLanes(D()) == 16) {
    std::uint16_t bits;
    hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits));
    return bits;
  } else if constexpr (hn::MaxLanes(D()) == 32) {
    std::uint32_t bits;
    hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits));
    return bits;
  } else {
    std::uint64_t bits = 0;
    hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits));
    return bits;
  }
}

template <class M>
HWY_INLINE std::uint64_t lane_bits(M mask) {
  return lane_bits(OctetTag(), mask);
}

/// Lanes of 0x80-0xFF: the negative ones.
template <class V>
HWY_INLINE auto eight_bit_lanes(V v) {
  constexpr OctetTag d;
  constexpr hn::RebindToSigned<OctetTag> di;
  return hn::RebindMask(d, hn::Lt(hn::BitCast(di, v), hn::Zero(di)));
}

/// Lanes of 8-bit octets and of controls, DEL among them. One more than DEL is the least signed octet, so that one
/// comparison finds them all.
template <class V>
HWY_INLINE auto control_or_eight_bit_lanes(V v) {
  constexpr OctetTag d;
  constexpr hn::RebindToSigned<OctetTag> di;
  return hn::RebindMask(d, hn::Lt(hn::BitCast(di, hn::Add(v, hn::Set(d, 1))), hn::Set(di, 0x21)));
}

/// Of those, all but HTAB, CR and LF. CR is not among them, because only what follows tells whether it is bare.
template <class V, class M>
HWY_INLINE auto odd_lanes(V v, M lf, M cr) {
  const auto tab = hn::Eq(v, hn::Set(OctetTag(), '\t'));
  return hn::AndNot(hn::Or(hn::Or(lf, cr), tab), control_or_eight_bit_lanes(v));
}

/// Calls `f(vector, shift)` for the vectors of the 64 octets at `octets`.
template <class F>
HWY_INLINE void for_each_vector(const char* octets, F f) {
  constexpr OctetTag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < group_octets; i += lanes) {
    f(hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(octets) + i), i);
  }
}

/// A view of 64 octets of a block; the last ones of a block are copied and filled up with octets that no question is
/// about, so that nothing behind the block is read.
class Group {
 public:
  HWY_INLINE Group(std::string_view block, std::size_t at) : octets_(block.data() + at) {
    const std::size_t size = block.size() - at;
    if (size >= group_octets) return;
    std::memset(padded_, 'x', sizeof padded_);
    std::memcpy(padded_, octets_, size);
    octets_ = padded_;
    valid_ = (std::uint64_t{1} << size) - 1;
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  [[nodiscard]] HWY_INLINE const char* octets() const { return octets_; }
  /// Bits of the octets that belong to the block.
  [[nodiscard]] HWY_INLINE std::uint64_t valid() const { return valid_; }

 private:
  const char* octets_;
  std::uint64_t valid_ = ~std::uint64_t{0};
  alignas(64) char padded_[group_octets];
};

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
