// Options that take one of a few words.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/terminal.hpp"

namespace mailparse::tools {

template <typename Value>
struct Choice {
  std::string_view name;
  Value value;
};

template <typename Value, std::size_t size>
[[nodiscard]] CLI::Validator one_of(const std::array<Choice<Value>, size>& choices) {
  std::vector<std::string> names;
  for (const auto& choice : choices) names.emplace_back(choice.name);
  return CLI::IsMember(names).description("");
}

/// `name` was checked to be one of `choices`.
template <typename Value, std::size_t size>
[[nodiscard]] Value value_of(const std::array<Choice<Value>, size>& choices, std::string_view name) {
  return std::ranges::find(choices, name, &Choice<Value>::name)->value;
}

inline constexpr auto color_choices = std::to_array<Choice<ColorChoice>>(
    {{"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}});

}  // namespace mailparse::tools
