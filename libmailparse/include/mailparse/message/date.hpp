// Dates of header fields: Date, Resent-Date, and what stands behind the semicolon of Received.
// Layer: message. RFC 5322 3.3 and 4.3.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// A date and time as written, and the moment that it means.
struct MailDate {
  std::chrono::sys_seconds utc;
  std::chrono::minutes zone{0};  ///< what was added to UTC; 0 where the zone says nothing
  bool zone_known = true;        ///< false: -0000, none at all, a military letter or a name RFC 5322 does not know
  bool guessed = false;          ///< the text is no date-time of RFC 5322, current or obsolete
};

/// Reads a date. What the grammar takes is read as RFC 5322 says (two-digit years, obsolete zones); a text in another
/// of the shapes that mail has (asctime, RFC 850, ISO 8601, numbers for months, no zone) is read with `guessed` set.
/// nullopt when there is no date in it, or one that no calendar has.
/// Reports hdr.date-syntax for each guess and for each text that is no date.
[[nodiscard]] std::optional<MailDate> read_date(FieldText field, DiagnosticSink& sink, const Limits& limits = {});

/// RFC 3339 in UTC with nine digits of fraction, for every year that a header can name: 0 to 9999, where the
/// nanoseconds of Timestamp end in 2262.
[[nodiscard]] std::string rfc3339(std::chrono::sys_seconds time);

}  // namespace mailparse
