// Deviations that are told once with the number of their occurrences.
// Layer: source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

/// Keeps the first place of each deviation and counts the others. `key` tells apart what is told apart: an interface, a
/// section. Beyond 1,000 different keys a hostile file only raises the count of the last.
class TalliedFindings {
 public:
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t frame = 0;
  };

  void add(Code code, const Place& first, std::uint64_t key = 0, std::uint64_t count = 1) {
    const auto at = tallies_.lower_bound({code, key});
    if (at != tallies_.end() && at->first == std::pair{code, key}) {
      at->second.count += count;
    } else if (tallies_.size() >= most_keys && !tallies_.empty()) {
      std::prev(tallies_.end())->second.count += count;
    } else {
      Diagnostic diagnostic = make_diagnostic(code, first.offset, first.length);
      diagnostic.frame = first.frame;
      diagnostic.count = count;
      tallies_.emplace_hint(at, std::pair{code, key}, std::move(diagnostic));
    }
  }

  /// Reports everything in the order of codes and keys, and starts anew.
  void report(DiagnosticSink& sink) {
    for (auto& [key, diagnostic] : tallies_) sink.report(std::move(diagnostic));
    tallies_.clear();
  }

 private:
  static constexpr std::size_t most_keys = 1000;
  std::map<std::pair<Code, std::uint64_t>, Diagnostic> tallies_;
};

}  // namespace mailparse
