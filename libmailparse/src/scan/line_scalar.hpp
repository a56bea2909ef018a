// The plain versions of LineIndex and RunScanner: the meaning that the vectorised ones must have, one octet at a time.
// Layer: scan, private; for tests, fuzzers and benchmarks.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <mailparse/scan/line_index.hpp>
#include <mailparse/scan/run_scanner.hpp>

namespace mailparse::scalar {

/// LineIndex::index.
LineIndex::Result index_lines(LineState& state, std::string_view block, std::span<Line> out) noexcept;

/// RunScanner::next.
Run next_run(RunState& state, RunScanner::Markers markers, std::string_view octets) noexcept;

}  // namespace mailparse::scalar
