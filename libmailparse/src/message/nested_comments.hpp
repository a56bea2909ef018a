// Runs rules that hold comments: each comment inside another counts towards the depth.
// Layer: message (private). RFC 5322 3.2.2.
#pragma once

#include "grammar/run.hpp"
#include "rfc5322.hpp"

namespace mailparse::grammar {
template <>
inline constexpr bool nests<rfc5322::comment> = true;
}
