#include "analysis/hop_checks.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include <mailparse/base/octets.hpp>

#include "analysis/domains.hpp"

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

bool is_name(std::string_view host) noexcept {
  return host.find('.') != std::string_view::npos &&
         std::ranges::any_of(host, [](char c) { return is(OctetClass::alpha, c); }) && !host.starts_with('[');
}

/// Whether the host that gave a message on may be the one that the hop below says had it. A name that is none, such as
/// "localhost" or an address literal, may be any host.
bool may_be(const Received::From& from, std::string_view by) noexcept {
  if (!is_name(by) || iequals(by, from.ip)) return true;
  bool named = false;
  for (const std::string_view name : {from.rdns, from.helo}) {
    if (!is_name(name)) continue;
    named = true;
    if (same_organisation(name, by)) return true;
  }
  return !named;
}

}  // namespace

void check_hops(const Message& message, DiagnosticSink& sink) {
  const auto& hops = message.fields.received;
  for (std::size_t i = 0; i + 1 < hops.size(); ++i) {
    const Received& upper = hops[i].received;
    if (!upper.has_from || may_be(upper.from, hops[i + 1].received.by)) continue;
    Diagnostic diagnostic = make_diagnostic(Code::received_break, hops[i].field->offset, hops[i].field->length);
    diagnostic.detail.append("by ").append(hops[i + 1].received.by).append(", then from ");
    diagnostic.detail.append(upper.from.rdns.empty() ? upper.from.helo : upper.from.rdns);
    sink.report(std::move(diagnostic));
  }
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
