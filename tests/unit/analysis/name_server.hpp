// A name server for tests of what is looked up.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mailparse/analysis/signatures.hpp>

namespace mailparse::test {

/// Knows what it was told, fails for names that begin with "failing", and remembers its questions.
class NameServer final : public DnsResolver {
 public:
  void add(DnsType type, std::string name, std::string value) {
    known_[{type, std::move(name)}].push_back(std::move(value));
  }
  DnsLookup look_up(std::string_view name, DnsType type) override {
    asked.emplace_back(name);
    if (name.starts_with("failing")) return {DnsOutcome::failed, {}, "SERVFAIL"};
    const auto at = known_.find({type, std::string(name)});
    if (at == known_.end()) return {DnsOutcome::absent, {}, {}};
    return {DnsOutcome::found, at->second, {}};
  }
  std::vector<std::string> asked;

 private:
  std::map<std::pair<DnsType, std::string>, std::vector<std::string>> known_;
};

}  // namespace mailparse::test
