// Message Size Declaration.
// RFC 1870 4, 6.1: SIZE in the reply to EHLO and as a parameter of MAIL.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc1870 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct size_value : p::rep_min_max<1, 20, DIGIT> {};

// clang-format on

}  // namespace rfc1870
