// A message read whole: any cut gives the same parts, digests and findings; every place lies in the message.
// Input: one octet that seeds the cuts, the rest is a message.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/message/message.hpp>

#include "cuts.hpp"
#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

void compare(const Message& a, const Message& b) {
  require(a.id == b.id && a.size == b.size && a.parts.size() == b.parts.size() &&
          a.embedded.size() == b.embedded.size());
  for (std::size_t i = 0; i < a.parts.size(); ++i) {
    require(a.parts[i].path == b.parts[i].path && a.parts[i].sha256 == b.parts[i].sha256);
    require(a.parts[i].body_offset == b.parts[i].body_offset && a.parts[i].body_length == b.parts[i].body_length);
    require(a.parts[i].decoded_size == b.parts[i].decoded_size && a.parts[i].sniffed_type == b.parts[i].sniffed_type);
  }
  require(a.findings.size() == b.findings.size());
  for (std::size_t i = 0; i < a.findings.size(); ++i) {
    require(a.findings[i].code == b.findings[i].code && a.findings[i].offset == b.findings[i].offset);
    require(a.findings[i].count == b.findings[i].count && a.findings[i].part == b.findings[i].part);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Message whole = read_message(octets);
  require(whole.size == octets.size());
  // Places in a message that is stored as UTF-16 count in its UTF-8 form, where two octets become three at most.
  const bool utf16 =
      std::ranges::find(whole.findings, Code::msg_encoding_utf16, &Diagnostic::code) != whole.findings.end();
  const std::uint64_t end = utf16 ? octets.size() * 3 / 2 : octets.size();
  for (const MessagePart& part : whole.parts) {
    if (part.origin == PartOrigin::message) require(part.offset <= end && part.body_offset + part.body_length <= end);
  }
  for (const MessageField& field : whole.headers) require(field.offset + field.length <= end);
  MessageReader reader;
  fuzz::for_each_piece(octets, data[0], [&](std::string_view piece) { reader.feed(piece); });
  compare(whole, reader.finish());
  return 0;
}
