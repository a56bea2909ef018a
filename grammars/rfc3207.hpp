// Secure SMTP over TLS.
// RFC 3207 4.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc3207 {

namespace p = tao::pegtl;

// clang-format off

struct starttls : p::istring<'S', 'T', 'A', 'R', 'T', 'T', 'L', 'S'> {};

// clang-format on

}  // namespace rfc3207
