#include "analysis/arc_chain.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "analysis/canonical_header.hpp"
#include "analysis/tag_values.hpp"

namespace mailparse {
namespace {

/// What belongs to one instance.
struct ArcSet {
  const HeaderField* results = nullptr;
  ReadSignature* message = nullptr;
  ReadSignature* seal = nullptr;
};

/// The instance of an ARC-Authentication-Results field: its first tag. RFC 8617 4.1.1
std::optional<std::uint64_t> instance_of(const HeaderField& field) {
  Silence silence;
  const FieldText body = field.body();
  const FieldText first{body.text.substr(0, body.text.find(';')), body.offset};
  return tag_number(read_tag_list(first, FieldName::arc_seal, silence), "i");
}

/// Puts every ARC field into its set; a clause where that cannot be done.
std::string sort_sets(std::vector<ReadSignature>& signatures, const Header& header, std::vector<ArcSet>& sets) {
  sets.resize(most_arc_sets);
  std::uint64_t highest = 0;
  for (const HeaderField& field : header.fields()) {
    if (field.id != FieldName::arc_authentication_results) continue;
    const auto instance = instance_of(field);
    if (!instance || *instance == 0 || *instance > most_arc_sets) return "an ARC field has no usable instance";
    if (std::exchange(sets[*instance - 1].results, &field) != nullptr) return "an ARC field stands twice in a set";
    highest = std::max(highest, *instance);
  }
  for (ReadSignature& signature : signatures) {
    const SignatureRecord& record = signature.record;
    if (record.kind == SignatureKind::dkim) continue;
    if (!record.instance) return "an ARC field has no usable instance";
    ArcSet& set = sets[*record.instance - 1];
    ReadSignature*& place = record.kind == SignatureKind::arc_seal ? set.seal : set.message;
    if (std::exchange(place, &signature) != nullptr) return "an ARC field stands twice in a set";
    highest = std::max<std::uint64_t>(highest, *record.instance);
  }
  sets.resize(highest);
  for (const ArcSet& set : sets) {
    if (set.results == nullptr || set.message == nullptr || set.seal == nullptr) return "a set is not complete";
  }
  return {};
}

/// What the seal of the last of `sets` signs. RFC 8617 5.1.1
std::string sealed_text(std::span<const ArcSet> sets) {
  std::string text;
  for (const ArcSet& set : sets) {
    text += canonical_field(set.results->raw, Canonical::relaxed);
    text += canonical_field(set.message->field->raw, Canonical::relaxed);
    const bool own = &set == &sets.back();
    const std::string_view seal = set.seal->field->raw;
    text += canonical_field(own ? without_signature_value(seal) : std::string(seal), Canonical::relaxed);
  }
  text.resize(text.size() - 2);
  return text;
}

ArcRecord judged(std::uint32_t instances, SignatureResult result, std::string_view reason) {
  return {instances, result, std::string(reason)};
}

}  // namespace

std::optional<ArcRecord> verify_arc(std::vector<ReadSignature>& signatures, const Header& header, KeyRing& keys) {
  std::vector<ArcSet> sets;
  const bool any = header.first(FieldName::arc_authentication_results) != nullptr ||
                   std::ranges::any_of(signatures, [](const ReadSignature& signature) {
                     return signature.record.kind != SignatureKind::dkim;
                   });
  if (!any) return std::nullopt;
  const std::string fault = sort_sets(signatures, header, sets);
  const auto count = static_cast<std::uint32_t>(sets.size());
  if (!fault.empty()) return judged(count, SignatureResult::permerror, fault);
  SignatureResult worst = SignatureResult::pass;
  std::string reason;
  const auto consider = [&](SignatureResult result, std::string_view why) {
    if (result == SignatureResult::pass || worst == SignatureResult::fail) return;
    // A seal that cannot be checked leaves the chain unknown; anything else breaks it.
    const bool open = result == SignatureResult::unchecked || result == SignatureResult::temperror;
    worst = open ? result : SignatureResult::fail;
    reason = why;
  };
  for (std::size_t index = 0; index < sets.size(); ++index) {
    ReadSignature& seal = *sets[index].seal;
    verify_text(seal, sealed_text(std::span(sets).first(index + 1)), keys);
    if (tag_value(seal.tags, "cv").value_or("") != (index == 0 ? "none" : "pass"))
      consider(SignatureResult::fail, "a seal says that the chain was broken before it");
    consider(seal.record.result, seal.record.reason);
  }
  const SignatureRecord& last = sets.back().message->record;
  consider(last.result, last.reason);
  return judged(count, worst, reason);
}

}  // namespace mailparse
