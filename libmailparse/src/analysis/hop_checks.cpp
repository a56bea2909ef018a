#include "analysis/hop_checks.hpp"

#include <chrono>
#include <string>

namespace mailparse {
namespace {

/// Clocks of honest servers differ by as much.
constexpr std::chrono::seconds clock_tolerance = std::chrono::minutes(10);
/// Authors' clocks and time zones are worse.
constexpr std::chrono::seconds author_tolerance = std::chrono::hours(25);

void report(DiagnosticSink& sink, Code code, const Place& place, std::chrono::seconds by) {
  Diagnostic diagnostic = make_diagnostic(code, place.offset, place.length);
  diagnostic.detail = std::to_string(by.count()) + " s";
  sink.report(std::move(diagnostic));
}

}  // namespace

void check_hops(const Message& message, DiagnosticSink& sink) {
  const auto& hops = message.fields.received;
  const MailDate* before = nullptr;
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const auto& date = hop->received.date;
    if (!date || date->guessed) continue;
    const Place place = hop->received.date_place;
    if (before != nullptr && before->utc - date->utc > clock_tolerance)
      report(sink, Code::received_time_travel, place, before->utc - date->utc);
    const auto& written = message.fields.date;
    if (before == nullptr && written && written->date && written->date->utc - date->utc > author_tolerance)
      report(sink, Code::received_before_date, place, written->date->utc - date->utc);
    before = &*date;
  }
}

}  // namespace mailparse
