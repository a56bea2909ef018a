#include "message/field_checks.hpp"

#include <algorithm>
#include <array>

#include <unicode/uchar.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8_character.hpp>

#include "message/lexical.hpp"

namespace mailparse {
namespace {

/// Names that mean much to a reader who trims lines before looking at them.
constexpr std::array<FieldName, 10> telling_names{FieldName::content_type,
                                                  FieldName::content_transfer_encoding,
                                                  FieldName::content_disposition,
                                                  FieldName::mime_version,
                                                  FieldName::from,
                                                  FieldName::sender,
                                                  FieldName::to,
                                                  FieldName::cc,
                                                  FieldName::date,
                                                  FieldName::reply_to};

bool is_checked_for_names(const HeaderField& field) noexcept {
  switch (kind_of(field.id)) {
    case FieldKind::unstructured:
    case FieldKind::tags:
    case FieldKind::authentication_results:
      return false;
    default:
      return true;
  }
}

/// Continuation lines of a folded field that begin like a field of their own, which the header lacks.
void check_continuations(const Header& header, const HeaderField& field, DiagnosticSink& sink) {
  std::size_t at = find_eol(field.value);
  while (at < field.value.size()) {
    const std::size_t begin = lexical::skip_white(field.value, at);
    const std::size_t colon = begin + find_any_of(field.value.substr(begin), ':', '\r', '\n');
    if (colon + 1 < field.value.size() && field.value[colon] == ':' && lexical::is_white(field.value[colon + 1])) {
      const std::string_view name = trim_blanks(field.value.substr(begin, colon - begin));
      const FieldName id = find_field_name(name);
      const bool telling = std::find(telling_names.begin(), telling_names.end(), id) != telling_names.end();
      if (telling && header.first(id) == nullptr) {
        sink.report(make_diagnostic(Code::hdr_field_name_in_continuation, field.value_offset + begin, name.size()));
      }
    }
    at = begin + find_eol(field.value.substr(begin));
  }
}

/// From has a code of its own.
void check_unique_fields(const Header& header, DiagnosticSink& sink) {
  struct Seen {
    std::size_t count = 0;
    const HeaderField* second = nullptr;
  };
  std::array<Seen, static_cast<std::size_t>(FieldName::unknown)> seen{};
  for (const HeaderField& field : header.fields()) {
    if (field.id == FieldName::unknown || field.id == FieldName::from || !occurs_once(field.id)) continue;
    Seen& one = seen[static_cast<std::size_t>(field.id)];
    if (++one.count == 2) one.second = &field;
  }
  for (const Seen& one : seen) {
    if (one.count < 2) continue;
    Diagnostic diagnostic = make_diagnostic(Code::hdr_duplicate_unique, one.second->offset, one.second->length);
    diagnostic.count = one.count - 1;
    diagnostic.detail = to_string(one.second->id);
    sink.report(std::move(diagnostic));
  }
}

constexpr std::uint32_t left_to_right_override = 0x202D;
constexpr std::uint32_t right_to_left_override = 0x202E;

std::uint64_t count_overrides(std::string_view text) noexcept {
  std::uint64_t count = 0;
  for (std::size_t at = text.find('\xE2'); at != text.npos; at = text.find('\xE2', at + 1)) {
    const std::uint32_t character = read_utf8(text.substr(at)).value;
    if (character == left_to_right_override || character == right_to_left_override) ++count;
  }
  return count;
}

bool is_joiner(std::uint32_t c) noexcept {
  return c == 0x200C || c == 0x200D;
}

bool is_invisible(std::uint32_t c) noexcept {
  return c == 0x00AD || c == 0x034F || c == 0x180E || c == 0x200B || c == 0x2060 || c == 0xFEFF || is_joiner(c);
}

/// Scripts that shape their letters by joiners; emoji do, too, but are no letters.
bool uses_joiners(std::uint32_t letter) noexcept {
  return (letter >= 0x0600 && letter <= 0x08FF) || (letter >= 0x0900 && letter <= 0x0DFF) ||
         (letter >= 0x0F00 && letter <= 0x0FFF) || (letter >= 0x1000 && letter <= 0x109F) ||
         (letter >= 0x1780 && letter <= 0x18AF);
}

bool is_letter_or_digit(std::uint32_t c) noexcept {
  return u_isalnum(static_cast<UChar32>(c)) != 0;
}

/// Invisible characters between two letters or digits.
std::uint64_t count_invisible(std::string_view text) noexcept {
  if (std::none_of(text.begin(), text.end(), [](char c) { return is(OctetClass::high, c); })) return 0;
  std::uint64_t count = 0;
  std::uint64_t pending = 0;
  bool pending_joiner = false;
  std::uint32_t before = 0;
  while (!text.empty()) {
    const Utf8Character c = read_utf8(text);
    text.remove_prefix(std::max<std::size_t>(c.length, 1));
    if (is_invisible(c.value) && is_letter_or_digit(before)) {
      ++pending;
      pending_joiner = pending_joiner || is_joiner(c.value);
      continue;
    }
    const bool shaped = pending_joiner && uses_joiners(before) && uses_joiners(c.value);
    if (pending != 0 && is_letter_or_digit(c.value) && !shaped) count += pending;
    pending = 0;
    pending_joiner = false;
    before = c.value;
  }
  return count;
}

void report(DiagnosticSink& sink, Code code, Place place, std::uint64_t count, Severity severity) {
  Diagnostic diagnostic = make_diagnostic(code, place.offset, place.length);
  diagnostic.count = count;
  diagnostic.severity = severity;
  sink.report(std::move(diagnostic));
}

}  // namespace

void check_occurrences(const Header& header, bool outermost, DiagnosticSink& sink) {
  check_unique_fields(header, sink);
  for (const HeaderField& field : header.fields()) {
    if (field.folded && is_checked_for_names(field)) check_continuations(header, field, sink);
  }
  const bool nothing_at_all = header.length() == 0 && header.end() == HeaderEnd::input_end;  // an empty file
  if (!outermost || nothing_at_all) return;
  const auto missing = [&](FieldName name, Code code) {
    if (header.first(name) == nullptr) sink.report(make_diagnostic(code, header.offset(), header.length()));
  };
  missing(FieldName::from, Code::hdr_missing_from);
  missing(FieldName::date, Code::hdr_missing_date);
}

void check_authentication_places(const Header& header, const MessageFields& fields, DiagnosticSink& sink) {
  const HeaderField* first_of_sender = nullptr;
  for (const HeaderField& field : header.fields()) {
    const bool by_sender = field.id == FieldName::from || field.id == FieldName::date ||
                           field.id == FieldName::subject || field.id == FieldName::to ||
                           field.id == FieldName::message_id;
    if (by_sender) {
      first_of_sender = &field;
      break;
    }
  }
  if (first_of_sender == nullptr) return;
  for (const AuthenticationField& lower : fields.authentication) {
    if (lower.field->offset < first_of_sender->offset || lower.field->id != FieldName::authentication_results) continue;
    const bool above =
        std::any_of(fields.authentication.begin(), fields.authentication.end(), [&](const AuthenticationField& a) {
          return a.field->offset < first_of_sender->offset && a.field->id == FieldName::authentication_results &&
                 !a.results.authserv_id.empty() && iequals(a.results.authserv_id, lower.results.authserv_id);
        });
    if (above) sink.report(make_diagnostic(Code::authres_untrusted_position, lower.field->offset, lower.field->length));
  }
}

void check_address_text(const AddressField& field, bool author, DiagnosticSink& sink) {
  std::uint64_t overrides = 0;
  Place place;
  for (const Mailbox& mailbox : field.list.mailboxes) {
    const std::uint64_t in_name = count_overrides(mailbox.name);
    const std::uint64_t in_address = count_overrides(mailbox.address);
    if (overrides == 0 && in_name + in_address != 0) place = in_name != 0 ? mailbox.name_place : mailbox.address_place;
    overrides += in_name + in_address;
    const std::uint64_t hidden = author ? count_invisible(mailbox.name) : 0;
    if (hidden != 0) report(sink, Code::text_invisible, mailbox.name_place, hidden, Severity::warning);
    const std::uint64_t hidden_in_address = count_invisible(mailbox.address);
    if (hidden_in_address != 0)
      report(sink, Code::text_invisible, mailbox.address_place, hidden_in_address, Severity::warning);
  }
  if (overrides != 0) report(sink, Code::text_bidi_control, place, overrides, Severity::error);
}

void check_plain_text(const HeaderField& field, std::string_view decoded, DiagnosticSink& sink) {
  const std::uint64_t overrides = count_overrides(decoded);
  if (overrides != 0)
    report(sink, Code::text_bidi_control, {field.value_offset, field.value.size()}, overrides, Severity::warning);
}

}  // namespace mailparse
