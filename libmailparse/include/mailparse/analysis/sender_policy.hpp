// Who may send for a domain, by records that are known: SPF and DMARC.
// Layer: analysis. RFC 7208, RFC 7489.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/analysis/signatures.hpp>

namespace mailparse {

/// RFC 7208 2.6, as far as it can be known.
enum class SpfResult : std::uint8_t {
  pass,
  fail,
  softfail,
  neutral,
  none,       ///< the domain publishes no record
  temperror,  ///< a record that it needs could not be looked up
  permerror,  ///< the record cannot be evaluated
  unchecked,  ///< a record that it needs is not known
};

[[nodiscard]] std::string_view to_string(SpfResult result) noexcept;

struct SpfRecord {
  SpfResult result = SpfResult::unchecked;
  std::string identity;   ///< "mail_from", or "helo" where the sender is null
  std::string domain;     ///< whose record was evaluated
  std::string client_ip;  ///< the address that was judged
  std::string mechanism;  ///< the term that decided, as published; empty: none did
  std::string reason;     ///< why there is no verdict
};

/// What SPF is asked about.
struct SpfQuestion {
  std::string_view client_ip;
  std::string_view mail_from;  ///< "" for the null path
  std::string_view helo;
};

/// check_host() of RFC 7208 4, with at most ten terms that need a look-up, and at most two that find nothing. Nothing
/// where no record of the domain is known and nobody can be asked.
[[nodiscard]] std::optional<SpfRecord> evaluate_spf(const SpfQuestion& question, const DnsSources& dns);

enum class DmarcResult : std::uint8_t {
  pass,
  fail,
  temperror,  ///< a record that it needs could not be looked up
  unchecked,  ///< what it rests on is unchecked
};

[[nodiscard]] std::string_view to_string(DmarcResult result) noexcept;

struct DmarcRecord {
  DmarcResult result = DmarcResult::unchecked;
  std::string domain;  ///< of the author
  std::string policy;  ///< "none", "quarantine", "reject": what the domain asks for
  bool spf_aligned = false;
  bool dkim_aligned = false;
  std::string reason;
};

/// RFC 7489 6.6.2. `author_domain` is that of the only author in From. Nothing where no record for it is known.
[[nodiscard]] std::optional<DmarcRecord> evaluate_dmarc(std::string_view author_domain,
                                                        const std::optional<SpfRecord>& spf,
                                                        const std::vector<SignatureRecord>& signatures,
                                                        const DnsSources& dns);

}  // namespace mailparse
