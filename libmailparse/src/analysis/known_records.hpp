// Records of DNS from all sources that a judgement may use.
// Layer: analysis (private).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mailparse/analysis/signatures.hpp>
#include <mailparse/source/ip_address.hpp>

namespace mailparse {

/// The first source that knows anything answers.
class KnownRecords {
 public:
  explicit KnownRecords(const DnsSources& dns) : dns_(dns) {}

  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const { return find(name, DnsType::txt); }
  [[nodiscard]] std::vector<std::string> exchanges(std::string_view name) const { return find(name, DnsType::mx); }
  [[nodiscard]] std::vector<std::string> addresses(std::string_view name, IpAddress::Family family) const {
    return find(name, family == IpAddress::Family::ipv4 ? DnsType::a : DnsType::aaaa);
  }
  [[nodiscard]] std::vector<std::string> names_of(const std::string& address) const;
  /// Whether an address of any kind is known for the name.
  [[nodiscard]] bool knows(std::string_view name) const {
    return !find(name, DnsType::a).empty() || !find(name, DnsType::aaaa).empty();
  }

 private:
  [[nodiscard]] std::vector<std::string> find(std::string_view name, DnsType type) const;
  DnsSources dns_;
};

}  // namespace mailparse
