#include <array>
#include <cstddef>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/explanation.hpp>

namespace mailparse {
namespace {

struct Explanation {
  Code code;
  std::string_view recovery;
};

constexpr auto table = std::to_array<Explanation>({
#define MAILPARSE_EXPLANATION(identifier, recovery) {Code::identifier, recovery},
#include "base/explanations.def"
#undef MAILPARSE_EXPLANATION
});

constexpr std::size_t codes = 0
#define MAILPARSE_CODE(identifier, name, severity, source, text) +1
#include <mailparse/base/codes.def>
#undef MAILPARSE_CODE
    ;

constexpr bool is_a_row_for_each_code() noexcept {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].code) != i) return false;
  }
  return table.size() == codes;
}
static_assert(is_a_row_for_each_code(), "explanations.def has the rows of codes.def in their order");

}  // namespace

std::string_view recovery(Code code) noexcept {
  return table[static_cast<std::size_t>(code)].recovery;
}

}  // namespace mailparse
