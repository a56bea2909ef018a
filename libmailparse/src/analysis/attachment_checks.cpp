#include "analysis/attachment_checks.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mailparse {
namespace {

/// What sniff_type() calls content that a click runs.
constexpr auto program_types = std::to_array<std::string_view>(
    {"application/java-vm", "application/vnd.microsoft.portable-executable", "application/vnd.ms-htmlhelp",
     "application/x-elf", "application/x-mach-binary", "application/x-ms-shortcut"});

/// Types that say "no program": all of these families, and documents.
constexpr auto harmless_families = std::to_array<std::string_view>({"audio/", "font/", "image/", "text/", "video/"});
constexpr auto document_types = std::to_array<std::string_view>(
    {"application/pdf", "application/msword", "application/rtf", "application/zip", "application/x-zip-compressed",
     "application/gzip", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/postscript"});

bool says_harmless(std::string_view type) noexcept {
  return std::ranges::any_of(harmless_families, [&](std::string_view f) { return type.starts_with(f); }) ||
         std::ranges::find(document_types, type) != document_types.end() ||
         type.starts_with("application/vnd.openxmlformats") || type.starts_with("application/vnd.oasis");
}

void check(const MessagePart& part, DiagnosticSink& sink) {
  const bool program = std::ranges::find(program_types, part.sniffed_type) != program_types.end();
  if (!program) return;
  if (!says_harmless(part.type) && !is_document_extension(file_extension(part.filename))) return;
  const bool in_message = part.origin == PartOrigin::message;
  Diagnostic diagnostic =
      make_diagnostic(Code::attach_type_mismatch, in_message ? part.body_offset : 0, in_message ? part.body_length : 0);
  diagnostic.part = part.path;
  diagnostic.detail = part.sniffed_type + " as " + part.type;
  sink.report(std::move(diagnostic));
}

}  // namespace

void check_attachments(const Message& message, DiagnosticSink& sink) {
  for (const MessagePart& part : message.parts) check(part, sink);
  for (const MessagePart& part : message.embedded) check(part, sink);
}

}  // namespace mailparse
