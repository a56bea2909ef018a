// --limit NAME=VALUE: bounds set by the user.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <mailparse/base/limits.hpp>

namespace mailparse::tools {

/// Takes one "name=value" into `limits`; the value is a number of at least 1, with K, M or G behind it for powers of
/// 1024. What is wrong with it, empty: nothing.
[[nodiscard]] std::string set_limit(Limits& limits, std::string_view assignment);

/// A number of at least 1, with K, M or G behind it for powers of 1024; nothing when `text` is none.
[[nodiscard]] std::optional<std::uint64_t> parse_amount(std::string_view text) noexcept;

/// `--limit list`: each limit, its default value and what it bounds.
[[nodiscard]] std::string limit_list();

}  // namespace mailparse::tools
