// The folder that a tool writes its files into.
#pragma once

#include <expected>
#include <string>

namespace mailparse::tools {

/// A descriptor of the folder, which is made where there is none; it is the caller's to close. Otherwise errno.
[[nodiscard]] std::expected<int, int> open_folder(const std::string& path) noexcept;

}  // namespace mailparse::tools
