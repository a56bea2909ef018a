// Message Submission BURL.
// RFC 4468 3.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"
#include "rfc3030.hpp"

namespace rfc4468 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

// absolute-URI is taken as a run of visible octets: the session hands it on and does not follow it.
struct absolute_URI : p::plus<VCHAR> {};
struct burl_cmd     : p::seq<p::istring<'B', 'U', 'R', 'L'>, SP, absolute_URI, p::opt<SP, rfc3030::end_marker>> {};

// clang-format on

}  // namespace rfc4468
