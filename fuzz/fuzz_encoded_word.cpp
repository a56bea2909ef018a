// Text with encoded-words: always UTF-8, never longer than what conversion can make of it.
#include <mailparse/message/encoded_word.hpp>

#include "fields_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailparse;
  if (size == 0) return 0;
  const auto place = static_cast<TextPlace>(data[0] % 3);
  const FieldText field = fuzz::field_of(data + 1, size - 1);
  fuzz::BoundedSink sink(field);
  Arena arena;
  const std::string_view text = decode_header_text(field, place, arena, sink);
  fuzz::require_utf8(text);
  fuzz::require(text.size() <= size * 16 + 64);
  return 0;
}
