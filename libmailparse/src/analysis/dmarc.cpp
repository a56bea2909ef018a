#include <algorithm>

#include <mailparse/analysis/sender_policy.hpp>
#include <mailparse/base/octets.hpp>

#include "analysis/domains.hpp"
#include "analysis/known_records.hpp"
#include "analysis/tag_values.hpp"

namespace mailparse {
namespace {

/// The policy published for `domain`, as the only value; none: no policy among what is known.
KnownValues published(const KnownRecords& records, std::string_view domain) {
  KnownValues found = records.texts("_dmarc." + std::string(domain));
  const auto policy =
      std::ranges::find_if(found.values, [](const std::string& text) { return istarts_with(text, "v=DMARC1"); });
  if (policy == found.values.end()) {
    found.values.clear();
  } else {
    found.values = {*policy};
  }
  return found;
}

/// RFC 7489 3.1
bool aligned(std::string_view a, std::string_view b, bool strict) {
  return strict ? iequals(a, b) : same_organisation(a, b);
}

}  // namespace

std::string_view to_string(DmarcResult result) noexcept {
  switch (result) {
    case DmarcResult::pass:
      return "pass";
    case DmarcResult::fail:
      return "fail";
    case DmarcResult::temperror:
      return "temperror";
    case DmarcResult::unchecked:
      break;
  }
  return "unchecked";
}

std::optional<DmarcRecord> evaluate_dmarc(std::string_view author_domain, const std::optional<SpfRecord>& spf,
                                          const std::vector<SignatureRecord>& signatures, const DnsSources& dns) {
  if (dns.file == nullptr && dns.capture == nullptr && dns.resolver == nullptr) return std::nullopt;
  DmarcRecord record;
  record.domain = author_domain;
  const KnownRecords records(dns);
  const std::string_view organisation = organisational_domain(author_domain);
  KnownValues found = published(records, author_domain);
  const bool failed = found.state == KnownValues::State::failed;
  const bool inherited = found.values.empty() && !failed && !iequals(organisation, author_domain);
  if (inherited) found = published(records, organisation);
  if (found.state == KnownValues::State::failed) {
    record.result = DmarcResult::temperror;
    record.reason = "the policy could not be looked up: " + found.reason;
    return record;
  }
  if (found.values.empty()) return std::nullopt;
  const std::string& text = found.values.front();
  Silence silence;
  const TagList tags = read_tag_list({text, 0}, FieldName::unknown, silence);
  record.policy = tag_value(tags, "p").value_or("none");
  if (inherited) record.policy = tag_value(tags, "sp").value_or(record.policy);
  const bool strict_spf = tag_value(tags, "aspf").value_or("r") == "s";
  const bool strict_dkim = tag_value(tags, "adkim").value_or("r") == "s";

  bool failed_lookup = false;
  bool undecided = !spf;
  if (spf && aligned(spf->domain, author_domain, strict_spf)) {
    record.spf_aligned = spf->result == SpfResult::pass;
    undecided = spf->result == SpfResult::unchecked;
    failed_lookup = spf->result == SpfResult::temperror;
  }
  for (const SignatureRecord& signature : signatures) {
    const bool counts = signature.kind == SignatureKind::dkim && aligned(signature.domain, author_domain, strict_dkim);
    if (!counts) continue;
    record.dkim_aligned = record.dkim_aligned || signature.result == SignatureResult::pass;
    undecided = undecided || signature.result == SignatureResult::unchecked;
    failed_lookup = failed_lookup || signature.result == SignatureResult::temperror;
  }
  if (record.spf_aligned || record.dkim_aligned) {
    record.result = DmarcResult::pass;
  } else if (failed_lookup) {
    record.result = DmarcResult::temperror;
    record.reason = "a record that SPF or an aligned signature needs could not be looked up";
  } else if (undecided) {
    record.reason = "SPF or an aligned signature is unchecked";
  } else {
    record.result = DmarcResult::fail;
    record.reason = "neither SPF nor a signature of the author's domain passes";
  }
  return record;
}

}  // namespace mailparse
