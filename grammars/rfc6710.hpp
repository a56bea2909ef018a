// Message Transfer Priorities.
// RFC 6710 4.1, 5.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc6710 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct priority_value : p::sor<p::seq<p::opt<p::one<'-'>>, p::range<'1', '9'>>, p::one<'0'>> {};

// clang-format on

}  // namespace rfc6710
