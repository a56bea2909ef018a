#include "analysis/domains.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

/// Second-level names by which registries of countries sort their domains.
constexpr auto registry_labels = std::to_array<std::string_view>(
    {"ac", "co", "com", "edu", "gob", "gov", "gv", "ltd", "me", "mil", "ne", "net", "nom", "or", "org", "sch"});
static_assert(std::ranges::is_sorted(registry_labels));

/// Where the label before position `end` begins.
std::size_t label_before(std::string_view domain, std::size_t end) noexcept {
  const std::size_t dot = end == 0 ? std::string_view::npos : domain.rfind('.', end - 1);
  return dot == std::string_view::npos ? 0 : dot + 1;
}

bool is_registry_label(std::string_view label) noexcept {
  return std::ranges::any_of(registry_labels, [&](std::string_view known) { return iequals(known, label); });
}

}  // namespace

std::string_view organisational_domain(std::string_view domain) noexcept {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  const std::size_t last = label_before(domain, domain.size());
  if (last == 0) return domain;
  const std::size_t second = label_before(domain, last - 1);
  if (second == 0) return domain;
  const bool country = domain.size() - last == 2;
  const std::string_view label = domain.substr(second, last - 1 - second);
  const std::size_t begin = country && is_registry_label(label) ? label_before(domain, second - 1) : second;
  return domain.substr(begin);
}

bool same_organisation(std::string_view a, std::string_view b) noexcept {
  return !a.empty() && !b.empty() && iequals(organisational_domain(a), organisational_domain(b));
}

}  // namespace mailparse
