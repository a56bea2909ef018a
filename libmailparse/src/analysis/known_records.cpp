#include "analysis/known_records.hpp"

namespace mailparse {

std::vector<std::string> KnownRecords::find(std::string_view name, DnsType type) const {
  std::vector<std::string> found;
  for (const DnsAnswers* const answers : {dns_.file, dns_.capture}) {
    if (answers == nullptr) continue;
    for (DnsAnswer& answer : answers->find(name, type)) found.push_back(std::move(answer.data));
    if (!found.empty()) break;
  }
  return found;
}

std::vector<std::string> KnownRecords::names_of(const std::string& address) const {
  for (const DnsAnswers* const answers : {dns_.file, dns_.capture}) {
    if (answers == nullptr) continue;
    if (auto names = answers->names_of(address); !names.empty()) return names;
  }
  return {};
}

}  // namespace mailparse
