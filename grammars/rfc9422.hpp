// LIMITS.
// RFC 9422 2.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc9422 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct limit_name       : p::plus<p::sor<let_dig, p::one<'-', '_'>>> {};
// Any visible octet but ';'; '=' separates only once.
struct limit_value      : p::plus<p::ranges<'!', ':', '<', '~'>> {};
struct limit_name_value : p::seq<limit_name, p::opt<p::one<'='>, limit_value>> {};
struct limits           : p::list<limit_name_value, SP> {};

// clang-format on

}  // namespace rfc9422
