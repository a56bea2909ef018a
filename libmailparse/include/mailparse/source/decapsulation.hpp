// From a captured packet to its TCP segment, through whatever carries it.
// Layer: source. RFC 791, RFC 8200, IEEE 802.1Q, 802.2, 802.11, RFC 1661, 2516, 2784, 2890, 3032, 7348, 8926, 4380.
#pragma once

#include <cstdint>
#include <memory>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/source/capture_account.hpp>
#include <mailparse/source/captured_packet.hpp>
#include <mailparse/source/dns.hpp>
#include <mailparse/source/tcp_segment.hpp>

namespace mailparse {

/// Whether packets of this LINKTYPE_ number are decoded.
[[nodiscard]] bool linktype_supported(std::uint32_t linktype) noexcept;

/// What became of one packet.
struct Decapsulation {
  FrameFate fate = FrameFate::malformed;
  bool segment = false;              ///< a segment went to the sink: fate tcp, or ip_fragment that completed a datagram
  bool datagram = false;             ///< the packet completed a fragmented datagram
  std::uint64_t payload_octets = 0;  ///< of that segment
};

/// Unwraps packets. Link layers: Ethernet, 802.1Q tags in any number up to the limit, 802.2, PPPoE, PPP, Cisco HDLC,
/// MPLS, Linux cooked 1 and 2, BSD loopback, raw IP, 802.11 (plain, radiotap, PPI), NFLOG, PFLOG, ENC, PKTAP. Tunnels:
/// IP in IP, GRE with PPP, Ethernet or ERSPAN in it, VXLAN, Geneve, Teredo. Fragments are put together within
/// Limits::fragment_octets, the first copy of an octet winning.
/// Reports ip.fragment.overlap at once; ip.header-length and limit.encapsulation once a file with their number.
class Decapsulator {
 public:
  /// `dns`, which may be null, is given the DNS messages in UDP; it must outlive this.
  Decapsulator(const Limits& limits, bool verify_checksums, DnsSink* dns = nullptr);
  ~Decapsulator();
  Decapsulator(const Decapsulator&) = delete;
  Decapsulator& operator=(const Decapsulator&) = delete;

  /// `origin.linktype` need not be set; findings point at the packet's octets in its file.
  Decapsulation unwrap(const CapturedPacket& packet, const SegmentOrigin& origin, TcpSegmentSink& segments,
                       DiagnosticSink& findings);
  /// The file is over: reports what was counted. Fragments wait on: the next file may be the next piece of the capture.
  void end_file(DiagnosticSink& findings);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace mailparse
