// Address lists: decoded text is UTF-8, places lie in the field, groups are those of the list, and plain addresses are
// what the grammar finds.
#include <mailparse/message/address.hpp>

#include "fields_fuzz.hpp"
#include "message/address_shape.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailparse;
  const FieldText field = fuzz::field_of(data, size);
  fuzz::BoundedSink sink(field);
  Arena arena;
  const AddressList list = read_addresses(field, arena, sink);
  DiagnosticList findings;
  DiagnosticList other_findings;
  Arena other_arena;
  fuzz::require(list == read_addresses(field, arena, findings, Limits{}, AddressRoad::plain_first));
  fuzz::require(list == read_addresses(field, other_arena, other_findings, Limits{}, AddressRoad::grammar_only));
  fuzz::require(findings.items().size() == other_findings.items().size());
  const auto inside = [&](Place p) {
    return p.length == 0 || (p.offset >= field.offset && p.offset + p.length <= field.offset + size);
  };
  for (const Mailbox& m : list.mailboxes) {
    fuzz::require_utf8(m.name);
    fuzz::require_utf8(m.address);
    fuzz::require(inside(m.place) && inside(m.name_place) && inside(m.address_place) && inside(m.domain_place));
    fuzz::require(!m.group || *m.group < list.groups.size());
  }
  for (const AddressGroup& g : list.groups) fuzz::require(inside(g.place) && inside(g.name_place));
  for (const AddressComment& c : list.comments) fuzz::require(inside(c.place) && c.mailbox <= list.mailboxes.size());
  return 0;
}
