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

#include <mailparse/scan/base64.hpp>
#include <mailparse/scan/json_escape.hpp>
#include <mailparse/scan/line_index.hpp>
#include <mailparse/scan/line_reader.hpp>
#include <mailparse/scan/quoted_printable.hpp>
#include <mailparse/scan/run_scanner.hpp>
#include <mailparse/scan/utf8.hpp>

#include "scan/base64_scalar.hpp"
#include "scan/line_scalar.hpp"
#include "scan/quoted_printable_scalar.hpp"

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

/// What a codec reads: 16 MB of it, decoded in blocks into one small buffer.
constexpr std::size_t encoded_octets = 16 << 20;

const std::string& base64_body() {
  static const std::string text = [] {
    std::mt19937_64 random(2);
    std::string body;
    while (body.size() < encoded_octets) {
      for (int i = 0; i < 76; ++i) body += scalar::base64_alphabet[random() % 64];
      body += "\r\n";
    }
    return body;
  }();
  return text;
}

/// `escapes`: of ten words, how many are Russian, in which every octet is an escape.
std::string quoted_printable_text(std::uint64_t escapes) {
  std::mt19937_64 random(3);
  std::string body;
  while (body.size() < encoded_octets) {
    const std::size_t line = body.size();
    while (body.size() - line < 50) {
      body += random() % 10 < escapes ? "=D0=BC=D0=B8=D1=80 " : "message ";
    }
    body += random() % 3 == 0 ? "end\r\n" : "=\r\n";
  }
  return body;
}
const std::string& quoted_printable_english() {
  static const std::string text = quoted_printable_text(1);
  return text;
}
const std::string& quoted_printable_russian() {
  static const std::string text = quoted_printable_text(9);
  return text;
}

/// `decode(block, out)` for the blocks of `body`.
template <class Decode>
void decode_blocks(benchmark::State& state, const std::string& body, Decode decode) {
  std::vector<char> out(QuotedPrintableDecoder::room(block_octets));
  for (auto _ : state) {
    std::size_t decoded = 0;
    for (std::size_t at = 0; at < body.size(); at += block_octets) {
      decoded += decode(std::string_view(body).substr(at, block_octets), out);
    }
    benchmark::DoNotOptimize(decoded);
  }
  octets_per_second(state, body.size());
}

void base64(benchmark::State& state) {
  Base64Decoder decoder;
  decode_blocks(state, base64_body(),
                [&](std::string_view block, std::span<char> out) { return decoder.decode(block, out); });
}
void base64_plain(benchmark::State& state) {
  Base64State plain;
  decode_blocks(state, base64_body(), [&](std::string_view block, std::span<char> out) {
    return scalar::decode_base64(plain, block, out.data());
  });
}
void quoted_printable(benchmark::State& state, const std::string& body) {
  QuotedPrintableDecoder decoder;
  decode_blocks(state, body, [&](std::string_view block, std::span<char> out) { return decoder.decode(block, out); });
}
void quoted_printable_few_escapes(benchmark::State& state) {
  quoted_printable(state, quoted_printable_english());
}
void quoted_printable_all_escapes(benchmark::State& state) {
  quoted_printable(state, quoted_printable_russian());
}
void quoted_printable_plain(benchmark::State& state) {
  QuotedPrintableState plain;
  decode_blocks(state, quoted_printable_english(), [&](std::string_view block, std::span<char> out) {
    char* end = out.data();
    for (const char octet : block) end = scalar::decode_quoted_printable_octet(plain, octet, end);
    return static_cast<std::size_t>(end - out.data());
  });
}

void base64_encoding(benchmark::State& state) {
  const std::string octets = base64_body().substr(0, block_octets);
  for (auto _ : state) benchmark::DoNotOptimize(base64_encode(octets));
  octets_per_second(state, octets.size());
}

void json_special(benchmark::State& state) {
  const std::string& text = ascii_mail();
  for (auto _ : state) {
    std::size_t specials = 0;
    for (std::string_view rest = text; !rest.empty(); ++specials) {
      const std::size_t at = find_json_special(rest);
      if (at == rest.size()) break;
      rest.remove_prefix(at + 1);
    }
    benchmark::DoNotOptimize(specials);
  }
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
BENCHMARK(json_special);
BENCHMARK(base64);
BENCHMARK(base64_plain);
BENCHMARK(base64_encoding);
BENCHMARK(quoted_printable_few_escapes);
BENCHMARK(quoted_printable_all_escapes);
BENCHMARK(quoted_printable_plain);

}  // namespace
