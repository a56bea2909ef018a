// Content-Type, Content-Disposition and Content-Transfer-Encoding: values are UTF-8, places lie in the field, and a
// list that is read as a plain one is what the grammar finds.
#include <algorithm>

#include <mailparse/message/content_type.hpp>

#include "fields_fuzz.hpp"
#include "message/plain_parameters.hpp"

namespace {

using namespace mailparse;

void check(const ParameterList& list, FieldText field) {
  fuzz::require(list.items.size() <= Limits{}.mime_parameters);
  for (const Parameter& p : list.items) {
    if (p.name != "boundary") fuzz::require_utf8(p.value);
    fuzz::require(p.offset >= field.offset && p.offset + p.length <= field.offset + field.text.size());
    fuzz::require(p.value_offset + p.value_length <= field.offset + field.text.size());
  }
}

void check_plain(FieldText field) {
  Arena arena;
  const auto plain = read_plain_parameters(field, arena, Limits{});
  if (!plain) return;
  DiagnosticList findings;
  Arena other_arena;
  fuzz::require(plain->items == read_parameters_by_grammar(field, other_arena, findings, Limits{}).items);
  fuzz::require(findings.items().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const FieldText field = fuzz::field_of(data, size);
  fuzz::BoundedSink sink(field);
  Arena arena;
  check(read_content_type(field, true, arena, sink).parameters, field);
  check(read_content_disposition(field, arena, sink).parameters, field);
  const TransferEncodingValue encoding = read_transfer_encoding(field, arena, sink);
  fuzz::require(encoding.length == 0 || encoding.offset + encoding.length <= field.offset + size);
  check_mime_version(field, sink);
  check_plain(field);
  const std::size_t semicolon = std::min(field.text.find(';'), field.text.size());
  check_plain({field.text.substr(semicolon), field.offset + semicolon});
  return 0;
}
