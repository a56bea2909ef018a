// Packets of one link type: two octets of LINKTYPE_ number, then packets, each behind two octets of length, the top bit
// of which says that the capture cut it. Segments lie inside their packet, parts add up, two runs tell the same.
#include <string>
#include <vector>

#include <mailparse/source/decapsulation.hpp>

#include "capture_checks.hpp"

namespace {

using namespace mailparse;
using fuzzing::require;

class Segments final : public TcpSegmentSink {
 public:
  void on_segment(const TcpSegment& segment) override {
    ++count;
    payload = segment.payload;
    require(segment.origin != nullptr);
    require(segment.header_octets <= 60);
    require(segment.bad_header_length ? segment.payload.empty() && segment.options.empty()
                                      : segment.header_octets >= 20);
    require(segment.options.size() <= 40);
    const TcpOptions options = parse_tcp_options(segment.options, segment.payload_missing == 0);
    require(options.sack_blocks <= options.sack.size());
    text += segment.source.text() + ">" + segment.destination.text() + std::to_string(segment.sequence) +
            std::to_string(static_cast<int>(segment.checksum)) + std::string(segment.payload);
  }

  std::uint64_t count = 0;
  std::string_view payload;  ///< of the last; not to be read once the packet is gone
  std::string text;
};

std::string unwrap_all(std::string_view input) {
  Segments segments;
  DiagnosticList findings;
  Decapsulator decapsulator({}, true);
  const auto be16 = [](std::string_view octets) {
    return static_cast<unsigned>(static_cast<unsigned char>(octets[0]) << 8 | static_cast<unsigned char>(octets[1]));
  };
  if (input.size() < 2) return {};
  CapturedPacket packet;
  packet.linktype = be16(input);
  input.remove_prefix(2);
  while (input.size() >= 2) {
    const unsigned head = be16(input);
    input.remove_prefix(2);
    const std::string_view octets = input.substr(0, head & 0x7FFFU);
    input.remove_prefix(octets.size());
    const std::vector<char> exact(octets.begin(), octets.end());
    packet.octets = {exact.data(), exact.size()};
    packet.original_length = static_cast<std::uint32_t>(exact.size()) + ((head & 0x8000U) != 0 ? 100 : 0);
    ++packet.stamp.frame;
    const std::uint64_t before = segments.count;
    const Decapsulation result = decapsulator.unwrap(packet, {"pcap", "FUZZ"}, segments, findings);
    require(segments.count - before == (result.segment ? 1U : 0U));
    require(!result.segment || result.payload_octets == segments.payload.size());
    require(result.fate != FrameFate::tcp || (result.segment && result.payload_octets <= exact.size()));
    require(!result.datagram || result.fate == FrameFate::ip_fragment);
    if (result.fate == FrameFate::tcp && !segments.payload.empty()) {
      require(segments.payload.data() >= exact.data() &&
              segments.payload.data() + segments.payload.size() <= exact.data() + exact.size());
    }
    segments.text += to_string(result.fate);
  }
  decapsulator.end_file(findings);
  for (const Diagnostic& finding : findings.items()) segments.text += info(finding.code).name;
  return std::move(segments.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  require(unwrap_all(input) == unwrap_all(input));
  return 0;
}
