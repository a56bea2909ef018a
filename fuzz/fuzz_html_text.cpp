// HTML as text that people read: UTF-8 stays UTF-8, and the text is in proportion to what it was made of.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/scan/utf8.hpp>

#include "msg-inspect/html_text.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailparse;
  const std::string_view html(reinterpret_cast<const char*>(data), size);
  if (!is_utf8(html)) return 0;
  const std::string text = tools::html_to_text(html);
  fuzz::require(is_utf8(text));
  fuzz::require(text.size() <= 16 * size + 64);
  fuzz::require(text.empty() || text.back() == '\n');
  return 0;
}
