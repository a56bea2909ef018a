// Large and Binary MIME Messages.
// RFC 3030 2, 3: BDAT, BODY=BINARYMIME.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc3030 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct chunk_size : p::plus<DIGIT> {};
struct end_marker : p::istring<'L', 'A', 'S', 'T'> {};
struct bdat       : p::seq<p::istring<'B', 'D', 'A', 'T'>, SP, chunk_size, p::opt<SP, end_marker>> {};

// BODY: RFC 6152 2 and RFC 3030 3
struct body_value : p::sor<p::istring<'8', 'B', 'I', 'T', 'M', 'I', 'M', 'E'>, p::istring<'7', 'B', 'I', 'T'>, p::istring<'B', 'I', 'N', 'A', 'R', 'Y', 'M', 'I', 'M', 'E'>> {};

// clang-format on

}  // namespace rfc3030
