// Leaf rules that take a whole run of octets at once.
//
// `run_of<Ranges...>` is `plus<ranges<...>>` with one table look per octet and no rule start for each: text of header
// fields is mostly such runs, and this is what makes the grammars of this folder fast.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/analyze_traits.hpp>

namespace leaf {

/// A set of octets, given by a constexpr predicate over `unsigned`.
template <bool (*Holds)(unsigned)>
inline constexpr std::array<bool, 256> table_of = [] {
  std::array<bool, 256> table{};
  for (unsigned octet = 0; octet < 256; ++octet) table[octet] = Holds(octet);
  return table;
}();

/// One or more octets of the set: as many as there are.
template <bool (*Holds)(unsigned)>
struct run_of {
  using rule_t = run_of;
  using subs_t = tao::pegtl::empty_list;

  template <typename Input>
  [[nodiscard]] static bool match(Input& in) noexcept {
    const char* const begin = in.current();
    const char* const end = in.end();
    const char* at = begin;
    while (at != end && table_of<Holds>[static_cast<unsigned char>(*at)]) ++at;
    if (at == begin) return false;
    in.bump(static_cast<std::size_t>(at - begin));
    return true;
  }
};

/// Everything before the first `First Second`, which may be nothing; fails where these two do not follow.
template <char First, char Second>
struct before_pair {
  using rule_t = before_pair;
  using subs_t = tao::pegtl::empty_list;

  template <typename Input>
  [[nodiscard]] static bool match(Input& in) noexcept {
    constexpr char pair[] = {First, Second};
    const std::string_view rest(in.current(), in.size());
    const std::size_t found = rest.find(std::string_view(pair, 2));
    if (found == rest.npos) return false;
    in.bump(found);
    return true;
  }
};

}  // namespace leaf

namespace tao::pegtl {

template <typename Name, bool (*Holds)(unsigned)>
struct analyze_traits<Name, leaf::run_of<Holds>> : analyze_any_traits<> {};

template <typename Name, char First, char Second>
struct analyze_traits<Name, leaf::before_pair<First, Second>> : analyze_opt_traits<> {};

}  // namespace tao::pegtl
