// Files of the user's own that are read whole before the work begins: secrets, records, keys.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace mailparse::tools {

/// The first `most` octets of a file or of standard input ("-"), unpacked where it is a gzip or zstd one; what went
/// wrong names the file.
[[nodiscard]] std::expected<std::string, std::string> read_beginning(const std::string& name, std::size_t most);

}  // namespace mailparse::tools
