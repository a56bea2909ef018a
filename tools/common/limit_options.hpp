// --limit NAME=VALUE: bounds set by the user.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/limits.hpp>

#include "common/exit_status.hpp"

namespace mailparse::tools {

/// Takes one "name=value" into `limits`; the value is a number of at least 1, with K, M or G behind it for powers of
/// 1024. What is wrong with it, empty: nothing.
[[nodiscard]] std::string set_limit(Limits& limits, std::string_view assignment);

/// All of them for `program`: how to end when the list was asked for or one is wrong, which was told; absent: go on.
[[nodiscard]] std::optional<ExitStatus> apply_limits(const std::vector<std::string>& assignments, Limits& limits,
                                                     const std::string& program);

/// A number of at least 1, with K, M or G behind it for powers of 1024; nothing when `text` is none.
[[nodiscard]] std::optional<std::uint64_t> parse_amount(std::string_view text) noexcept;

/// `--limit list`: each limit, its default value and what it bounds.
[[nodiscard]] std::string limit_list();

}  // namespace mailparse::tools
