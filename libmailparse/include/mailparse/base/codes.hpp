// The identifiers of codes.def.
// Layer: base.
#pragma once

#include <cstdint>

namespace mailparse {

/// One identifier a code: `Code::smtp_eod_nonstandard` is "smtp.eod.nonstandard".
enum class Code : std::uint16_t {
#define MAILPARSE_CODE(identifier, name, severity, source, text) identifier,
#include <mailparse/base/codes.def>
#undef MAILPARSE_CODE
};

}  // namespace mailparse
