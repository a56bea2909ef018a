// Tag lists of DKIM-Signature, ARC-Message-Signature and ARC-Seal: tags are views in order, their values inside them,
// and a value without white space is the value without white space. Input: one octet that chooses the field, the rest
// is its value.
#include <algorithm>
#include <array>
#include <string>

#include <mailparse/message/field_name.hpp>
#include <mailparse/message/tag_list.hpp>

#include "fields_fuzz.hpp"

namespace {

using namespace mailparse;

constexpr std::array signatures{FieldName::dkim_signature, FieldName::arc_message_signature, FieldName::arc_seal};

std::string plain_without_white(std::string_view value) {
  std::string kept;
  for (const char c : value) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') kept += c;
  }
  return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const FieldText field = fuzz::field_of(data + 1, size - 1);
  fuzz::BoundedSink sink(field);
  Arena arena;
  const TagList list = read_tag_list(field, signatures[data[0] % signatures.size()], sink);
  std::uint64_t end = field.offset;
  for (const Tag& tag : list.tags) {
    fuzz::require_inside(tag.place, field);
    fuzz::require(tag.place.offset >= end && !tag.name.empty());
    end = tag.place.offset + tag.place.length;
    fuzz::require(field.text.substr(tag.place.offset - field.offset, tag.name.size()) == tag.name);
    fuzz::require(field.text.substr(tag.value_place.offset - field.offset, tag.value_place.length) == tag.value);
    fuzz::require(tag.value_place.offset + tag.value_place.length <= end);
    fuzz::require(without_white(tag.value, arena) == plain_without_white(tag.value));
    fuzz::require(list.find(tag.name) != nullptr && list.find(tag.name) <= &tag);
  }
  return 0;
}
