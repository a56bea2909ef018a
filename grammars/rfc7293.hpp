// Require-Recipient-Valid-Since.
// RFC 7293 3.1, 7: RRVS=date-time[;C|R].
#pragma once

#include <tao/pegtl.hpp>

#include "rfc3339.hpp"

namespace rfc7293 {

namespace p = tao::pegtl;

// clang-format off

struct rrvs_value : p::seq<rfc3339::date_time, p::opt<p::one<';'>, p::one<'C', 'c', 'R', 'r'>>> {};

// clang-format on

}  // namespace rfc7293
