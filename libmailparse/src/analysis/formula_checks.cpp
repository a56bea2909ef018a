#include "analysis/formula_checks.hpp"

namespace mailparse {
namespace {

bool begins_formula(std::string_view text) noexcept {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

void report(DiagnosticSink& sink, const Place& place, std::string_view part) {
  Diagnostic diagnostic = make_diagnostic(Code::out_csv_formula, place.offset, place.length);
  diagnostic.part = part;
  sink.report(std::move(diagnostic));
}

}  // namespace

void check_formulas(const Message& message, DiagnosticSink& sink) {
  if (message.fields.subject && begins_formula(*message.fields.subject)) {
    const HeaderField* const subject = message.header.first(FieldName::subject);
    report(sink, {subject->value_offset, subject->value.size()}, {});
  }
  for (const AddressField& from : message.fields.from) {
    for (const Mailbox& author : from.list.mailboxes) {
      if (begins_formula(author.name)) report(sink, author.name_place, {});
    }
  }
  for (const MessagePart& part : message.parts) {
    if (!begins_formula(part.filename)) continue;
    const bool in_message = part.origin == PartOrigin::message;
    report(sink, in_message ? Place{part.offset, part.header_length} : Place{}, part.path);
  }
}

}  // namespace mailparse
