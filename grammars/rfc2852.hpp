// Deliver By.
// RFC 2852 4: BY=by-time;by-mode[by-trace].
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc2852 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct by_time  : p::seq<p::opt<p::one<'-', '+'>>, p::rep_min_max<1, 9, DIGIT>> {};
struct by_mode  : p::one<'N', 'n', 'R', 'r'> {};
struct by_trace : p::one<'T', 't'> {};
struct by_value : p::seq<by_time, p::one<';'>, by_mode, p::opt<by_trace>> {};

// clang-format on

}  // namespace rfc2852
