// What the answers in a capture said, to be asked by name and by address.
// Layer: source. RFC 1035, RFC 7208, RFC 6376 3.6.2 (the records that mail asks for).
//
// A passive store: it knows what was answered, not what is true. How long an answer was good for is not regarded; one
// that was seen before a conversation began is what its ends may have acted on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mailparse/source/dns.hpp>

namespace mailparse {

/// Keeps answers up to a number of octets; those not seen again for longest go first. Not for concurrent use.
class DnsAnswers final : public DnsSink {
 public:
  explicit DnsAnswers(std::size_t most_octets = std::size_t{64} * 1024 * 1024) noexcept : most_octets_(most_octets) {}

  void on_dns(std::string_view message, const Stamp& stamp) override;
  /// A record that is known from elsewhere, at all times.
  void add(const DnsRecord& record);

  /// Values of that type for `name`, in any letter case, that were seen before `time` (absent: at all), the one seen
  /// last first. At most 64.
  [[nodiscard]] std::vector<DnsAnswer> find(std::string_view name, DnsType type,
                                            const std::optional<Timestamp>& before = {}) const;
  /// Names for an address: those that A and AAAA answers gave it to, and those that PTR answers gave.
  [[nodiscard]] std::vector<std::string> names_of(std::string_view address,
                                                  const std::optional<Timestamp>& before = {}) const;
  /// Domains whose MX answers name that host.
  [[nodiscard]] std::vector<std::string> mail_domains_of(std::string_view host,
                                                         const std::optional<Timestamp>& before = {}) const;

 private:
  using Values = std::vector<DnsAnswer>;
  using Generation = std::unordered_map<std::string, Values>;

  void keep(std::string key, std::string_view data, std::uint16_t preference, const Stamp& stamp);
  void keep_record(const DnsRecord& record, const std::string& question, const Stamp& stamp);
  [[nodiscard]] Values values_of(const std::string& key, const std::optional<Timestamp>& before) const;

  std::size_t most_octets_;
  Generation young_;
  Generation old_;  ///< goes when the young one is full
  std::size_t young_octets_ = 0;
  std::uint64_t order_ = 0;
};

}  // namespace mailparse
