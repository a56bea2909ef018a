// Message-ID, In-Reply-To, References, Content-ID; List-* fields: places ascend in the field, texts have no line end
// and are no longer than what they stand for.
#include <mailparse/message/message_id.hpp>

#include "fields_fuzz.hpp"

namespace {

using namespace mailparse;

void check(const std::vector<BracketedText>& items, FieldText field) {
  std::uint64_t end = field.offset;
  for (const BracketedText& item : items) {
    fuzz::require_inside(item.place, field);
    fuzz::require(item.place.offset >= end);
    end = item.place.offset + item.place.length;
    fuzz::require(!item.text.empty() && item.text.size() <= item.place.length);
    fuzz::require(item.text.find_first_of("\r\n") == item.text.npos);
    fuzz::require_utf8(item.comment);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const FieldText field = fuzz::field_of(data, size);
  fuzz::BoundedSink sink(field);
  Arena arena;
  check(read_message_ids(field, arena, sink), field);
  check(read_list_field(field, arena, sink), field);
  return 0;
}
