#include <algorithm>
#include <array>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/content_type.hpp>
#include <mailparse/message/entity_head.hpp>
#include <mailparse/message/file_name.hpp>
#include <mailparse/scan/find.hpp>

#include "message/lexical.hpp"

namespace mailparse {
namespace {

struct Mechanism {
  std::string_view name;
  TransferEncoding encoding;
};
constexpr std::array mechanisms{
    Mechanism{"7bit", TransferEncoding::seven_bit},
    Mechanism{"8bit", TransferEncoding::eight_bit},
    Mechanism{"base64", TransferEncoding::base64},
    Mechanism{"binary", TransferEncoding::binary},
    Mechanism{"quoted-printable", TransferEncoding::quoted_printable},
    Mechanism{"uuencode", TransferEncoding::uuencode},
    Mechanism{"x-uue", TransferEncoding::uuencode},
    Mechanism{"x-uuencode", TransferEncoding::uuencode},
    Mechanism{"x-yenc", TransferEncoding::yenc},
};

TransferEncoding find_mechanism(std::string_view name) noexcept {
  const auto found = std::ranges::find(mechanisms, name, &Mechanism::name);
  return found != mechanisms.end() ? found->encoding : TransferEncoding::unknown;
}

/// The second field of that name, where a header has several.
const HeaderField* second(const Header& header, FieldName name) noexcept {
  const HeaderField* first = header.first(name);
  for (const HeaderField& field : header.fields()) {
    if (field.id == name && &field != first) return &field;
  }
  return nullptr;
}

void report_duplicates(const Header& header, FieldName name, Code code, DiagnosticSink& sink) {
  const HeaderField* other = second(header, name);
  if (other == nullptr) return;
  Diagnostic diagnostic = make_diagnostic(code, other->offset, other->length);
  diagnostic.count = header.count(name);
  sink.report(std::move(diagnostic));
}

void read_boundary(EntityHead& head, const ContentType& type) {
  // RFC 2231 was not made for boundaries and few readers join one: the plain form counts where both are given.
  const Parameter* plain = type.parameters.find_plain("boundary");
  const Parameter* best = plain != nullptr ? plain : type.parameters.find("boundary");
  if (best == nullptr) return;
  head.boundary = best->octets;
  head.boundary_offset = best->value_offset;
  head.boundary_length = best->value_length;
  head.other_boundary = best->other;
  for (const Parameter& parameter : type.parameters.items) {
    const bool differs = parameter.name == "boundary" && parameter.octets != best->octets;
    if (head.other_boundary.empty() && differs) head.other_boundary = parameter.octets;
  }
}

struct HiddenBoundary {
  std::string value;
  std::size_t at = 0;      ///< of its name in the field's value
  bool parameter = false;  ///< stands where a parameter does, but for the comment around it
};

/// The boundary that readers without comments take from inside one.
HiddenBoundary boundary_in_comment(std::string_view text, const Limits& limits) {
  constexpr std::string_view name = "boundary=";
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '(' && text[at] != '"') {
      ++at;
      continue;
    }
    const bool quoted = text[at] == '"';
    const lexical::Span span =
        quoted ? lexical::scan_quoted(text, at) : lexical::scan_comment(text, at, limits.comment_depth);
    const std::string_view inside = text.substr(at, span.size());
    const std::size_t begin = std::exchange(at, std::max(span.end, at + 1));
    const std::size_t found = quoted ? inside.npos : ifind(inside, name);
    if (found == inside.npos) continue;
    std::string_view value = inside.substr(found + name.size());
    if (value.starts_with('"')) value.remove_prefix(1);
    const std::size_t before = inside.substr(0, found).find_last_not_of(" \t\r\n");
    const bool parameter = before != inside.npos && inside[before] == ';';
    return {std::string(value.substr(0, value.find_first_of("\"; \t\r\n)"))), begin + found, parameter};
  }
  return {};
}

/// The boundary of a second Content-Type field, for readers that see that one.
std::string boundary_of_second(const EntityHead& head, const Header& header, const Limits& limits) {
  const HeaderField* const other = second(header, FieldName::content_type);
  if (other == nullptr) return {};
  Silence silence;
  Arena arena;
  const ContentType type = read_content_type(other->body(), true, arena, silence, limits);
  const Parameter* const boundary = type.parameters.find("boundary");
  return boundary != nullptr && boundary->octets != head.boundary ? std::string(boundary->octets) : std::string();
}

/// Another boundary that some readers see: of a second field, or with quoted-pairs as they stand.
std::string boundary_elsewhere(const EntityHead& head, const Header& header, const Limits& limits) {
  if (std::string other = boundary_of_second(head, header, limits); !other.empty()) return other;
  const HeaderField& field = *header.first(FieldName::content_type);
  const std::uint64_t at = head.boundary_offset - field.value_offset;
  if (head.boundary_length < 2 || at >= field.value.size()) return {};
  const std::string_view written =
      field.value.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(head.boundary_length));
  if (!written.starts_with('"') || !written.contains('\\')) return {};
  return std::string(written.substr(1, written.size() - 2));
}

