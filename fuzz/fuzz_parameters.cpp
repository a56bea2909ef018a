// Content-Type, Content-Disposition and Content-Transfer-Encoding: values are UTF-8, places lie in the field.
#include <mailparse/message/content_type.hpp>

#include "fields_fuzz.hpp"

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
  return 0;
}
