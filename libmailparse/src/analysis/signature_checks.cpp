#include "analysis/signature_checks.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace mailparse {
namespace {

/// When RFC 8301 was new: older mail could not know better.
constexpr Timestamp rules_of_rfc8301{std::chrono::sys_days{std::chrono::January / 1 / 2018}};

void report_at_tag(Code code, const ReadSignature& signature, std::string_view name, DiagnosticSink& sink) {
  const Tag* const tag = signature.tags.find(name);
  const Place place = tag != nullptr ? tag->place : Place{signature.record.offset, signature.record.length};
  sink.report(make_diagnostic(code, place.offset, place.length));
}

bool lists(const ReadSignature& signature, std::string_view name) {
  return std::ranges::find(signature.record.headers, name) != signature.record.headers.end();
}

/// Whether one more field of the name could be added without breaking the signature.
bool could_grow(const ReadSignature& signature, const Message& message, FieldName field, std::string_view name) {
  const auto listed = std::ranges::count(signature.record.headers, name);
  return static_cast<std::size_t>(listed) <= message.header.count(field);
}

bool is_recent(const ReadSignature& signature, const Message& message) {
  if (signature.record.signed_at) return *signature.record.signed_at >= rules_of_rfc8301;
  const auto& date = message.fields.date;
  return date && date->date && date->date->utc >= rules_of_rfc8301;
}

}  // namespace

void check_signature(const ReadSignature& signature, const Message& message, DiagnosticSink& sink) {
  const SignatureRecord& record = signature.record;
  if (record.kind == SignatureKind::arc_seal) return;
  const bool short_key = record.key && record.key->type == "rsa" && record.key->bits < 1024;
  if ((record.algorithm == "rsa-sha1" || short_key) && is_recent(signature, message))
    report_at_tag(Code::dkim_weak_algorithm, signature, "a", sink);
  if (record.kind != SignatureKind::dkim || record.headers.empty()) return;
  if (!lists(signature, "from")) report_at_tag(Code::dkim_from_unsigned, signature, "h", sink);
  if (signature.tags.find("l") != nullptr && !lists(signature, "content-type"))
    report_at_tag(Code::dkim_content_type_unsigned, signature, "h", sink);
  struct Important {
    FieldName field;
    std::string_view name;
  };
  constexpr auto important = std::to_array<Important>(
      {{FieldName::date, "date"}, {FieldName::from, "from"}, {FieldName::subject, "subject"}, {FieldName::to, "to"}});
  const bool grows = std::ranges::any_of(
      important, [&](const Important& one) { return could_grow(signature, message, one.field, one.name); });
  if (grows) report_at_tag(Code::dkim_not_oversigned, signature, "h", sink);
}

void report_unsigned_body(std::uint64_t offset, std::uint64_t end, std::uint64_t octets, DiagnosticSink& sink) {
  Diagnostic diagnostic = make_diagnostic(Code::dkim_l_tag_unsigned_body, offset, end - std::min(offset, end));
  diagnostic.detail = std::to_string(octets) + " octets";
  sink.report(std::move(diagnostic));
}

}  // namespace mailparse
