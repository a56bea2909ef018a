// survey_octets() one octet at a time.
// Layer: scan, private.
#pragma once

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/octet_survey.hpp>

namespace mailparse::scalar {

inline OctetSurvey survey_octets(std::string_view octets) noexcept {
  OctetSurvey survey;
  for (const char c : octets) {
    if (is(OctetClass::high, c)) survey.eight_bit = true;
    if (is(OctetClass::control, c) && c != '\t' && c != '\r' && c != '\n') survey.control = true;
    if (c == '\r') ++survey.crs;
  }
  return survey;
}

}  // namespace mailparse::scalar
