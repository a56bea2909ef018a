// Paragraphs of format=flowed: UTF-8 stays UTF-8, what is no blank, line end or quote mark stays in order, and the text
// grows by no more than a blank and a line end for each line.
// Input: one octet for DelSp, the rest is the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/scan/utf8.hpp>

#include "msg-inspect/flowed_text.hpp"
#include "require.hpp"

namespace {

std::string letters(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != ' ' && c != '\r' && c != '\n' && c != '>') kept += c;
  }
  return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailparse;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string out = tools::unflowed(text, data[0] % 2 != 0);
  if (is_utf8(text)) fuzz::require(is_utf8(out));
  fuzz::require(letters(out) == letters(text));
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  fuzz::require(out.size() <= text.size() + 2 * lines);
  return 0;
}
