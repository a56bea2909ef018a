// What kinds of octets a text holds, where most texts hold nothing worth a second look.
// Layer: scan.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailparse {

struct OctetSurvey {
  bool eight_bit = false;  ///< an octet of 0x80-0xFF
  bool control = false;    ///< a control other than HTAB, CR and LF, or DEL
  std::uint64_t crs = 0;
  bool operator==(const OctetSurvey&) const = default;
};

[[nodiscard]] OctetSurvey survey_octets(std::string_view octets) noexcept;

}  // namespace mailparse
