// Enhanced Mail System Status Codes.
// RFC 3463 2, RFC 2034 4.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc3463 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct status_class  : p::one<'2', '4', '5'> {};
struct subject       : p::rep_min_max<1, 3, DIGIT> {};
struct detail        : p::rep_min_max<1, 3, DIGIT> {};
struct status_code   : p::seq<status_class, p::one<'.'>, subject, p::one<'.'>, detail> {};
// At the start of a reply's text, where SP or the end must follow.
struct reply_prefix  : p::seq<status_code, p::sor<p::at<SP>, p::eof>> {};

// clang-format on

}  // namespace rfc3463
