// --max-memory: a bound for the process, whatever comes.
#pragma once

#include <cstdint>

#include <mailparse/base/limits.hpp>

namespace mailparse::tools {

/// Lowers those limits that together could fill `octets` of memory to shares of it, and has the kernel refuse more than
/// `octets` of private memory: a tool that needs more ends with "out of memory" and exit status 2. 0: no bound.
void bound_memory(std::uint64_t octets, Limits& limits) noexcept;

}  // namespace mailparse::tools
