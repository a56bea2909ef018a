#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/find.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
#include <bit>
#include <cstring>

#include <hwy/highway.h>

#include <mailparse/scan/find.hpp>
#include <mailparse/scan/json_escape.hpp>

#include "scan/find_scalar.hpp"
#include "scan/octet_masks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

using Tag = hn::CappedTag<std::uint8_t, 64>;

/// Index of the first octet for which `vector_test` has a lane set; `octet_test` says the same of one octet.
template <class VectorTest, class OctetTest>
HWY_INLINE std::size_t find_first(std::string_view octets, VectorTest vector_test, OctetTest octet_test) {
  constexpr Tag d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t at = 0;
  const auto look = [&](std::size_t from) HWY_ATTR {
    const auto v = hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(octets.data()) + from);
    return hn::FindFirstTrue(d, vector_test(v));
  };
  for (; at + lanes <= octets.size(); at += lanes) {
    const std::ptrdiff_t found = look(at);
    if (found >= 0) return at + static_cast<std::size_t>(found);
  }
  if (at < octets.size() && octets.size() >= lanes) {
    // The last vector once more from where it is full: what it has of the one before holds nothing.
    const std::ptrdiff_t found = look(octets.size() - lanes);
    return found >= 0 ? octets.size() - lanes + static_cast<std::size_t>(found) : octets.size();
  }
  while (at < octets.size() && !octet_test(octets[at])) ++at;
  return at;
}

std::size_t find_either(std::string_view octets, char a, char b) {
  constexpr Tag d;
  const auto first = hn::Set(d, static_cast<std::uint8_t>(a));
  const auto second = hn::Set(d, static_cast<std::uint8_t>(b));
  return find_first(
      octets, [=](auto v) HWY_ATTR { return hn::Or(hn::Eq(v, first), hn::Eq(v, second)); },
      [=](char octet) { return octet == a || octet == b; });
}

std::size_t find_any_of(std::string_view octets, char a, char b, char c) {
  constexpr Tag d;
  const auto first = hn::Set(d, static_cast<std::uint8_t>(a));
  const auto second = hn::Set(d, static_cast<std::uint8_t>(b));
  const auto third = hn::Set(d, static_cast<std::uint8_t>(c));
  return find_first(
      octets, [=](auto v) HWY_ATTR { return hn::Or(hn::Or(hn::Eq(v, first), hn::Eq(v, second)), hn::Eq(v, third)); },
      [=](char octet) { return octet == a || octet == b || octet == c; });
}

std::size_t find_eight_bit(std::string_view octets) {
  return find_first(octets, [](auto v) HWY_ATTR { return eight_bit_lanes(v); }, scalar::is_eight_bit);
}

std::size_t find_json_special(std::string_view octets) {
  constexpr Tag d;
  return find_first(
      octets,
      [=](auto v) HWY_ATTR {
        // Printable octets and SP are 0x20-0x7E; the wrap-around puts all others above.
        const auto shifted = hn::Sub(v, hn::Set(d, 0x20));
        const auto other = hn::Ne(hn::Min(shifted, hn::Set(d, 0x5E)), shifted);
        return hn::Or(other, hn::Or(hn::Eq(v, hn::Set(d, '"')), hn::Eq(v, hn::Set(d, '\\'))));
      },
      scalar::is_json_special);
}

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mailparse {

HWY_EXPORT(find_either);
HWY_EXPORT(find_any_of);
HWY_EXPORT(find_eight_bit);
HWY_EXPORT(find_json_special);

std::size_t find_octet(std::string_view octets, char octet) noexcept {
  if (octets.empty()) return 0;
  const void* at = std::memchr(octets.data(), static_cast<unsigned char>(octet), octets.size());
  return at == nullptr ? octets.size() : static_cast<std::size_t>(static_cast<const char*>(at) - octets.data());
}

std::size_t find_either(std::string_view octets, char a, char b) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_either)(octets, a, b);
}

std::size_t find_any_of(std::string_view octets, char a, char b, char c) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_any_of)(octets, a, b, c);
}

std::size_t find_eol(std::string_view octets) noexcept {
  return find_either(octets, '\r', '\n');
}

std::size_t find_eight_bit(std::string_view octets) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_eight_bit)(octets);
}

bool is_ascii(std::string_view octets) noexcept {
  return find_eight_bit(octets) == octets.size();
}

std::size_t find_json_special(std::string_view octets) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_json_special)(octets);
}

}  // namespace mailparse
#endif
