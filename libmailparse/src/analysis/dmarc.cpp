#include <algorithm>

#include <mailparse/analysis/sender_policy.hpp>
#include <mailparse/base/octets.hpp>

#include "analysis/domains.hpp"
#include "analysis/known_records.hpp"
#include "analysis/tag_values.hpp"

namespace mailparse {
namespace {

/// The record published for `domain`; empty where none is known.
std::string published(const KnownRecords& records, std::string_view domain) {
  for (const std::string& text : records.texts("_dmarc." + std::string(domain))) {
    if (istarts_with(text, "v=DMARC1")) return text;
  }
  return {};
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
    case DmarcResult::unchecked:
      break;
  }
  return "unchecked";
}

std::optional<DmarcRecord> evaluate_dmarc(std::string_view author_domain, const std::optional<SpfRecord>& spf,
                                          const std::vector<SignatureRecord>& signatures, const DnsSources& dns) {
  DmarcRecord record;
  record.domain = author_domain;
  const KnownRecords records(dns);
  const std::string_view organisation = organisational_domain(author_domain);
  std::string text = published(records, author_domain);
  const bool inherited = text.empty() && !iequals(organisation, author_domain);
  if (inherited) text = published(records, organisation);
  if (text.empty()) return std::nullopt;
  Silence silence;
  const TagList tags = read_tag_list({text, 0}, FieldName::unknown, silence);
  record.policy = tag_value(tags, "p").value_or("none");
  if (inherited) record.policy = tag_value(tags, "sp").value_or(record.policy);
  const bool strict_spf = tag_value(tags, "aspf").value_or("r") == "s";
  const bool strict_dkim = tag_value(tags, "adkim").value_or("r") == "s";

  bool undecided = !spf;
  if (spf && aligned(spf->domain, author_domain, strict_spf)) {
    record.spf_aligned = spf->result == SpfResult::pass;
    undecided = spf->result == SpfResult::unchecked;
  }
  for (const SignatureRecord& signature : signatures) {
    const bool counts = signature.kind == SignatureKind::dkim && aligned(signature.domain, author_domain, strict_dkim);
    if (!counts) continue;
    record.dkim_aligned = record.dkim_aligned || signature.result == SignatureResult::pass;
    undecided = undecided || signature.result == SignatureResult::unchecked;
  }
  if (record.spf_aligned || record.dkim_aligned) {
    record.result = DmarcResult::pass;
  } else if (undecided) {
    record.reason = "SPF or an aligned signature is unchecked";
  } else {
    record.result = DmarcResult::fail;
    record.reason = "neither SPF nor a signature of the author's domain passes";
  }
  return record;
}

}  // namespace mailparse