void check_hidden_boundary(EntityHead& head, const HeaderField& field, DiagnosticSink& sink, const Limits& limits) {
  HiddenBoundary hidden = boundary_in_comment(field.value, limits);
  if (hidden.value.empty() || hidden.value == head.boundary) return;
  constexpr std::size_t name_octets = 9;  // "boundary="
  Diagnostic diagnostic = make_diagnostic(Code::mime_boundary_duplicate_param, field.value_offset + hidden.at,
                                          name_octets + hidden.value.size());
  // Only who looks for the word would take it; that the body uses it is another finding.
  if (!hidden.parameter) diagnostic.severity = Severity::info;
  sink.report(std::move(diagnostic));
  if (head.other_boundary.empty()) head.other_boundary = std::move(hidden.value);
}

/// A name that other readers take from the same field.
void read_other_name(EntityHead& head, const ParameterList& parameters) {
  const Parameter* const used = parameters.find("name");
  if (used == nullptr) return;
  const std::string extension = file_extension(used->value);
  for (const Parameter& other : parameters.items) {
    if (other.name != "name" || &other == used) continue;
    const std::string another = file_extension(other.value);
    if (extension.empty() || another.empty() || extension == another) continue;
    head.other_name = {"name", std::string(other.value), other.value_offset, other.value_length};
    head.other_name_repeats = other.form == used->form;
    return;
  }
}

void check_charset(EntityHead& head, const Parameter& charset, DiagnosticSink& sink) {
  head.charset = charset.value;
  head.charset_offset = charset.value_offset;
  head.charset_length = charset.value_length;
  const auto report = [&](Code code) {
    sink.report(make_diagnostic(code, charset.value_offset, charset.value_length));
  };
  if (is_utf7(charset.value)) return report(Code::mime_charset_utf7);
  if (charset.value.empty() || is_placeholder_charset(charset.value)) return;
  if (!find_charset(charset.value)) report(Code::mime_charset_unknown);
}

void read_type(EntityHead& head, const Header& header, DiagnosticSink& sink, const Limits& limits) {
  const HeaderField* field = header.first(FieldName::content_type);
  if (field == nullptr) return;
  report_duplicates(header, FieldName::content_type, Code::mime_ct_duplicate_header, sink);
  Arena arena;
  const bool mime_version = header.first(FieldName::mime_version) != nullptr;
  const ContentType type = read_content_type(field->body(), mime_version, arena, sink, limits);
  head.type_offset = type.offset;
  head.type_length = type.length;
  // RFC 2045 5.2: what cannot be read is plain text, whatever the default was.
  head.type = "text/plain";
  head.type_declared = !type.type.empty() && !type.subtype.empty();
  if (head.type_declared) head.type = std::string(type.type) + "/" + std::string(type.subtype);
  for (const Parameter& parameter : type.parameters.items) {
    if (type.parameters.find(parameter.name) != &parameter) continue;  // the one that counts
    head.parameters.push_back(
        {std::string(parameter.name), std::string(parameter.value), parameter.value_offset, parameter.value_length});
  }
  read_boundary(head, type);
  if (head.is_multipart()) {
    if (head.other_boundary.empty()) head.other_boundary = boundary_elsewhere(head, header, limits);
    check_hidden_boundary(head, *field, sink, limits);
  }
  read_other_name(head, type.parameters);
  if (const Parameter* charset = type.parameters.find("charset")) check_charset(head, *charset, sink);
  if (head.type == "message/external-body")
    sink.report(make_diagnostic(Code::mime_external_body, type.offset, type.length));
  if (head.type == "message/partial")
    sink.report(make_diagnostic(Code::mime_message_partial, type.offset, type.length));
}

void read_encoding(EntityHead& head, const Header& header, DiagnosticSink& sink, const Limits& limits) {
  const HeaderField* field = header.first(FieldName::content_transfer_encoding);
  if (field == nullptr) return;
  report_duplicates(header, FieldName::content_transfer_encoding, Code::mime_cte_duplicate_header, sink);
  Arena arena;
  const TransferEncodingValue value = read_transfer_encoding(field->body(), arena, sink, limits);
  if (value.mechanism.empty()) return;
  head.encoding_name = value.mechanism;
  head.encoding = find_mechanism(value.mechanism);
  head.encoding_offset = value.offset;
  head.encoding_length = value.length;
  const bool composite = head.is_multipart() || head.type == "message/rfc822" || head.type == "message/partial" ||
                         head.type == "message/external-body";
  if (composite && head.encoding > TransferEncoding::binary) {
    sink.report(make_diagnostic(Code::mime_cte_not_allowed_on_composite, value.offset, value.length));
  }
}

}  // namespace

std::string_view to_string(TransferEncoding encoding) noexcept {
  switch (encoding) {
    case TransferEncoding::seven_bit:
      return "7bit";
    case TransferEncoding::eight_bit:
      return "8bit";
    case TransferEncoding::binary:
      return "binary";
    case TransferEncoding::base64:
      return "base64";
    case TransferEncoding::quoted_printable:
      return "quoted-printable";
    case TransferEncoding::uuencode:
      return "x-uuencode";
    case TransferEncoding::yenc:
      return "x-yenc";
    case TransferEncoding::none:
    case TransferEncoding::unknown:
      return {};
  }
  return {};
}

const MimeParameter* EntityHead::parameter(std::string_view name) const noexcept {
  const auto found = std::ranges::find(parameters, name, &MimeParameter::name);
  return found != parameters.end() ? &*found : nullptr;
}

EntityHead read_entity_head(const Header& header, std::string_view default_type, DiagnosticSink& sink,
                            const Limits& limits) {
  EntityHead head;
  head.type = default_type;
  read_type(head, header, sink, limits);
  read_encoding(head, header, sink, limits);
  return head;
}

}  // namespace mailparse
