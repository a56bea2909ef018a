#include <mailparse/source/capture_account.hpp>

namespace mailparse {

std::string_view to_string(FrameFate fate) noexcept {
  constexpr std::array<std::string_view, frame_fates> names{
      "tcp",
      "ip_fragment",
      "udp_dns",
      "udp_other",
      "icmp",
      "igmp",
      "sctp",
      "ipsec",
      "ip_other",
      "arp",
      "link_other",
      "encrypted",
      "filtered",
      "empty",
      "unsupported_linktype",
      "no_interface",
      "too_many_interfaces",
      "inconsistent",
      "too_deep",
      "truncated",
      "malformed",
  };
  return names[static_cast<std::size_t>(fate)];
}

std::uint64_t CaptureAccount::decoded_frames() const noexcept {
  return (*this)[FrameFate::tcp].frames + (*this)[FrameFate::ip_fragment].frames;
}

CaptureAccount& CaptureAccount::operator+=(const CaptureAccount& that) noexcept {
  file_octets += that.file_octets;
  framing_octets += that.framing_octets;
  packet_octets += that.packet_octets;
  damaged_octets += that.damaged_octets;
  pending_octets += that.pending_octets;
  frames += that.frames;
  for (std::size_t i = 0; i < frame_fates; ++i) {
    by_fate[i].frames += that.by_fate[i].frames;
    by_fate[i].octets += that.by_fate[i].octets;
  }
  tcp_header_octets += that.tcp_header_octets;
  tcp_payload_octets += that.tcp_payload_octets;
  reassembled_datagrams += that.reassembled_datagrams;
  reassembled_tcp_segments += that.reassembled_tcp_segments;
  reassembled_tcp_payload_octets += that.reassembled_tcp_payload_octets;
  return *this;
}

bool CaptureAccount::adds_up() const noexcept {
  Fate sum;
  for (const Fate& fate : by_fate) {
    sum.frames += fate.frames;
    sum.octets += fate.octets;
  }
  return file_octets == framing_octets + packet_octets + damaged_octets + pending_octets && sum.frames == frames &&
         sum.octets == packet_octets && (*this)[FrameFate::tcp].octets == tcp_header_octets + tcp_payload_octets;
}

}  // namespace mailparse
