// No Soliciting.
// RFC 3865 2.4: SOLICIT= and the keywords behind NO-SOLICITING.
#pragma once

#include <tao/pegtl.hpp>

#include "core.hpp"

namespace rfc3865 {

namespace p = tao::pegtl;
using namespace core;

// clang-format off

struct wordchar              : p::sor<let_dig, p::one<'.', '-', '_', ':'>> {};
struct word                  : p::seq<ALPHA, p::star<wordchar>> {};
struct Solicitation_keywords : p::list<word, p::one<','>> {};

// clang-format on

}  // namespace rfc3865
