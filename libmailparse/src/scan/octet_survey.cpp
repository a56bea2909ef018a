#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/octet_survey.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
#include <bit>

#include <hwy/highway.h>

#include <mailparse/scan/octet_survey.hpp>

#include "scan/octet_masks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

OctetSurvey survey_octets(std::string_view octets) {
  constexpr OctetTag d;
  OctetSurvey survey;
  auto high = hn::Zero(d);
  auto control = hn::Zero(d);
  const auto look = [&](const char* group) HWY_ATTR {
    std::uint64_t crs = 0;
    for_each_vector(group, [&](auto v, std::size_t shift) HWY_ATTR {
      const auto cr = hn::Eq(v, hn::Set(d, '\r'));
      const auto line_or_tab = hn::Or(hn::Or(cr, hn::Eq(v, hn::Set(d, '\n'))), hn::Eq(v, hn::Set(d, '\t')));
      const auto below_space = hn::Eq(hn::Min(v, hn::Set(d, 0x1F)), v);
      const auto odd = hn::Or(hn::AndNot(line_or_tab, below_space), hn::Eq(v, hn::Set(d, 0x7F)));
      high = hn::Or(high, v);
      control = hn::Or(control, hn::VecFromMask(d, odd));
      crs |= lane_bits(cr) << shift;
    });
    survey.crs += static_cast<std::uint64_t>(std::popcount(crs));
  };
  std::size_t at = 0;
  for (; at + group_octets <= octets.size(); at += group_octets) look(octets.data() + at);
  if (at < octets.size()) look(Group(octets, at).octets());
  survey.eight_bit = !hn::AllFalse(d, eight_bit_lanes(high));
  survey.control = !hn::AllFalse(d, eight_bit_lanes(control));
  return survey;
}

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mailparse {

HWY_EXPORT(survey_octets);

OctetSurvey survey_octets(std::string_view octets) noexcept {
  return HWY_DYNAMIC_DISPATCH(survey_octets)(octets);
}

}  // namespace mailparse
#endif
