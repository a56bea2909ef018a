// The scan layer beside what it strives for: a plain read of the same memory, and what people would use instead.
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include <mailparse/scan/line_index.hpp>
#include <mailparse/scan/line_reader.hpp>
#include <mailparse/scan/run_scanner.hpp>
#include <mailparse/scan/utf8.hpp>

#include "scan/line_scalar.hpp"

namespace {

using namespace mailparse;

constexpr std::size_t mail_octets = 64 << 20;    // out of every cache
constexpr std::size_t block_octets = 128 << 10;  // indexed and consumed while in cache

/// Lines of words, 20 to 78 octets, CRLF; as in a text mail. `eight_bit`: one octet of five is above 0x7F.
std::string text_mail(bool eight_bit) {
  std::mt19937_64 random(1);
  std::string text;
  text.reserve(mail_octets + 128);
  while (text.size() < mail_octets) {
    const std::size_t size = 20 + random() % 59;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t r = random();
      text += r % 6 == 0 ? ' ' : static_cast<char>('a' + (r >> 8) % 26);
      if (eight_bit && r % 5 == 1) text.back() = static_cast<char>(0x80 | (r >> 16));
    }
    text += "\r\n";
  }
  return text;
}

const std::string& ascii_mail() {
  static const std::string text = text_mail(false);
  return text;
}
const std::string& utf8_like_mail() {
  static const std::string text = text_mail(true);
  return text;
}

void octets_per_second(benchmark::State& state, std::size_t octets) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(octets));
}

/// The limit: every octet is loaded once.
void read_memory(benchmark::State& state) {
  const std::string& text = ascii_mail();
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i + 8 <= text.size(); i += 8) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + i, 8);
      sum += word;
    }
    benchmark::DoNotOptimize(sum);
  }
  octets_per_second(state, text.size());
}

void memchr_loop(benchmark::State& state) {
  const std::string& text = ascii_mail();
  for (auto _ : state) {
    std::size_t lines = 0;
    for (const char *at = text.data(), *end = at + text.size();;) {
      at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      if (at == nullptr) break;
      ++at;
      ++lines;
    }
    benchmark::DoNotOptimize(lines);
  }
  octets_per_second(state, text.size());
}

void getline_loop(benchmark::State& state) {
  const std::string& text = ascii_mail();
  for (auto _ : state) {
    state.PauseTiming();
    std::istringstream in(text);
    state.ResumeTiming();
    std::string line;
    std::size_t lines = 0;
    while (std::getline(in, line)) ++lines;
    benchmark::DoNotOptimize(lines);
  }
  octets_per_second(state, text.size());
}

template <class Index>
void index_blocks(benchmark::State& state, const std::string& text, Index index) {
  std::vector<Line> records(4096);
  for (auto _ : state) {
    std::uint64_t lines = 0;
    LineIndex lines_of;
    LineState plain;
    for (std::size_t at = 0; at < text.size(); at += block_octets) {
      std::string_view block = std::string_view(text).substr(at, block_octets);
      while (!block.empty()) {
        const auto result = index(lines_of, plain, block, records);
        for (const Line& line : std::span(records).first(result.records)) lines += line.end == LineEnd::crlf ? 1U : 0U;
        block.remove_prefix(result.octets);
      }
    }
    benchmark::DoNotOptimize(lines);
  }
  octets_per_second(state, text.size());
}

LineIndex::Result fast_index(LineIndex& index, LineState&, std::string_view block, std::span<Line> out) {
  return index.index(block, out);
}
LineIndex::Result plain_index(LineIndex&, LineState& state, std::string_view block, std::span<Line> out) {
  return scalar::index_lines(state, block, out);
}

void line_index(benchmark::State& state) {
  index_blocks(state, ascii_mail(), fast_index);
}
void line_index_eight_bit(benchmark::State& state) {
  index_blocks(state, utf8_like_mail(), fast_index);
}
void line_index_plain(benchmark::State& state) {
  index_blocks(state, ascii_mail(), plain_index);
}

void line_reader(benchmark::State& state) {
  const std::string& text = ascii_mail();
  for (auto _ : state) {
    LineReader reader(1 << 16);
    std::uint64_t lines = 0;
    for (std::size_t at = 0; at < text.size(); at += block_octets) {
      std::string_view block = std::string_view(text).substr(at, block_octets);
      while (const auto line = reader.next(block)) lines += line->text.size();
    }
    benchmark::DoNotOptimize(lines);
  }
  octets_per_second(state, text.size());
}

void run_scanner(benchmark::State& state) {
  const std::string& text = ascii_mail();
  for (auto _ : state) {
    RunScanner scanner('.');
    for (std::size_t at = 0; at < text.size(); at += block_octets) {
      std::string_view block = std::string_view(text).substr(at, block_octets);
      while (true) {
        const auto run = scanner.next(block);
        if (!run.marked()) break;
        block.remove_prefix(run.size);
      }
    }
    benchmark::DoNotOptimize(scanner.tally().lines);
  }
  octets_per_second(state, text.size());
}

void utf8_check(benchmark::State& state) {
  const std::string& text = ascii_mail();
  for (auto _ : state) benchmark::DoNotOptimize(valid_utf8_prefix(text));
  octets_per_second(state, text.size());
}

BENCHMARK(read_memory);
BENCHMARK(memchr_loop);
BENCHMARK(getline_loop);
BENCHMARK(line_index);
BENCHMARK(line_index_eight_bit);
BENCHMARK(line_index_plain);
BENCHMARK(line_reader);
BENCHMARK(run_scanner);
BENCHMARK(utf8_check);

}  // namespace
