#include "analysis/known_records.hpp"

#include <array>
#include <utility>

namespace mailparse {
namespace {

struct Recorded {
  const DnsAnswers* answers;
  std::string_view name;
};

/// What is known without asking, in the order of trust.
std::array<Recorded, 2> recorded(const DnsSources& dns) noexcept {
  return {Recorded{dns.file, "dns-file"}, Recorded{dns.capture, "capture"}};
}

std::vector<std::string> data_of(std::vector<DnsAnswer> answers) {
  std::vector<std::string> data;
  for (DnsAnswer& answer : answers) data.push_back(std::move(answer.data));
  return data;
}

}  // namespace

KnownValues KnownRecords::find(std::string_view name, DnsType type) const {
  for (const auto& [answers, source] : recorded(dns_)) {
    if (answers == nullptr) continue;
    if (auto found = data_of(answers->find(name, type)); !found.empty())
      return {KnownValues::State::known, std::move(found), source, {}};
  }
  return ask(name, type);
}

KnownValues KnownRecords::names_of(const std::string& address, std::string_view reverse) const {
  for (const auto& [answers, source] : recorded(dns_)) {
    if (answers == nullptr) continue;
    if (auto names = answers->names_of(address); !names.empty())
      return {KnownValues::State::known, std::move(names), source, {}};
  }
  return ask(reverse, DnsType::ptr);
}

bool KnownRecords::knows(std::string_view name) const {
  for (const auto& [answers, source] : recorded(dns_)) {
    if (answers == nullptr) continue;
    if (!answers->find(name, DnsType::a).empty() || !answers->find(name, DnsType::aaaa).empty()) return true;
  }
  return false;
}

KnownValues KnownRecords::ask(std::string_view name, DnsType type) const {
  if (dns_.resolver == nullptr) return {};
  DnsLookup answer = dns_.resolver->look_up(name, type);
  switch (answer.outcome) {
    case DnsOutcome::found:
      return {KnownValues::State::known, std::move(answer.values), "resolver", {}};
    case DnsOutcome::absent:
      return {KnownValues::State::absent, {}, "resolver", {}};
    case DnsOutcome::failed:
      break;
  }
  return {KnownValues::State::failed, {}, "resolver", std::move(answer.reason)};
}

}  // namespace mailparse
