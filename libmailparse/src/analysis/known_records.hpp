// Records of DNS from all sources that a judgement may use.
// Layer: analysis (private).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/analysis/signatures.hpp>
#include <mailparse/source/ip_address.hpp>

namespace mailparse {

/// What is known of a name.
struct KnownValues {
  enum class State : std::uint8_t {
    known,    ///< these values
    absent,   ///< there are none, says a resolver
    failed,   ///< a resolver was asked in vain
    unknown,  ///< no source knows, and nobody can be asked
  };
  State state = State::unknown;
  std::vector<std::string> values;
  std::string_view source;  ///< "dns-file", "capture", "resolver"
  std::string reason;       ///< of a failure
};

/// The first source that knows anything answers.
class KnownRecords {
 public:
  explicit KnownRecords(const DnsSources& dns) : dns_(dns) {}

  [[nodiscard]] KnownValues texts(std::string_view name) const { return find(name, DnsType::txt); }
  [[nodiscard]] KnownValues exchanges(std::string_view name) const { return find(name, DnsType::mx); }
  [[nodiscard]] KnownValues addresses(std::string_view name, IpAddress::Family family) const {
    return find(name, family == IpAddress::Family::ipv4 ? DnsType::a : DnsType::aaaa);
  }
  /// `reverse` is the name that stands for the address, below in-addr.arpa or ip6.arpa.
  [[nodiscard]] KnownValues names_of(const std::string& address, std::string_view reverse) const;
  /// Whether an address of any kind is known for the name without asking.
  [[nodiscard]] bool knows(std::string_view name) const;

 private:
  [[nodiscard]] KnownValues find(std::string_view name, DnsType type) const;
  [[nodiscard]] KnownValues ask(std::string_view name, DnsType type) const;
  DnsSources dns_;
};

}  // namespace mailparse
