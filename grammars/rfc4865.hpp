// Future Message Release.
// RFC 4865 3.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"
#include "rfc3339.hpp"

namespace rfc4865 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct hold_for_value   : p::rep_min_max<1, 9, DIGIT> {};
struct hold_until_value : rfc3339::date_time {};

// clang-format on

}  // namespace rfc4865
