#include "common/limit_options.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "common/terminal.hpp"

namespace mailparse::tools {
std::optional<std::uint64_t> parse_amount(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number == 0) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  unsigned shift = 0;
  if (unit == "K") {
    shift = 10;
  } else if (unit == "M") {
    shift = 20;
  } else if (unit == "G") {
    shift = 30;
  } else if (!unit.empty()) {
    return std::nullopt;
  }
  const std::uint64_t amount = number << shift;
  if (amount >> shift != number) return std::nullopt;
  return amount;
}

std::string set_limit(Limits& limits, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string_view name = assignment.substr(0, equals);
  const auto row = std::ranges::find(list_limits(), name, &LimitRow::name);
  if (row == list_limits().end()) return fmt::format("no limit \"{}\"; --limit list shows all", visible(name));
  const auto amount = equals == std::string_view::npos ? std::nullopt : parse_amount(assignment.substr(equals + 1));
  if (!amount) return fmt::format("{} takes a number from 1 on, such as {}=64K", name, name);
  limits.*row->value = *amount;
  return {};
}

std::string limit_list() {
  std::string text;
  const Limits defaults;
  for (const LimitRow& row : list_limits())
    text += fmt::format("{:<24} {:>12}  {}\n", row.name, defaults.*row.value, row.bounds);
  return text;
}

}  // namespace mailparse::tools
