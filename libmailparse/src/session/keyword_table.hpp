// Look-up of a word, whatever its case, in a sorted table of upper-case words.
// Layer: session (private).
#pragma once

#include <algorithm>
#include <string_view>

#include <mailparse/base/octets.hpp>

namespace mailparse {

template <typename Value>
struct KeywordRow {
  std::string_view name;  ///< upper case
  Value value;
};
template <typename Value>
KeywordRow(std::string_view, Value) -> KeywordRow<Value>;
template <typename Value>
KeywordRow(const char*, Value) -> KeywordRow<Value>;

/// The row of `table` whose `name` is `word` in any ASCII case; its end where there is none.
template <typename Table, typename Name>
[[nodiscard]] constexpr auto find_keyword(const Table& table, std::string_view word, Name name) noexcept {
  const auto less = [](std::string_view row, std::string_view wanted) {
    return std::ranges::lexicographical_compare(row, wanted, {}, {}, to_upper);
  };
  const auto row = std::ranges::lower_bound(table, word, less, name);
  return row != table.end() && iequals((*row).*name, word) ? row : table.end();
}

}  // namespace mailparse
