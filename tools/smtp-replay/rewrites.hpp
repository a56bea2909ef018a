// What a replay says otherwise than the record: names, addresses, header fields.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smtp-replay/safety.hpp"

namespace mailparse::tools {

/// Domains of the record and what is put in their place, below them too: "real.com" makes mx.real.com mx.example.test.
class DomainRewrites {
 public:
  /// "OLD=NEW"; the error is for people.
  [[nodiscard]] std::expected<void, std::string> add(std::string_view definition);
  /// `domain` with its end rewritten, or as it is.
  [[nodiscard]] std::string of_domain(std::string_view domain) const;
  /// The same for what stands behind the last '@' of an address.
  [[nodiscard]] std::string of_address(std::string_view address) const;

 private:
  std::map<std::string, std::string> domains_;
};

struct Rewrites {
  std::string helo;                      ///< name for HELO, EHLO and LHLO; empty: as recorded
  std::optional<std::string> mail_from;  ///< for every sender but the null path
  AddressRewrites recipients;
  DomainRewrites domains;                                          ///< of all that the three above leave alone
  std::vector<std::pair<std::string, std::string>> header_fields;  ///< set in every message
  bool fresh_ids = false;  ///< each message gets a Message-ID and Date of its own
};

/// What was done to a message on its way to the wire.
struct RewrittenMessage {
  std::string octets;
  std::vector<std::string> notes;  ///< for people
};

/// Takes Bcc and all requests for receipts out of the header, and sets what `rewrites` says. RFC 5322 3.6.3, RFC
/// 8098 2.1.
[[nodiscard]] RewrittenMessage rewrite_message(std::string_view message, const Rewrites& rewrites);

}  // namespace mailparse::tools
