// Charset labels of mail to converter names of ICU.
// Layer: message, private. IANA character sets registry, WHATWG Encoding 4.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailparse::charset {

struct Resolved {
  std::string_view name;       ///< IANA's preferred name; static storage
  std::string_view converter;  ///< ICU's converter; empty = registered, but nothing converts it
};

/// `label` may be in any case and have blanks or quotes around it.
[[nodiscard]] std::optional<Resolved> resolve(std::string_view label);

/// `label` without blanks and quotes at its ends, in lower case; empty when it is absurdly long.
[[nodiscard]] std::string normalised(std::string_view label);

}  // namespace mailparse::charset
