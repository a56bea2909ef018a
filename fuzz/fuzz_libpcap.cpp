// The reader of capture files beside libpcap's: where this one finds no fault both read the same packets; where it
// does, libpcap's packets up to that place are the same. Input: a pcap or pcapng file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/source/capture_file.hpp>

#include "../tests/unit/source/libpcap_oracle.hpp"
#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

struct Packet {
  std::uint64_t end = 0;  ///< where the file goes on behind it
  std::optional<Timestamp> time;
  std::uint64_t original_length = 0;
  std::string octets;
};

constexpr Timestamp signed_end{std::chrono::seconds{std::numeric_limits<std::int32_t>::max()}};

class Reading final : public PacketSink, public DiagnosticSink {
 public:
  void on_packet(const CapturedPacket& packet) override {
    packets.push_back({packet.octets_offset + packet.octets.size(), packet.stamp.time, packet.original_length,
                       std::string(packet.octets)});
  }
  void on_secrets(std::uint32_t, std::string_view) override {}
  void on_skipped(SkippedRecord, const Stamp&, std::uint64_t file_offset, std::uint64_t) override {
    fault(file_offset);
  }
  void report(Diagnostic diagnostic) override { fault(diagnostic.offset); }

  std::vector<Packet> packets;
  std::uint64_t sound = std::numeric_limits<std::uint64_t>::max();  ///< octets in front of the first fault

 private:
  void fault(std::uint64_t offset) { sound = std::min(sound, offset); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string file(reinterpret_cast<const char*>(data), size);
  Reading ours;
  CaptureFileReader reader(ours, ours);
  reader.feed(file);
  reader.finish();
  const test::LibpcapFile theirs = test::read_with_libpcap(file);
  if (!theirs.opened) return 0;

  const bool sound = ours.sound > file.size();
  if (sound && theirs.to_the_end) require(ours.packets.size() == theirs.packets.size());
  for (std::size_t i = 0; i < theirs.packets.size(); ++i) {
    if (i < ours.packets.size() && ours.packets[i].end > ours.sound) break;
    if (!sound && i >= ours.packets.size()) break;
    require(i < ours.packets.size());
    const Packet& own = ours.packets[i];
    const test::LibpcapPacket& other = theirs.packets[i];
    require(own.octets == other.octets && own.original_length == other.original_length);
    // libpcap takes the seconds of a pcap file for signed ones, which they are not (draft-ietf-opsawg-pcap 4).
    if (own.time && other.time && *own.time < signed_end) require(own.time == other.time);
  }
  return 0;
}
