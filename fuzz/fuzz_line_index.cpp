// The line index, the line reader and the run scanner against their plain versions, in cuts that the input chooses.
// Input: one octet that seeds the cuts, the rest is the text.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/scan/line_index.hpp>
#include <mailparse/scan/line_reader.hpp>
#include <mailparse/scan/run_scanner.hpp>

#include "cuts.hpp"
#include "require.hpp"
#include "scan/line_scalar.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

/// Records of the fast index and of the plain one, piece by piece; they tile the text.
void check_index(std::string_view text, unsigned seed) {
  LineIndex fast;
  LineState plain;
  std::vector<Line> fast_records(1 + seed % 50);
  std::vector<Line> plain_records(fast_records.size());
  std::uint64_t told = 0;
  fuzz::for_each_piece(text, seed, [&](std::string_view piece) {
    while (!piece.empty()) {
      const auto fast_result = fast.index(piece, fast_records);
      const auto plain_result = scalar::index_lines(plain, piece, plain_records);
      require(fast_result.octets == plain_result.octets && fast_result.records == plain_result.records);
      require(fast.state() == plain);
      for (std::size_t i = 0; i < fast_result.records; ++i) {
        require(fast_records[i] == plain_records[i]);
        require(fast_records[i].begin == told);
        told = fast_records[i].next();
      }
      piece.remove_prefix(fast_result.octets);
    }
  });
  require(told + (fast.state().held_cr ? 1 : 0) == text.size());
}

/// Lines read whole and in pieces are the same octets with the same ends.
std::string spell(std::string_view text, unsigned seed, std::size_t limit) {
  std::string spelled;
  LineReader reader(limit);
  const auto add = [&](const TextLine& line) {
    require(line.text.size() <= limit + 1);
    spelled += std::to_string(line.offset) + ':' + std::to_string(line.flags.bits) + ':' +
               std::to_string(line_end_octets(line.end)) + ':';
    spelled += line.text;
  };
  fuzz::for_each_piece(text, seed, [&](std::string_view piece) {
    while (const auto line = reader.next(piece)) add(*line);
    require(piece.empty());
  });
  if (const auto line = reader.finish()) add(*line);
  return spelled;
}

void check_runs(std::string_view text, unsigned seed) {
  const RunScanner::Markers markers{'.', seed % 2 == 0 ? '-' : '.'};
  RunScanner fast(markers.first, markers.second);
  RunState plain;
  fuzz::for_each_piece(text, seed, [&](std::string_view piece) {
    while (true) {
      const Run run = fast.next(piece);
      require(run == scalar::next_run(plain, markers, piece));
      require(fast.state() == plain);
      require(run.size <= piece.size());
      piece.remove_prefix(run.size);
      if (!run.marked()) break;
      require(piece.front() == markers.first || piece.front() == markers.second);
    }
  });
  require(fast.tally().octets == text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned seed = data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_index(text, seed);
  check_runs(text, seed);
  const std::size_t limit = 2 + seed % 80;
  require(spell(text, seed, limit) == spell(text, fuzz::whole, limit));
  return 0;
}
