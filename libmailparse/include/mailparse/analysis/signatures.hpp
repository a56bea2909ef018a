// Signatures of a message verified with the keys that are known: DKIM and ARC.
// Layer: analysis. RFC 6376, RFC 8301, RFC 8463, RFC 8617.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/time.hpp>
#include <mailparse/source/dns_answers.hpp>
#include <mailparse/source/dns_resolver.hpp>

namespace mailparse {

/// Where the records come from that say who may sign and send. Null members are not asked; the first that knows
/// anything answers.
struct DnsSources {
  const DnsAnswers* file = nullptr;     ///< records given by hand
  const DnsAnswers* capture = nullptr;  ///< answers seen in the capture
  DnsResolver* resolver = nullptr;      ///< asked for what neither has; what it does not find does not exist
};

enum class SignatureKind : std::uint8_t {
  dkim,         ///< DKIM-Signature
  arc_message,  ///< ARC-Message-Signature
  arc_seal,     ///< ARC-Seal
};

[[nodiscard]] std::string_view to_string(SignatureKind kind) noexcept;

/// What a verifier may say of a signature. RFC 8601 2.7.1, as far as it can be known here.
enum class SignatureResult : std::uint8_t {
  pass,
  fail,       ///< body or header differ from what was signed
  policy,     ///< it verifies, but is expired, or rests on what RFC 8301 forbids
  temperror,  ///< its key could not be looked up
  permerror,  ///< the signature or its key cannot be used
  unchecked,  ///< no key is known
};

[[nodiscard]] std::string_view to_string(SignatureResult result) noexcept;

/// The key that a signature names.
struct SignatureKey {
  std::string source;  ///< "dns-file", "capture" or "resolver"
  std::string type;    ///< "rsa" or "ed25519"
  std::uint32_t bits = 0;
};

struct SignatureRecord {
  SignatureKind kind{};
  std::uint64_t offset = 0;  ///< of the field in the message
  std::uint64_t length = 0;
  std::optional<std::uint32_t> instance;         ///< ARC
  std::string domain;                            ///< d=
  std::string selector;                          ///< s=
  std::string algorithm;                         ///< a=
  std::string canonicalization;                  ///< "relaxed/simple": of header and body; empty for seals
  std::vector<std::string> headers;              ///< h=, in lower case
  std::optional<bool> body_matches;              ///< bh= against the body; absent for seals and where it cannot be made
  std::optional<bool> header_verifies;           ///< b= against the header; absent without a key
  std::optional<std::uint64_t> signed_octets;    ///< l=
  std::optional<std::uint64_t> unsigned_octets;  ///< of the canonical body behind them
  std::optional<Timestamp> signed_at;            ///< t=
  std::optional<Timestamp> expires;              ///< x=
  std::optional<SignatureKey> key;
  SignatureResult result = SignatureResult::unchecked;
  std::string reason;  ///< a clause for people; empty for pass
};

/// The chain of ARC sets. RFC 8617 5.2.
struct ArcRecord {
  std::uint32_t instances = 0;  ///< highest one
  SignatureResult result = SignatureResult::unchecked;
  std::string reason;
};

}  // namespace mailparse
