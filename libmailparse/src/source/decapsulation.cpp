#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include <mailparse/source/decapsulation.hpp>

#include "source/internet_checksum.hpp"
#include "source/ip_fragments.hpp"
#include "source/layers.hpp"
#include "source/network_order.hpp"
#include "source/tallied_findings.hpp"

namespace mailparse {
namespace {

enum IpProtocol : std::uint8_t {
  hop_by_hop = 0,
  icmp = 1,
  igmp = 2,
  ip_in_ip = 4,
  tcp = 6,
  udp = 17,
  ipv6_in_ip = 41,
  routing = 43,
  fragment_header = 44,
  gre = 47,
  esp = 50,
  authentication = 51,
  icmpv6 = 58,
  no_next_header = 59,
  destination_options = 60,
  old_ip_in_ip = 94,
  ether_ip = 97,
  sctp = 132,
  mobility = 135,
  mpls_in_ip = 137,
  host_identity = 139,
  shim6 = 140,
};

/// The innermost IP header, as far as what it carries depends on it.
struct IpHeader {
  IpAddress source;
  IpAddress destination;
  std::uint8_t ttl = 0;
  bool routed = false;  ///< by the sender's list of hops: the checksum covers an address that is not `destination`
};

constexpr Step transport_follows(std::uint8_t protocol) noexcept {
  return {Layer::transport, protocol, {}, false};
}

}  // namespace

class Decapsulator::State {
 public:
  State(const Limits& limits, bool verify, DnsSink* dns)
      : fragments_(limits.fragment_octets),
        most_layers_(limits.encapsulation_layers),
        verify_checksums_(verify),
        dns_(dns) {}

  Decapsulation unwrap(const CapturedPacket& packet, const SegmentOrigin& origin, TcpSegmentSink& segments,
                       DiagnosticSink& findings);
  void end_file(DiagnosticSink& findings) { tallies_.report(findings); }

 private:
  /// What holds during one packet.
  struct Packet {
    const CapturedPacket& captured;
    const SegmentOrigin& origin;
    TcpSegmentSink& segments;
    DiagnosticSink& findings;
    Decapsulation result;
    Cursor cursor;
    IpHeader ip;
    std::uint64_t layers = 0;
    bool cut_told = false;  ///< once for a packet, also where a packet is in the packet
  };

  FrameFate walk(Packet& packet, Step step);
  Step take(Packet& packet, const Step& step);
  Step read_ip(Packet& packet);
  Step read_ipv4(Packet& packet);
  Step read_ipv6(Packet& packet);
  Step read_extension(Packet& packet, std::uint8_t type);
  Step read_fragment_header(Packet& packet);
  Step read_authentication(Packet& packet);
  Step read_transport(Packet& packet, std::uint8_t protocol);
  Step read_tcp(Packet& packet);
  Step read_datagram(Packet& packet);
  Step add_fragment(Packet& packet, const Fragment& fragment);
  Step bad_ip_header(Packet& packet);
  void limit(Packet& packet, std::size_t size);
  [[nodiscard]] TcpSegment read_tcp_header(const Packet& packet) const;
  [[nodiscard]] TcpChecksum judge(const Packet& packet) const;
  /// Where the cursor stands in the file, or the packet's start once it stands in a datagram put together here.
  [[nodiscard]] static TalliedFindings::Place place(const Packet& packet, std::uint64_t length);

