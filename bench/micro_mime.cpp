// Messages through the reader of their structure, with and without decoding, and through the whole reader, beside a
// plain read of the same memory, memcpy, memchr and SHA-256; by the size of the pieces they come in.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/message/message.hpp>
#include <mailparse/message/mime_reader.hpp>

#include "leaf_counter.hpp"
#include "mail_generator.hpp"

namespace {

using namespace mailparse;
using bench::Mix;

constexpr std::size_t mail_octets = 16 << 20;

/// Messages of one kind, some 16 MiB of them.
const std::vector<std::string>& mails(Mix mix) {
  static std::vector<std::string> all[4];
  std::vector<std::string>& some = all[static_cast<int>(mix)];
  if (!some.empty()) return some;
  bench::MailGenerator generator(1, mix);
  for (std::size_t octets = 0; octets < mail_octets; octets += some.back().size()) some.push_back(generator.message());
  return some;
}

/// Runs `read` on every message again and again.
template <class Read>
void each(benchmark::State& state, Mix mix, Read read) {
  std::uint64_t octets = 0;
  for (const std::string& mail : mails(mix)) octets += mail.size();
  for (auto _ : state) {
    for (const std::string& mail : mails(mix)) read(mail);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::uint64_t>(state.iterations()) * octets));
}

void read_memory(benchmark::State& state, Mix mix) {
  each(state, mix, [](std::string_view mail) {
    std::uint64_t sum = 0;
    std::uint64_t word = 0;
    for (std::size_t at = 0; at + sizeof word <= mail.size(); at += sizeof word) {
      std::memcpy(&word, mail.data() + at, sizeof word);
      sum += word;
    }
    benchmark::DoNotOptimize(sum);
  });
}

void copy_memory(benchmark::State& state, Mix mix) {
  std::string room(8 << 20, '\0');
  each(state, mix, [&](std::string_view mail) {
    std::memcpy(room.data(), mail.data(), std::min(mail.size(), room.size()));
    benchmark::DoNotOptimize(room.data());
  });
}

void memchr_lines(benchmark::State& state, Mix mix) {
  each(state, mix, [](std::string_view mail) {
    std::uint64_t lines = 0;
    for (std::size_t at = mail.find('\n'); at != mail.npos; at = mail.find('\n', at + 1)) ++lines;
    benchmark::DoNotOptimize(lines);
  });
}

void sha256(benchmark::State& state, Mix mix) {
  Digest digest(DigestKind::sha256);
  each(state, mix, [&](std::string_view mail) {
    digest.update(mail);
    benchmark::DoNotOptimize(digest.finish_hex());
  });
}

void structure(benchmark::State& state, Mix mix, bool decodes) {
  const auto piece = static_cast<std::size_t>(state.range(0));
  each(state, mix, [&](std::string_view mail) {
    bench::LeafCounter counter(decodes);
    MimeReader reader(counter);
    for (std::size_t at = 0; at < mail.size(); at += piece) reader.feed(mail.substr(at, piece));
    reader.finish();
    benchmark::DoNotOptimize(counter.octets);
  });
}

void message(benchmark::State& state, Mix mix, bool digests) {
  MessageOptions options;
  options.digests = digests;
  each(state, mix, [&](std::string_view mail) { benchmark::DoNotOptimize(read_message(mail, options)); });
}

#define MAILPARSE_BENCH_MIX(mix)                                                                                       \
  BENCHMARK_CAPTURE(read_memory, mix, Mix::mix)->Unit(benchmark::kMillisecond);                                        \
  BENCHMARK_CAPTURE(copy_memory, mix, Mix::mix)->Unit(benchmark::kMillisecond);                                        \
  BENCHMARK_CAPTURE(memchr_lines, mix, Mix::mix)->Unit(benchmark::kMillisecond);                                       \
  BENCHMARK_CAPTURE(sha256, mix, Mix::mix)->Unit(benchmark::kMillisecond);                                             \
  BENCHMARK_CAPTURE(structure, mix, Mix::mix, false)->Arg(1 << 20)->Arg(1460)->Unit(benchmark::kMillisecond);          \
  BENCHMARK_CAPTURE(structure, mix##_decoded, Mix::mix, true)->Arg(1 << 20)->Arg(1460)->Unit(benchmark::kMillisecond); \
  BENCHMARK_CAPTURE(message, mix##_without_digests, Mix::mix, false)->Unit(benchmark::kMillisecond);                   \
  BENCHMARK_CAPTURE(message, mix, Mix::mix, true)->Unit(benchmark::kMillisecond)

MAILPARSE_BENCH_MIX(mixed);
MAILPARSE_BENCH_MIX(text);
MAILPARSE_BENCH_MIX(attachments);
MAILPARSE_BENCH_MIX(small);

}  // namespace
