// Octets per second of a capture file through the reader, and through reader and decapsulation, by size of packets.
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

#include <benchmark/benchmark.h>

#include <mailparse/source/capture_file.hpp>
#include <mailparse/source/decapsulation.hpp>

#include "source/internet_checksum.hpp"

namespace mailparse {
namespace {

std::string be(std::uint64_t value, int octets) {
  std::string text;
  for (int i = octets - 1; i >= 0; --i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

/// 64 MiB of Ethernet frames with TCP segments of `payload` octets, their checksums right.
std::string make_file(std::size_t payload) {
  constexpr std::size_t size = 64 * 1024 * 1024;
  const std::string addresses = be(0xC0000201C6336419, 8);
  std::string segment = be(40000, 2) + be(25, 2) + be(1, 4) + be(1, 4) + be(0x5018, 2) + be(0xFFFF, 2) + be(0, 4) +
                        std::string(payload, 'm');
  const std::string pseudo = addresses + be(6, 2) + be(segment.size(), 2);
  const std::uint16_t sum = fold(ones_complement_sum(pseudo) + ones_complement_sum(segment));
  const auto complement = static_cast<std::uint16_t>(~sum);
  std::memcpy(segment.data() + 16, &complement, 2);
  const std::string frame = be(0x020000000001, 6) + be(0x020000000002, 6) + be(0x0800, 2) + be(0x4500, 2) +
                            be(20 + segment.size(), 2) + be(0x00014000, 4) + be(0x4006, 2) + be(0, 2) + addresses +
                            segment;
  const std::string length = be(frame.size(), 4);
  std::string file = be(0xA1B2C3D4, 4) + be(0x00020004, 4) + be(0, 8) + be(262144, 4) + be(1, 4);
  file.reserve(size + 65536);
  for (std::uint64_t i = 0; file.size() < size; ++i)
    file += be(1'764'000'000 + i / 1'000'000, 4) + be(i % 1'000'000, 4) + length + length + frame;
  return file;
}

class Reading final : public PacketSink, public DiagnosticSink, public TcpSegmentSink {
 public:
  enum class Depth : std::uint8_t { records, segments, checksums };
  explicit Reading(Depth depth) : depth_(depth), decapsulator_({}, depth == Depth::checksums) {}

  void on_packet(const CapturedPacket& packet) override {
    if (depth_ == Depth::records) {
      octets += packet.octets.size();
      return;
    }
    benchmark::DoNotOptimize(decapsulator_.unwrap(packet, {"pcap", "ETHERNET"}, *this, *this));
  }
  void on_skipped(SkippedRecord, const Stamp&, std::uint64_t, std::uint64_t) override {}
  void on_secrets(std::uint32_t, std::string_view) override {}
  void report(Diagnostic) override {}
  void on_segment(const TcpSegment& segment) override { octets += segment.payload.size(); }

  std::uint64_t octets = 0;

 private:
  Depth depth_;
  Decapsulator decapsulator_;
};

/// `state.range(0)` octets of payload in each packet, fed in blocks as Input gives them.
void read_capture(benchmark::State& state, Reading::Depth depth) {
  const std::string file = make_file(static_cast<std::size_t>(state.range(0)));
  constexpr std::size_t block = 1024 * 1024;
  for (auto _ : state) {
    Reading reading(depth);
    CaptureFileReader reader(reading, reading);
    for (std::size_t at = 0; at < file.size(); at += block) reader.feed(std::string_view(file).substr(at, block));
    reader.finish();
    benchmark::DoNotOptimize(reading.octets);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(file.size()));
}

/// The floor: every octet of the file is looked at once.
void read_memory(benchmark::State& state) {
  const std::string file = make_file(1460);
  for (auto _ : state) benchmark::DoNotOptimize(ones_complement_sum(file));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(file.size()));
}

BENCHMARK_CAPTURE(read_capture, records, Reading::Depth::records)->Arg(40)->Arg(1460);
BENCHMARK_CAPTURE(read_capture, segments, Reading::Depth::segments)->Arg(40)->Arg(1460);
BENCHMARK_CAPTURE(read_capture, checksums, Reading::Depth::checksums)->Arg(40)->Arg(1460);
BENCHMARK(read_memory);

}  // namespace
}  // namespace mailparse
