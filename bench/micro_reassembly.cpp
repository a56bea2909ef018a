// Octets per second through TCP reassembly: in order, with reordering and loss, and over many connections at once.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <mailparse/source/reassembly.hpp>

#include "../tests/unit/source/stream_reference.hpp"

namespace {

using namespace mailparse;

constexpr std::size_t segment_octets = 1460;

/// Looks at one octet of each chunk, as any listener does at least.
class Ignoring final : public ConversationFactory {
 public:
  std::unique_ptr<ConversationListener> open(const ConversationStart&) override { return std::make_unique<Listener>(); }

 private:
  struct Listener final : ConversationListener {
    void on_chunk(const Chunk& chunk) override { seen += static_cast<unsigned char>(chunk.octets.front()); }
    void on_gap(const Gap& gap) override { seen += gap.length; }
    void on_elided(const Elided&) override {}
    void on_end(Side, StreamEnd, const Stamp&) override {}
    void report(Diagnostic) override {}
    void finish(const ConversationEnd&) override { benchmark::DoNotOptimize(seen); }
    std::uint64_t seen = 0;
  };
};

struct Packet {
  std::uint32_t connection = 0;
  std::uint32_t index =
      0;  ///< of the segment in the client's stream; acknowledged by the server after every second one
};

TcpSegment segment_of(Side side, std::uint32_t connection) {
  TcpSegment segment = test::bare_segment(side, static_cast<std::uint16_t>(connection));
  // Beyond 65,536 connections another address.
  (side == Side::client ? segment.source : segment.destination).octets[3] =
      static_cast<unsigned char>(connection >> 16);
  return segment;
}

/// Plays data packets with their handshakes and acknowledgments; counts the octets of payload.
void play(benchmark::State& state, const std::vector<Packet>& packets, std::uint32_t connections) {
  const std::string payload(segment_octets, 'x');
  std::uint64_t octets = 0;
  for (auto _ : state) {
    Ignoring factory;
    TcpReassembly reassembly(factory);
    std::uint64_t frame = 0;
    const auto send = [&](TcpSegment& segment) {
      segment.stamp.frame = ++frame;
      segment.stamp.time = Timestamp(std::chrono::microseconds(frame * 10));
      reassembly.on_segment(segment);
    };
    for (std::uint32_t connection = 0; connection < connections; ++connection) {
      TcpSegment syn = segment_of(Side::client, connection);
      syn.flags = tcp_syn;
      send(syn);
      TcpSegment answer = segment_of(Side::server, connection);
      answer.flags = tcp_syn | tcp_ack;
      answer.acknowledgment = 1;
      send(answer);
    }
    for (const Packet& packet : packets) {
      TcpSegment segment = segment_of(Side::client, packet.connection);
      segment.flags = tcp_ack;
      segment.sequence = 1 + packet.index * static_cast<std::uint32_t>(segment_octets);
      segment.acknowledgment = 1;
      segment.payload = payload;
      send(segment);
      octets += payload.size();
      if (packet.index % 2 == 0) continue;
      TcpSegment ack = segment_of(Side::server, packet.connection);
      ack.flags = tcp_ack;
      ack.sequence = 1;
      ack.acknowledgment = segment.sequence + static_cast<std::uint32_t>(segment_octets);
      send(ack);
    }
    reassembly.finish();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(octets));
}

std::vector<Packet> in_order(std::uint32_t connections, std::uint32_t segments) {
  std::vector<Packet> packets;
  for (std::uint32_t index = 0; index < segments; ++index) {
    for (std::uint32_t connection = 0; connection < connections; ++connection) packets.push_back({connection, index});
  }
  return packets;
}

void in_order_one_connection(benchmark::State& state) {
  play(state, in_order(1, 50'000), 1);
}
BENCHMARK(in_order_one_connection)->Unit(benchmark::kMillisecond);

void in_order_50000_connections(benchmark::State& state) {
  play(state, in_order(50'000, 4), 50'000);
}
BENCHMARK(in_order_50000_connections)->Unit(benchmark::kMillisecond);

/// One segment in a hundred comes up to twenty later, one in a thousand never.
void reordered_and_lossy(benchmark::State& state) {
  std::mt19937 random(1);
  std::vector<Packet> packets = in_order(1, 50'000);
  for (std::size_t i = 0; i + 20 < packets.size(); ++i) {
    if (random() % 100 == 0) std::swap(packets[i], packets[i + 1 + random() % 19]);
  }
  std::erase_if(packets, [&](const Packet&) { return random() % 1000 == 0; });
  play(state, packets, 1);
}
BENCHMARK(reordered_and_lossy)->Unit(benchmark::kMillisecond);

/// Every window of segments comes backwards: nothing is ever in order.
void backwards_in_windows_of_40(benchmark::State& state) {
  std::vector<Packet> packets = in_order(1, 50'000);
  for (std::size_t i = 0; i + 40 <= packets.size(); i += 40) {
    std::reverse(packets.begin() + static_cast<std::ptrdiff_t>(i),
                 packets.begin() + static_cast<std::ptrdiff_t>(i + 40));
  }
  play(state, packets, 1);
}
BENCHMARK(backwards_in_windows_of_40)->Unit(benchmark::kMillisecond);

/// Every segment twice: all octets compared.
void everything_twice(benchmark::State& state) {
  std::vector<Packet> packets;
  for (const Packet& packet : in_order(1, 50'000)) packets.insert(packets.end(), 2, packet);
  play(state, packets, 1);
}
BENCHMARK(everything_twice)->Unit(benchmark::kMillisecond);

/// A hostile sender: one-octet segments with holes between, never acknowledged. Items are segments; twice as many must
/// take about twice as long.
void holes_between_single_octets(benchmark::State& state) {
  const auto segments = static_cast<std::uint32_t>(state.range(0));
  const std::string payload(1, 'x');
  for (auto _ : state) {
    Ignoring factory;
    TcpReassembly reassembly(factory);
    for (std::uint32_t i = 0; i < segments; ++i) {
      TcpSegment segment = segment_of(Side::client, 1);
      segment.flags = tcp_ack;
      // Both ends of a window in turn, so that no two neighbours come after each other.
      segment.sequence = 1 + (i % 2 == 0 ? i : 60'000 - i % 60'000) * 2;
      segment.payload = payload;
      reassembly.on_segment(segment);
    }
    reassembly.finish();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * segments));
}
BENCHMARK(holes_between_single_octets)->Arg(50'000)->Arg(100'000)->Arg(200'000)->Unit(benchmark::kMillisecond);

void syn_flood(benchmark::State& state) {
  for (auto _ : state) {
    Ignoring factory;
    TcpReassembly reassembly(factory);
    for (std::uint32_t connection = 0; connection < 1'000'000; ++connection) {
      TcpSegment syn = segment_of(Side::client, connection);
      syn.flags = tcp_syn;
      reassembly.on_segment(syn);
    }
    reassembly.finish();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * 1'000'000));
}
BENCHMARK(syn_flood)->Unit(benchmark::kMillisecond);

}  // namespace
