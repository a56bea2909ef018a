// Somebody who can be asked for DNS records while a message is judged.
// Layer: source. RFC 1034 5.
//
// The library never asks anybody by itself: who wants live records passes a resolver, and decides what it may do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/source/dns.hpp>

namespace mailparse {

/// What came of a question.
enum class DnsOutcome : std::uint8_t {
  found,   ///< there are records
  absent,  ///< there are none, for certain: NXDOMAIN, or no record of that type
  failed,  ///< nothing can be said: no answer, SERVFAIL, an answer that cannot be read
};

struct DnsLookup {
  DnsOutcome outcome = DnsOutcome::failed;
  std::vector<std::string> values;  ///< data as in DnsRecord
  std::string reason;               ///< why it failed; a clause for people
};

class DnsResolver {
 public:
  virtual ~DnsResolver() = default;
  /// Records of `name`, a CNAME followed. Waits for a bounded time; may be called by several threads.
  [[nodiscard]] virtual DnsLookup look_up(std::string_view name, DnsType type) = 0;
};

}  // namespace mailparse
