#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/find.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
#include <algorithm>
#include <bit>
#include <cstring>

#include <hwy/highway.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/json_escape.hpp>

#include "scan/find_pair.hpp"
#include "scan/find_scalar.hpp"
#include "scan/octet_masks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

using Tag = hn::CappedTag<std::uint8_t, 64>;

/// Index of the first of the lanes at `octets` that `test` says yes to; negative: none.
template <class D, class Test>
HWY_INLINE std::ptrdiff_t look(D d, const char* octets, Test test) {
  return hn::FindFirstTrue(d, test.lanes(d, hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(octets))));
}

/// Fewer octets than a vector has: two halves that overlap, or two quarters. What a record is made of is that short.
template <std::size_t most_lanes, class Test>
HWY_INLINE std::size_t find_in_short(std::string_view octets, Test test) {
  if constexpr (most_lanes >= 4) {
    constexpr hn::CappedTag<std::uint8_t, most_lanes> d;
    const std::size_t lanes = hn::Lanes(d);
    if (octets.size() < lanes) return find_in_short<most_lanes / 2>(octets, test);
    const std::ptrdiff_t found = look(d, octets.data(), test);
    if (found >= 0) return static_cast<std::size_t>(found);
    const std::size_t rest = octets.size() - lanes;
    const std::ptrdiff_t later = look(d, octets.data() + rest, test);
    return later >= 0 ? rest + static_cast<std::size_t>(later) : octets.size();
  } else {
    std::size_t at = 0;
    while (at < octets.size() && !test.octet(octets[at])) ++at;
    return at;
  }
}

/// Index of the first octet that `test` says yes to, or the size. `test` answers for vectors and for single octets.
template <class Test>
HWY_INLINE std::size_t find_first(std::string_view octets, Test test) {
  constexpr Tag d;
  const std::size_t lanes = hn::Lanes(d);
  if (octets.size() < lanes) return find_in_short<hn::MaxLanes(Tag()) / 2>(octets, test);
  for (std::size_t at = 0; at + lanes <= octets.size(); at += lanes) {
    const std::ptrdiff_t found = look(d, octets.data() + at, test);
    if (found >= 0) return at + static_cast<std::size_t>(found);
  }
  // The last vector once more from where it is full: what it has of the one before holds nothing.
  const std::size_t last = octets.size() - lanes;
  const std::ptrdiff_t found = look(d, octets.data() + last, test);
  return found >= 0 ? last + static_cast<std::size_t>(found) : octets.size();
}

struct IsEither {
  char a;
  char b;
  template <class D, class V>
  HWY_INLINE auto lanes(D d, V v) const {
    return hn::Or(hn::Eq(v, hn::Set(d, static_cast<std::uint8_t>(a))),
                  hn::Eq(v, hn::Set(d, static_cast<std::uint8_t>(b))));
  }
  bool octet(char o) const { return o == a || o == b; }
};

struct IsAnyOf {
  IsEither two;
  char c;
  template <class D, class V>
  HWY_INLINE auto lanes(D d, V v) const {
    return hn::Or(two.lanes(d, v), hn::Eq(v, hn::Set(d, static_cast<std::uint8_t>(c))));
  }
  bool octet(char o) const { return two.octet(o) || o == c; }
};

struct IsEightBit {
  template <class D, class V>
  HWY_INLINE auto lanes(D d, V v) const {
    const hn::RebindToSigned<D> di;
    return hn::RebindMask(d, hn::Lt(hn::BitCast(di, v), hn::Zero(di)));
  }
  bool octet(char o) const { return scalar::is_eight_bit(o); }
};

struct IsJsonSpecial {
  template <class D, class V>
  HWY_INLINE auto lanes(D d, V v) const {
    // Printable octets and SP are 0x20-0x7E; the wrap-around puts all others above.
    const auto shifted = hn::Sub(v, hn::Set(d, 0x20));
    const auto other = hn::Ne(hn::Min(shifted, hn::Set(d, 0x5E)), shifted);
    return hn::Or(other, hn::Or(hn::Eq(v, hn::Set(d, '"')), hn::Eq(v, hn::Set(d, '\\'))));
  }
  bool octet(char o) const { return scalar::is_json_special(o); }
};

template <class D, class V>
HWY_INLINE auto breaks_or_tabs(D d, V v) {
  return hn::Or(hn::Eq(v, hn::Set(d, '\t')), hn::Or(hn::Eq(v, hn::Set(d, '\r')), hn::Eq(v, hn::Set(d, '\n'))));
}

/// A vector, and the same one octet further on.
std::size_t find_irregular_white(std::string_view octets) {
  constexpr Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const auto load = [&](std::size_t at)
                        HWY_ATTR { return hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(octets.data()) + at); };
  const auto look = [&](std::size_t at) HWY_ATTR {
    const auto v = load(at);
    const auto next = load(at + 1);
    const auto space = hn::Set(d, ' ');
    const auto before_white = hn::Or(hn::Eq(next, space), breaks_or_tabs(d, next));
    return hn::FindFirstTrue(d, hn::Or(breaks_or_tabs(d, v), hn::And(hn::Eq(v, space), before_white)));
  };
  std::size_t at = 0;
  for (; at + lanes < octets.size(); at += lanes) {
    const std::ptrdiff_t found = look(at);
    if (found >= 0) return at + static_cast<std::size_t>(found);
  }
  if (octets.size() > lanes) {
    // The last octets but one once more from where they are a vector.
    const std::size_t last = octets.size() - lanes - 1;
    const std::ptrdiff_t found = look(last);
    if (found >= 0) return last + static_cast<std::size_t>(found);
    at = octets.size() - 1;
  }
  while (at < octets.size() && !scalar::is_irregular_white(octets, at)) ++at;
  return at;
}

