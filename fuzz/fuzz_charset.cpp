// Charsets: whatever the octets and the label, the result is valid UTF-8 and faults lie inside the input.
// Input: a label up to the first line feed, then octets.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/message/charset.hpp>
#include <mailparse/scan/utf8.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  const std::string_view label = input.substr(0, end);
  const std::string_view octets = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  const DecodedText decoded = decode_text(octets, label);
  require(is_utf8(decoded.text));
  require(!decoded.used.empty());
  require(decoded.invalid == 0 || decoded.first_invalid < octets.size());
  const auto converted = to_utf8(octets, label);
  require(!converted || find_charset(label).has_value());
  if (converted)
    require(is_utf8(converted->text) && (converted->invalid == 0 || converted->first_invalid < octets.size()));
  const DetectedCharset guess = detect_charset(octets);
  require(guess.confidence >= 0 && guess.confidence <= 100);
  return 0;
}
