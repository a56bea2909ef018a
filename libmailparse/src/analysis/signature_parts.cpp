#include "analysis/signature_parts.hpp"

#include <utility>

#include <mailparse/base/octets.hpp>

#include "analysis/canonical_header.hpp"
#include "analysis/tag_values.hpp"

namespace mailparse {
namespace {

/// RFC 8301 3.2: shorter ones can be broken, and verifiers must not believe them.
constexpr std::uint32_t least_rsa_bits = 1024;

/// Why a signature that verifies is not to be relied upon; empty where it is.
std::string objection(const ReadSignature& signature, const PublicKey& key, const KeyRing& keys) {
  const SignatureRecord& record = signature.record;
  if (record.algorithm == "rsa-sha1") return "rsa-sha1 is not to be relied upon";
  if (key.type() == "rsa" && key.bits() < least_rsa_bits) return "the key is too short";
  if (record.expires && keys.received() && *keys.received() > *record.expires) return "it had expired";
  return {};
}

/// i= must be of the domain, of the very domain where the key says so. RFC 6376 3.5, 3.6.1
bool identity_fits(const ReadSignature& signature, const PublicKey& key) {
  if (signature.record.kind != SignatureKind::dkim) return true;
  auto identity = tag_value(signature.tags, "i");
  if (!identity) return true;
  const std::size_t at = identity->rfind('@');
  if (at == std::string::npos) return false;
  const std::string domain = lower_case(std::string_view(*identity).substr(at + 1));
  if (domain == signature.record.domain) return true;
  return !key.strict_domain() && domain.ends_with("." + signature.record.domain);
}

void settle(SignatureRecord& record, SignatureResult result, std::string_view reason) {
  record.result = result;
  record.reason = reason;
}

}  // namespace

const KeyRing::Entry& KeyRing::find(const std::string& domain, const std::string& selector) {
  std::string name = selector;
  name.append("._domainkey.").append(domain);
  const auto [at, added] = entries_.try_emplace(name);
  Entry& entry = at->second;
  if (!added) return entry;
  const KnownValues found = records_.texts(name);
  switch (found.state) {
    case KnownValues::State::known:
      for (const std::string& text : found.values) {
        auto key = PublicKey::read(text);
        if (!key) {
          entry.without = SignatureResult::permerror;
          entry.fault = key.error();
          continue;
        }
        entry.about = {std::string(found.source), key->type(), key->bits()};
        entry.key = std::move(*key);
        return entry;
      }
      break;
    case KnownValues::State::absent:
      entry.without = SignatureResult::permerror;
      entry.fault = "no key is published";
      break;
    case KnownValues::State::failed:
      entry.without = SignatureResult::temperror;
      entry.fault = "the key could not be looked up: " + found.reason;
      break;
    case KnownValues::State::unknown:
      entry.fault = "no key is known";
      break;
  }
  return entry;
}

void verify_text(ReadSignature& signature, std::string_view text, KeyRing& keys) {
  SignatureRecord& record = signature.record;
  if (record.result == SignatureResult::permerror) return;
  const KeyRing::Entry& entry = keys.find(record.domain, record.selector);
  const bool body_differs = record.body_matches == false;
  if (!entry.key) {
    const bool may_pass = entry.without != SignatureResult::permerror;
    if (may_pass && body_differs) return settle(record, SignatureResult::fail, "the body is not what was signed");
    return settle(record, entry.without, entry.fault);
  }
  record.key = entry.about;
  const std::string_view algorithm = record.algorithm;
  if (!entry.key->allows(algorithm.substr(algorithm.find('-') + 1)))
    return settle(record, SignatureResult::permerror, "the key does not allow the algorithm");
  if (!identity_fits(signature, *entry.key))
    return settle(record, SignatureResult::permerror, "i= is not of the domain");
  record.header_verifies = entry.key->verifies(algorithm, text, signature.value);
  if (body_differs) return settle(record, SignatureResult::fail, "the body is not what was signed");
  if (!*record.header_verifies) return settle(record, SignatureResult::fail, "the header is not what was signed");
  if (record.kind != SignatureKind::arc_seal && !record.body_matches)
    return settle(record, SignatureResult::unchecked, "the body was not seen whole");
  const std::string against = objection(signature, *entry.key, keys);
  settle(record, against.empty() ? SignatureResult::pass : SignatureResult::policy, against);
}

void verify(ReadSignature& signature, const Header& header, KeyRing& keys) {
  if (signature.record.result == SignatureResult::permerror || !signature.forms) return;
  const Canonical form = signature.forms->first;
  std::string text = canonical_fields(header, signature.record.headers, form);
  std::string own = canonical_field(without_signature_value(signature.field->raw), form);
  own.resize(own.size() - 2);  // its line end is not signed
  verify_text(signature, text.append(own), keys);
}

}  // namespace mailparse
