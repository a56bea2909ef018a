// What became of every octet and every frame of a capture.
// Layer: source.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mailparse {

/// What became of one frame. Each frame has exactly one fate, that of the innermost thing that could be read.
enum class FrameFate : std::uint8_t {
  tcp,                   ///< a TCP segment went to reassembly
  ip_fragment,           ///< a fragment, kept until its datagram is whole
  udp_dns,               ///< UDP with port 53 or 5353
  udp_other,             ///< any other UDP that is no known tunnel
  icmp,                  ///< ICMP and ICMPv6
  igmp,                  ///< IGMP
  sctp,                  ///< SCTP
  ipsec,                 ///< ESP or AH
  ip_other,              ///< any other IP protocol
  arp,                   ///< ARP and RARP
  link_other,            ///< a link-layer protocol that carries no IP: LLDP, spanning tree, 802.11 management ...
  encrypted,             ///< the link layer is encrypted (802.11 protected frames)
  filtered,              ///< the filter of --filter did not want it
  empty,                 ///< a record without octets
  unsupported_linktype,  ///< capfile.linktype-unsupported
  no_interface,          ///< capfile.interface-missing
  too_many_interfaces,   ///< limit.interfaces
  inconsistent,          ///< capfile.caplen-gt-block
  too_deep,              ///< limit.encapsulation
  truncated,             ///< the capture cut the packet before its transport header was complete
  malformed,             ///< a header contradicts itself: ip.header-length and its like
};

inline constexpr std::size_t frame_fates = static_cast<std::size_t>(FrameFate::malformed) + 1;

/// "udp_dns" and so on: the enumerator's own name.
[[nodiscard]] std::string_view to_string(FrameFate fate) noexcept;

/// Totals. These hold at any time between two calls of feed():
///   file_octets   = framing_octets + packet_octets + damaged_octets + pending_octets
///   frames        = the sum of by_fate[].frames
///   packet_octets = the sum of by_fate[].octets
///   by_fate[tcp].octets = tcp_header_octets + tcp_payload_octets
struct CaptureAccount {
  struct Fate {
    std::uint64_t frames = 0;
    std::uint64_t octets = 0;  ///< captured
    bool operator==(const Fate&) const = default;
  };

  std::uint64_t file_octets = 0;     ///< fed, after decompression
  std::uint64_t framing_octets = 0;  ///< file headers, record headers, padding, blocks that hold no packet
  std::uint64_t packet_octets = 0;   ///< captured octets of all frames
  std::uint64_t damaged_octets = 0;  ///< passed over in search of the next record, or an incomplete record at the end
  std::uint64_t pending_octets = 0;  ///< of a record that is not complete yet; 0 after the end of the file
  std::uint64_t frames = 0;
  std::array<Fate, frame_fates> by_fate{};

  std::uint64_t tcp_header_octets = 0;      ///< in frames of fate tcp: all that is not payload, link padding included
  std::uint64_t tcp_payload_octets = 0;     ///< in frames of fate tcp
  std::uint64_t reassembled_datagrams = 0;  ///< IP datagrams made whole from fragments
  std::uint64_t reassembled_tcp_segments = 0;        ///< of these, TCP segments
  std::uint64_t reassembled_tcp_payload_octets = 0;  ///< payload of these segments

  [[nodiscard]] Fate& operator[](FrameFate fate) noexcept { return by_fate[static_cast<std::size_t>(fate)]; }
  [[nodiscard]] const Fate& operator[](FrameFate fate) const noexcept {
    return by_fate[static_cast<std::size_t>(fate)];
  }
  /// Frames of fate tcp and ip_fragment.
  [[nodiscard]] std::uint64_t decoded_frames() const noexcept;
  CaptureAccount& operator+=(const CaptureAccount& that) noexcept;
  /// Whether the parts add up to the whole.
  [[nodiscard]] bool adds_up() const noexcept;
  bool operator==(const CaptureAccount&) const = default;
};

}  // namespace mailparse