  IpFragments fragments_;
  std::uint64_t most_layers_;
  bool verify_checksums_;
  DnsSink* dns_;
  TalliedFindings tallies_;
  std::deque<std::string> datagrams_;  ///< put together for the packet at hand: views point into them
};

Decapsulator::Decapsulator(const Limits& limits, bool verify_checksums, DnsSink* dns)
    : state_(std::make_unique<State>(limits, verify_checksums, dns)) {}
Decapsulator::~Decapsulator() = default;

Decapsulation Decapsulator::unwrap(const CapturedPacket& packet, const SegmentOrigin& origin, TcpSegmentSink& segments,
                                   DiagnosticSink& findings) {
  return state_->unwrap(packet, origin, segments, findings);
}

void Decapsulator::end_file(DiagnosticSink& findings) {
  state_->end_file(findings);
}

Decapsulation Decapsulator::State::unwrap(const CapturedPacket& captured, const SegmentOrigin& origin,
                                          TcpSegmentSink& segments, DiagnosticSink& findings) {
  Packet packet{captured, origin, segments, findings, {}, {captured.octets, 0}, {}, 0, false};
  if (captured.original_length > captured.octets.size()) {
    packet.cursor.cut = captured.original_length - static_cast<std::uint32_t>(captured.octets.size());
  } else if (packet.cursor.has(captured.fcs_octets)) {
    packet.cursor.octets.remove_suffix(captured.fcs_octets);
  }
  const FrameFate fate = walk(
      packet, captured.octets.empty() ? Cursor::ended(FrameFate::empty) : enter_link(captured.linktype, packet.cursor));
  packet.result.fate = packet.result.datagram ? FrameFate::ip_fragment : fate;
  if (packet.result.datagram) datagrams_.clear();
  return packet.result;
}

FrameFate Decapsulator::State::walk(Packet& packet, Step step) {
  while (step.layer != Layer::ended) {
    if (step.deeper && ++packet.layers > most_layers_) {
      tallies_.add(Code::limit_encapsulation, place(packet, packet.cursor.octets.size()));
      return FrameFate::too_deep;
    }
    step = take(packet, step);
  }
  return step.fate;
}

Step Decapsulator::State::take(Packet& packet, const Step& step) {
  switch (step.layer) {
    case Layer::ethernet:
      return read_ethernet(packet.cursor);
    case Layer::ethertype:
      return read_ethertype(step.number, packet.cursor);
    case Layer::llc:
      return read_llc(packet.cursor);
    case Layer::ppp:
      return read_ppp(packet.cursor);
    case Layer::mpls:
      return read_mpls(packet.cursor);
    case Layer::ip:
      return read_ip(packet);
    case Layer::transport:
      return read_transport(packet, static_cast<std::uint8_t>(step.number));
    case Layer::ended:
      break;
  }
  return step;
}

TalliedFindings::Place Decapsulator::State::place(const Packet& packet, std::uint64_t length) {
  const CapturedPacket& captured = packet.captured;
  std::uint64_t offset = captured.octets_offset;
  const char* const begin = captured.octets.data();
  const char* const at = packet.cursor.data();
  if (std::less_equal<>{}(begin, at) && std::less_equal<>{}(at, begin + captured.octets.size())) {
    offset += static_cast<std::uint64_t>(at - begin);
  }
  return {offset, length, captured.stamp.frame};
}

Step Decapsulator::State::bad_ip_header(Packet& packet) {
  tallies_.add(Code::ip_header_length, place(packet, std::min<std::size_t>(packet.cursor.octets.size(), 20)));
  return Cursor::ended(FrameFate::malformed);
}

/// The packet says that `size` octets follow the cursor.
void Decapsulator::State::limit(Packet& packet, std::size_t size) {
  if (size <= packet.cursor.octets.size()) return packet.cursor.limit(size);
  const TalliedFindings::Place where = place(packet, packet.cursor.octets.size());
  packet.cursor.limit(size);
  if (!std::exchange(packet.cut_told, true)) tallies_.add(Code::ip_truncated, where);
}

Step Decapsulator::State::read_ip(Packet& packet) {
  if (!packet.cursor.has(1)) return packet.cursor.ends_early();
  switch (be8(packet.cursor.data()) >> 4) {
    case 4:
      return read_ipv4(packet);
    case 6:
      return read_ipv6(packet);
    default:
      return bad_ip_header(packet);
  }
}

Step Decapsulator::State::read_ipv4(Packet& packet) {
  Cursor& cursor = packet.cursor;
  constexpr std::size_t fixed = 20;
  const std::size_t header = (be8(cursor.data()) & 0x0FU) * 4U;
  if (header < fixed) return bad_ip_header(packet);
  if (!cursor.has(header)) return cursor.cut != 0 ? Cursor::ended(FrameFate::truncated) : bad_ip_header(packet);
  const char* const octets = cursor.data();
  const std::size_t total = be16(octets + 2);
  // Segmentation offload hands the capture a packet too long for the field, with 0 in it.
  if (total != 0) {
    if (total < header) return bad_ip_header(packet);
    limit(packet, total);
  }
  packet.ip = {IpAddress::ipv4(octets + 12), IpAddress::ipv4(octets + 16), be8(octets + 8), header > fixed};
  const std::uint8_t protocol = be8(octets + 9);
  const std::uint16_t flags = be16(octets + 6);
  cursor.skip(header);
  constexpr std::uint16_t more = 0x2000, offset_mask = 0x1FFF;
  if ((flags & (more | offset_mask)) == 0) return transport_follows(protocol);
  return add_fragment(packet, {{packet.ip.source, packet.ip.destination, be16(octets + 4), protocol},
                               (flags & offset_mask) * 8U,
                               (flags & more) != 0,
                               cursor.octets,
                               packet.captured.stamp});
}

Step Decapsulator::State::read_ipv6(Packet& packet) {
  Cursor& cursor = packet.cursor;
  constexpr std::size_t header = 40;
  if (!cursor.has(header)) return cursor.cut != 0 ? Cursor::ended(FrameFate::truncated) : bad_ip_header(packet);
  const char* const octets = cursor.data();
  packet.ip = {IpAddress::ipv6(octets + 8), IpAddress::ipv6(octets + 24), be8(octets + 7), false};
  const std::size_t payload = be16(octets + 4);
  const std::uint8_t next = be8(octets + 6);
  cursor.skip(header);
  // 0 is a jumbogram (RFC 2675) or segmentation offload: the capture's length holds.
  if (payload != 0) limit(packet, payload);
  return transport_follows(next);
}

/// Hop-by-hop and destination options, routing, mobility and their like: length in eight octets after the first eight.
Step Decapsulator::State::read_extension(Packet& packet, std::uint8_t type) {
  Cursor& cursor = packet.cursor;
  if (!cursor.has(8)) return cursor.ends_early();
  const std::uint8_t next = be8(cursor.data());
  const std::size_t octets = (be8(cursor.data() + 1) + 1U) * 8U;
  const bool hops_left = be8(cursor.data() + 3) != 0;
  if (!cursor.has(octets)) return cursor.ends_early();
  if (type == routing && hops_left) packet.ip.routed = true;
  cursor.skip(octets);
  return transport_follows(next);
}

Step Decapsulator::State::read_fragment_header(Packet& packet) {
  Cursor& cursor = packet.cursor;
  if (!cursor.has(8)) return cursor.ends_early();
  const std::uint8_t next = be8(cursor.data());
  const std::uint16_t place = be16(cursor.data() + 2);
  const std::uint32_t identification = be32(cursor.data() + 4);
  cursor.skip(8);
  const bool more = (place & 1U) != 0;
  const std::uint32_t offset = place & 0xFFF8U;
  if (!more && offset == 0) return transport_follows(next);  // an atomic fragment, RFC 6946
  return add_fragment(packet, {{packet.ip.source, packet.ip.destination, identification, next},
                               offset,
                               more,
                               cursor.octets,
                               packet.captured.stamp});
}

/// RFC 4302 2: what it authenticates is in the clear.
Step Decapsulator::State::read_authentication(Packet& packet) {
  Cursor& cursor = packet.cursor;
  if (!cursor.has(12)) return cursor.ends_early();
  const std::uint8_t next = be8(cursor.data());
  const std::size_t octets = (be8(cursor.data() + 1) + 2U) * 4U;
  if (!cursor.has(octets)) return cursor.ends_early();
  cursor.skip(octets);
  return transport_follows(next);
}

Step Decapsulator::State::add_fragment(Packet& packet, const Fragment& fragment) {
  // Of a fragment cut short by the capture, and of all but the last, only what is there counts: the hole stays open.
  Fragment kept = fragment;
  if (packet.cursor.cut != 0) kept.more = true;
  IpFragments::Result result = fragments_.add(kept);
  if (result.conflict) {
    const TalliedFindings::Place where = place(packet, fragment.octets.size());
    Diagnostic diagnostic = make_diagnostic(Code::ip_fragment_overlap, where.offset, where.length);
    diagnostic.frame = where.frame;
    packet.findings.report(std::move(diagnostic));
  }
  if (!result.datagram) return Cursor::ended(FrameFate::ip_fragment);
  packet.result.datagram = true;
  datagrams_.push_back(std::move(*result.datagram));
  packet.cursor = {datagrams_.back(), 0};
  return transport_follows(fragment.key.protocol);
}

Step Decapsulator::State::read_transport(Packet& packet, std::uint8_t protocol) {
  constexpr auto tunnel = [](Layer layer) { return Step{layer, 0, {}, true}; };
  switch (protocol) {
    case tcp:
      return read_tcp(packet);
    case udp:
      return read_datagram(packet);
    case icmp:
    case icmpv6:
      return Cursor::ended(FrameFate::icmp);
    case igmp:
      return Cursor::ended(FrameFate::igmp);
    case sctp:
      return Cursor::ended(FrameFate::sctp);
    case esp:
      return Cursor::ended(FrameFate::ipsec);
    case authentication:
      return read_authentication(packet);
    case hop_by_hop:
    case routing:
    case destination_options:
    case mobility:
    case host_identity:
    case shim6:
      return read_extension(packet, protocol);
    case fragment_header:
      return read_fragment_header(packet);
    case ip_in_ip:
    case ipv6_in_ip:
    case old_ip_in_ip:
      return tunnel(Layer::ip);
    case gre:
      return read_gre(packet.cursor);
    case mpls_in_ip:
      return tunnel(Layer::mpls);
    case ether_ip:
      if (!packet.cursor.has(2)) return packet.cursor.ends_early();
      packet.cursor.skip(2);
      return tunnel(Layer::ethernet);
    default:
      return Cursor::ended(FrameFate::ip_other);
  }
}

Step Decapsulator::State::read_datagram(Packet& packet) {
  const Step step = read_udp(packet.cursor);
  if (step.layer == Layer::ended && step.fate == FrameFate::udp_dns && dns_ != nullptr)
    dns_->on_dns(packet.cursor.octets, packet.captured.stamp);
  return step;
}

TcpSegment Decapsulator::State::read_tcp_header(const Packet& packet) const {
  const Cursor& cursor = packet.cursor;
  const char* const octets = cursor.data();
  TcpSegment segment;
  segment.source = packet.ip.source;
  segment.destination = packet.ip.destination;
  segment.source_port = be16(octets);
  segment.destination_port = be16(octets + 2);
  segment.sequence = be32(octets + 4);
  segment.acknowledgment = be32(octets + 8);
  segment.header_octets = static_cast<std::uint8_t>((be8(octets + 12) >> 4) * 4);
  segment.flags = be8(octets + 13);
  segment.window = be16(octets + 14);
  segment.urgent = be16(octets + 18);
  segment.ttl = packet.ip.ttl;
  segment.packet_offset = packet.captured.file_offset;
  segment.stamp = packet.captured.stamp;
  segment.origin = &packet.origin;
  return segment;
}

TcpChecksum Decapsulator::State::judge(const Packet& packet) const {
  if (!verify_checksums_ || packet.cursor.cut != 0) return TcpChecksum::unknown;
  const TcpChecksum verdict = judge_tcp_checksum(packet.ip.source, packet.ip.destination, packet.cursor.octets);
  return verdict == TcpChecksum::bad && packet.ip.routed ? TcpChecksum::unknown : verdict;
}

Step Decapsulator::State::read_tcp(Packet& packet) {
  const Cursor& cursor = packet.cursor;
  constexpr std::size_t fixed = 20;
  if (!cursor.has(fixed)) return cursor.ends_early();
  TcpSegment segment = read_tcp_header(packet);
  segment.checksum = judge(packet);
  const std::size_t header = segment.header_octets;
  const std::size_t captured = cursor.octets.size();
  if (header < fixed || header > captured + cursor.cut) {
    segment.bad_header_length = true;
  } else {
    segment.options = cursor.octets.substr(fixed, std::min(header, captured) - fixed);
    if (header < captured) segment.payload = cursor.octets.substr(header);
    segment.payload_missing = static_cast<std::uint32_t>(captured + cursor.cut - header - segment.payload.size());
  }
  packet.result.segment = true;
  packet.result.payload_octets = segment.payload.size();
  packet.segments.on_segment(segment);
  return Cursor::ended(FrameFate::tcp);
}

}  // namespace mailparse
