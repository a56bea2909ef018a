#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/header_index.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
#include <bit>

#include <hwy/highway.h>

#include <mailparse/scan/header_index.hpp>

#include "scan/header_index_scalar.hpp"
#include "scan/octet_masks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

struct HeaderMasks {
  std::uint64_t lf = 0;
  std::uint64_t cr = 0;
  std::uint64_t colon = 0;
  std::uint64_t equals = 0;
  std::uint64_t question = 0;
  std::uint64_t odd = 0;  ///< neither printable ASCII nor SP, HTAB, CR, LF
};

HWY_INLINE HeaderMasks header_masks(const char* octets) {
  constexpr OctetTag d;
  HeaderMasks masks;
  for_each_vector(octets, [&](auto v, std::size_t shift) HWY_ATTR {
    const auto lf = hn::Eq(v, hn::Set(d, '\n'));
    const auto cr = hn::Eq(v, hn::Set(d, '\r'));
    masks.lf |= lane_bits(lf) << shift;
    masks.cr |= lane_bits(cr) << shift;
    masks.colon |= lane_bits(hn::Eq(v, hn::Set(d, ':'))) << shift;
    masks.equals |= lane_bits(hn::Eq(v, hn::Set(d, '='))) << shift;
    masks.question |= lane_bits(hn::Eq(v, hn::Set(d, '?'))) << shift;
    masks.odd |= lane_bits(odd_lanes(v, lf, cr)) << shift;
  });
  return masks;
}

/// The lowest bit that is set, and those below it.
HWY_INLINE std::uint64_t up_to_first(std::uint64_t bits) {
  return bits ^ (bits - 1);
}

HeaderIndex index_header(std::string_view octets, std::span<HeaderLine> out) {
  octets = octets.substr(0, scalar::longest_header);
  HeaderIndex index;
  HeaderLine line{.begin = 0, .colon = HeaderLine::no_colon, .lf = 0};
  std::uint64_t after_cr = 0;      // 1: the octet before the group is a CR
  std::uint64_t after_equals = 0;  // 1: it is an equals sign
  for (std::size_t at = 0; at < octets.size(); at += group_octets) {
    const Group group(octets, at);
    const HeaderMasks masks = header_masks(group.octets());
    const auto place = [at](std::uint64_t bits) {
      return static_cast<std::uint32_t>(at + static_cast<unsigned>(std::countr_zero(bits)));
    };
    // The octet behind a CR that is bare. Behind the last octet of all nothing is asked for: no empty line ended there.
    const std::uint64_t odd = masks.odd | ((masks.cr << 1 | after_cr) & ~masks.lf);
    const std::uint64_t encoded_words = (masks.equals << 1 | after_equals) & masks.question;
    std::uint64_t colons = masks.colon;
    for (std::uint64_t lfs = masks.lf; lfs != 0; lfs &= lfs - 1) {
      const std::uint64_t so_far = up_to_first(lfs);
      if (line.colon == HeaderLine::no_colon && (colons & so_far) != 0) line.colon = place(colons);
      colons &= ~so_far;
      line.lf = place(lfs);
      if (line.lf - line.begin < 2 && (line.lf == line.begin || octets[line.begin] == '\r')) {
        if ((odd & so_far) != 0) return {};
        index.encoded_word |= (encoded_words & so_far) != 0;
        index.plain = true;
        index.octets = line.lf + 1;
        return index;
      }
      if (index.lines == out.size()) return {};
      out[index.lines++] = line;
      line = {.begin = line.lf + 1, .colon = HeaderLine::no_colon, .lf = 0};
    }
    if (odd != 0) return {};
    if (line.colon == HeaderLine::no_colon && colons != 0) line.colon = place(colons);
    index.encoded_word |= encoded_words != 0;
    after_cr = masks.cr >> 63;
    after_equals = masks.equals >> 63;
  }
  return {};
}

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mailparse {

HWY_EXPORT(index_header);

HeaderIndex index_header(std::string_view octets, std::span<HeaderLine> out) noexcept {
  return HWY_DYNAMIC_DISPATCH(index_header)(octets, out);
}

}  // namespace mailparse
#endif