/// Index of the first octet that `first` says yes to, in front of one that `second` does, or the size: a vector, and
/// the same one octet further on; two of each a round, for mostly there is none.
template <class First, class Second>
HWY_INLINE std::size_t find_two(std::string_view octets, First first, Second second) {
  constexpr Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const auto both = [&](std::size_t at) HWY_ATTR {
    const auto* const from = reinterpret_cast<const std::uint8_t*>(octets.data()) + at;
    return hn::And(first.lanes(d, hn::LoadU(d, from)), second.lanes(d, hn::LoadU(d, from + 1)));
  };
  std::size_t at = 0;
  for (; at + 2 * lanes < octets.size(); at += 2 * lanes) {
    const auto near = both(at);
    const auto far = both(at + lanes);
    if (HWY_LIKELY(hn::AllFalse(d, hn::Or(near, far)))) continue;
    const std::ptrdiff_t found = hn::FindFirstTrue(d, near);
    return at + (found >= 0 ? static_cast<std::size_t>(found) : lanes + hn::FindKnownFirstTrue(d, far));
  }
  while (at + 1 < octets.size() && !(first.octet(octets[at]) && second.octet(octets[at + 1]))) ++at;
  return at + 1 < octets.size() ? at : octets.size();
}

struct Is {
  char a;
  template <class D, class V>
  HWY_INLINE auto lanes(D d, V v) const {
    return hn::Eq(v, hn::Set(d, static_cast<std::uint8_t>(a)));
  }
  bool octet(char o) const { return o == a; }
};

struct IsAboveSpace {
  template <class D, class V>
  HWY_INLINE auto lanes(D d, V v) const {
    return hn::Eq(hn::Max(v, hn::Set(d, 0x21)), v);
  }
  bool octet(char o) const { return static_cast<unsigned char>(o) > ' '; }
};

std::size_t find_line(std::string_view octets, char a, char b) {
  return std::min(find_two(octets, Is{'\n'}, IsEither{a, b}) + 1, octets.size());
}

std::size_t find_pair(std::string_view octets, char a, char b) {
  return find_two(octets, Is{a}, Is{b});
}

std::size_t find_inside(std::string_view octets, char a, char b, char c) {
  return find_two(octets, IsAnyOf{{a, b}, c}, IsAboveSpace{});
}

std::size_t find_either(std::string_view octets, char a, char b) {
  return find_first(octets, IsEither{a, b});
}

std::size_t find_any_of(std::string_view octets, char a, char b, char c) {
  return find_first(octets, IsAnyOf{{a, b}, c});
}

std::size_t find_eight_bit(std::string_view octets) {
  return find_first(octets, IsEightBit{});
}

std::size_t find_json_special(std::string_view octets) {
  return find_first(octets, IsJsonSpecial{});
}

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mailparse {

HWY_EXPORT(find_line);
HWY_EXPORT(find_pair);
HWY_EXPORT(find_inside);
HWY_EXPORT(find_either);
HWY_EXPORT(find_any_of);
HWY_EXPORT(find_eight_bit);
HWY_EXPORT(find_json_special);
HWY_EXPORT(find_irregular_white);

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

std::size_t find_line(std::string_view octets, char a, char b, bool line_begins) noexcept {
  if (octets.empty() || (line_begins && (octets.front() == a || octets.front() == b))) return 0;
  return HWY_DYNAMIC_DISPATCH(find_line)(octets, a, b);
}

std::size_t find_pair(std::string_view octets, char a, char b) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_pair)(octets, a, b);
}

std::size_t find_inside(std::string_view octets, char a, char b, char c) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_inside)(octets, a, b, c);
}

std::size_t find_eol(std::string_view octets) noexcept {
  return find_either(octets, '\r', '\n');
}

std::size_t ifind(std::string_view text, std::string_view word) noexcept {
  const char lower = to_lower(word.front());
  const char upper = to_upper(word.front());
  for (std::size_t at = find_either(text, lower, upper); at + word.size() <= text.size();
       at += 1 + find_either(text.substr(at + 1), lower, upper)) {
    if (iequals(text.substr(at, word.size()), word)) return at;
  }
  return std::string_view::npos;
}

std::size_t find_eight_bit(std::string_view octets) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_eight_bit)(octets);
}

std::size_t find_irregular_white(std::string_view octets) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_irregular_white)(octets);
}

bool is_ascii(std::string_view octets) noexcept {
  return find_eight_bit(octets) == octets.size();
}

std::size_t find_json_special(std::string_view octets) noexcept {
  return HWY_DYNAMIC_DISPATCH(find_json_special)(octets);
}

}  // namespace mailparse
#endif
