// Received fields: every clause is a view into the field or the arena, the date's place lies in the field.
#include <mailparse/message/received.hpp>

#include "fields_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailparse;
  const FieldText field = fuzz::field_of(data, size);
  fuzz::BoundedSink sink(field);
  Arena arena;
  const Received r = read_received(field, arena, sink);
  for (const std::string_view clause : {r.from.helo, r.from.rdns, r.from.ip, r.from.ident, r.by, r.via, r.id,
                                        r.recipient, r.tls.version, r.tls.cipher, r.date_text}) {
    fuzz::require(clause.size() <= size);
    fuzz::require(clause.empty() ||
                  (clause.data() >= field.text.data() && clause.data() + clause.size() <= field.text.data() + size));
  }
  fuzz::require(r.date_place.length == 0 || r.date_place.offset + r.date_place.length <= field.offset + size);
  return 0;
}
