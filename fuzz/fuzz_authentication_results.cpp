// Authentication-Results and ARC-Authentication-Results: places ascend in the field, and each result has a method.
#include <mailparse/message/authentication_results.hpp>

#include "fields_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailparse;
  const FieldText field = fuzz::field_of(data, size);
  fuzz::BoundedSink sink(field);
  Arena arena;
  const AuthenticationResults read = read_authentication_results(field, arena, sink);
  fuzz::require(read.authserv_id.size() <= size && read.instance.size() <= size);
  std::uint64_t end = field.offset;
  for (const AuthResult& result : read.results) {
    fuzz::require_inside(result.place, field);
    fuzz::require(result.place.offset >= end);
    end = result.place.offset + result.place.length;
    fuzz::require(!result.method.empty() && result.method.size() + result.result.size() <= result.place.length);
    fuzz::require(result.reason.size() <= result.place.length);
    fuzz::require(result.properties.size() <= Limits{}.mime_parameters);
    for (const AuthProperty& property : result.properties)
      fuzz::require(property.name.size() + property.value.size() <= result.place.length);
  }
  return 0;
}
