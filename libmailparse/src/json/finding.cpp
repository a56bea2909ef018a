#include <string>

#include <mailparse/json/finding.hpp>
#include <mailparse/json/names.hpp>

namespace mailparse {

std::string_view to_string(Side side) noexcept {
  return side == Side::client ? "client" : "server";
}

void write_finding(JsonWriter& writer, const Diagnostic& finding) {
  const CodeInfo& about = info(finding.code);
  writer.begin_object();
  writer.string(names::code, about.name);
  writer.string(names::severity, to_string(finding.severity));
  writer.uint(names::offset, finding.offset);
  writer.uint(names::length, finding.length);
  if (finding.side) writer.string(names::side, to_string(*finding.side));
  if (finding.frame != 0) writer.uint(names::frame, finding.frame);
  writer.string_if(names::part, finding.part);
  writer.string_if(names::rfc, about.source);
  if (finding.count > 1) writer.uint(names::count, finding.count);
  if (finding.detail.empty()) {
    writer.string(names::text, about.text);
  } else {
    std::string text(about.text);
    text += ": ";
    text += finding.detail;
    writer.string(names::text, text);
  }
  writer.end_object();
}

}  // namespace mailparse
