// Date and time on the Internet.
// RFC 3339 5.6.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc3339 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct full_date    : p::seq<p::rep<4, DIGIT>, p::one<'-'>, p::rep<2, DIGIT>, p::one<'-'>, p::rep<2, DIGIT>> {};
struct partial_time : p::seq<p::rep<2, DIGIT>, p::one<':'>, p::rep<2, DIGIT>, p::one<':'>, p::rep<2, DIGIT>,
                             p::opt<p::one<'.'>, p::plus<DIGIT>>> {};
struct time_offset  : p::sor<p::one<'Z', 'z'>, p::seq<p::one<'+', '-'>, p::rep<2, DIGIT>, p::one<':'>, p::rep<2, DIGIT>>> {};
struct date_time    : p::seq<full_date, p::one<'T', 't'>, partial_time, time_offset> {};

// clang-format on

}  // namespace rfc3339
