// Any segments at all keep the listener's contract, the limits and the account of octets; segments of one sane stream
// give what the plain reference gives; the shortcut for segments in order tells what the long road tells.
//
// Input: an octet for the kind of run, then records of ten octets, one a segment.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "../tests/unit/source/stream_reference.hpp"
#include "../tests/unit/source/tcp_script.hpp"
#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

constexpr std::size_t record_octets = 10;
constexpr std::size_t segments_limit = 4096;

std::string payload_of(std::size_t length, unsigned char seed) {
  std::string octets(length, '\0');
  for (std::size_t i = 0; i < length; ++i) octets[i] = static_cast<char>('a' + (seed + i * 7) % 26);
  return octets;
}

void check(const test::Recorder& recorder, const ReassemblyTotals& t) {
  for (const auto& heard : recorder.heard) {
    for (const std::string& fault : heard->faults) std::fprintf(stderr, "%s\n%s", fault.c_str(), heard->text().c_str());
    require(heard->finished && heard->faults.empty());
  }
  require(recorder.heard.size() == t.conversations);
  require(t.connections == t.conversations + t.half_open + t.without_octets);
  require(t.payload_octets == t.delivered + t.repeated + t.conflicting + t.keep_alive + t.before_start + t.after_fin +
                                  t.out_of_window + t.refused + t.late + t.stray);
}

/// Two bits for the unit, the rest for the number: small steps near, large ones far.
std::uint32_t distance(unsigned char octet) {
  constexpr std::array<std::uint32_t, 4> units{1, 700, 40'000, 0x1000'0000};
  return units[octet >> 6] * static_cast<std::uint32_t>(octet & 63);
}

/// `marks` are flags that reassembly has no use for: segments with them take no shortcut.
ReassemblyTotals run_wild(const std::uint8_t* data, std::size_t size, bool small, std::uint8_t marks,
                          test::Recorder& recorder) {
  Limits limits;
  if (small) {
    limits.reorder_octets = 5'000;
    limits.reorder_total_octets = 12'000;
    limits.open_flows = 3;
  }
  TcpReassembly reassembly(recorder, limits);
  std::int64_t time = 1'700'000'000'000'000'000;
  std::array<std::array<std::uint32_t, 2>, 4> next{};
  for (std::size_t n = 0; size >= record_octets && n < segments_limit;
       data += record_octets, size -= record_octets, ++n) {
    const std::size_t me = data[0] & 1;
    const std::size_t flow = (data[0] >> 1) & 3;
    TcpSegment segment =
        test::bare_segment(me == 0 ? Side::client : Side::server, static_cast<std::uint16_t>(1000 + flow));
    segment.flags = static_cast<std::uint8_t>((data[1] & ~(tcp_ece | tcp_cwr)) | marks);
    const bool back = (data[0] & 8) != 0;
    segment.sequence = back ? next[flow][me] - distance(data[2]) : next[flow][me] + distance(data[2]);
    segment.acknowledgment =
        (data[0] & 16) != 0 ? next[flow][1 - me] - distance(data[3]) : next[flow][1 - me] + distance(data[3]);
    const std::string octets = payload_of(std::size_t{data[4]} * ((data[0] & 32) != 0 ? 8U : 1U), data[5]);
    segment.payload = octets;
    segment.payload_missing = data[6] > 200 ? data[6] : 0U;
    segment.window = static_cast<std::uint16_t>(data[7] * 257);
    segment.ttl = data[8];
    const std::string scale{3, 3, static_cast<char>(data[7] & 15)};
    if ((data[0] & 64) != 0) segment.options = scale;
    if ((data[0] & 128) == 0)
      time += std::int64_t{data[9]} * data[9] * data[9] * 1'000'000;
    else
      time -= std::int64_t{data[9]} * 1'000'000'000;
    segment.stamp.frame = n + 1;
    if (data[9] != 255) segment.stamp.time = Timestamp(std::chrono::nanoseconds(time));
    segment.urgent = data[8];
    segment.bad_header_length = data[6] == 200;
    if (segment.bad_header_length) segment.payload = {};
    reassembly.on_segment(segment);
    require(reassembly.held_octets() <= limits.reorder_total_octets);
    if (!back) next[flow][me] = segment.sequence + static_cast<std::uint32_t>(octets.size());
  }
  reassembly.finish();
  require(reassembly.held_octets() == 0);
  check(recorder, reassembly.totals());
  return reassembly.totals();
}

void compare_roads(const std::uint8_t* data, std::size_t size, bool small) {
  test::Recorder shortcut;
  test::Recorder marked;
  require(run_wild(data, size, small, 0, shortcut) == run_wild(data, size, small, tcp_ece, marked));
  require(shortcut.heard.size() == marked.heard.size());
  for (std::size_t i = 0; i < marked.heard.size(); ++i)
    require(shortcut.heard[i]->everything() == marked.heard[i]->everything());
}

/// The client's octets in any order, cut and copied in any way; the server is silent but for its SYN.
void run_sane(const std::uint8_t* data, std::size_t size) {
  test::Recorder recorder;
  test::StreamReference reference;
  TcpReassembly reassembly(recorder);
  TcpSegment segment = test::bare_segment(Side::client);
  segment.flags = tcp_syn;
  segment.sequence = 0xFFFF'FF00U;
  reassembly.on_segment(segment);
  TcpSegment answer = test::bare_segment(Side::server);
  answer.flags = tcp_syn | tcp_ack;
  answer.acknowledgment = segment.sequence + 1;
  reassembly.on_segment(answer);
  for (std::size_t n = 0; size >= record_octets && n < segments_limit;
       data += record_octets, size -= record_octets, ++n) {
    const std::uint64_t offset = (data[0] | data[1] << 8) % 8192U;
    const std::string octets = payload_of(1U + data[2], data[3] & 3U);
    TcpSegment part = test::bare_segment(Side::client);
    part.flags = tcp_ack;
    part.sequence = segment.sequence + 1 + static_cast<std::uint32_t>(offset);
    part.acknowledgment = 1;
    part.payload = octets;
    part.stamp.frame = n + 1;
    reassembly.on_segment(part);
    reference.add(offset, octets);
  }
  reassembly.finish();
  check(recorder, reassembly.totals());
  if (reference.end() == 0) return;
  const std::string& stream = recorder.only().streams[0];
  require(stream == reference.stream(reference.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  switch (data[0] & 3) {
    case 0:
      run_sane(data + 1, size - 1);
      break;
    case 1:
      compare_roads(data + 1, size - 1, true);
      break;
    default:
      compare_roads(data + 1, size - 1, false);
      break;
  }
  return 0;
}
