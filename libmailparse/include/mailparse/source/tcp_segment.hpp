// The seam between decapsulation and reassembly: one TCP segment as the capture holds it.
// Layer: source. RFC 9293 3.1, 3.2, RFC 7323, RFC 2018.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <mailparse/base/provenance.hpp>
#include <mailparse/source/ip_address.hpp>

namespace mailparse {

/// Bits of TcpSegment::flags.
enum TcpFlag : std::uint8_t {
  tcp_fin = 0x01,
  tcp_syn = 0x02,
  tcp_rst = 0x04,
  tcp_psh = 0x08,
  tcp_ack = 0x10,
  tcp_urg = 0x20,
  tcp_ece = 0x40,
  tcp_cwr = 0x80,
};

/// What the TCP checksum says of a segment.
enum class TcpChecksum : std::uint8_t {
  unknown,  ///< not all octets were captured, or the capture was told not to verify
  good,     ///< it matches
  partial,  ///< the sum of the pseudo-header only, as checksum offload leaves it on the sending host: no fault
  bad,      ///< it matches neither
};

/// Where the packets of a segment were captured.
struct SegmentOrigin {
  std::string_view format;    ///< "pcap", "pcapng", "live"
  std::string_view linktype;  ///< LINKTYPE_ name without its prefix, or its number
};

/// One segment. Views and `origin` live during the call only.
struct TcpSegment {
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;  ///< meaningful with tcp_ack
  std::uint16_t window = 0;          ///< as sent, not scaled
  std::uint16_t urgent = 0;          ///< urgent pointer, meaningful with tcp_urg
  std::uint8_t flags = 0;            ///< of TcpFlag
  std::uint8_t ttl = 0;              ///< IPv4 time to live or IPv6 hop limit, of the innermost IP header
  std::uint8_t header_octets = 0;    ///< as the data offset states it: 0 to 60
  /// The data offset is below 20 octets or beyond the segment's end (tcp.header-length); options and payload are empty.
  bool bad_header_length = false;
  TcpChecksum checksum = TcpChecksum::unknown;
  std::string_view options;  ///< octets between the fixed header and the payload, as far as captured
  std::string_view payload;  ///< octets captured
  std::uint32_t payload_missing =
      0;  ///< octets of payload behind `payload` that the IP length states but the capture cut off
  std::uint64_t packet_offset = 0;        ///< file offset of the record that completed the segment
  Stamp stamp;                            ///< of the packet, of the last fragment when the segment came in several
  const SegmentOrigin* origin = nullptr;  ///< never null

  [[nodiscard]] bool has(TcpFlag flag) const noexcept { return (flags & flag) != 0; }
};

/// The options that matter to a passive reader.
struct TcpOptions {
  std::optional<std::uint16_t> maximum_segment_size;
  std::optional<std::uint8_t> window_scale;  ///< shift count, at most 14 (RFC 7323 2.3)
  bool sack_permitted = false;
  bool timestamps = false;
  struct SackBlock {
    std::uint32_t left = 0;   ///< first sequence number of the block
    std::uint32_t right = 0;  ///< first sequence number behind it
  };
  std::array<SackBlock, 4> sack{};
  std::uint8_t sack_blocks = 0;
  bool malformed =
      false;  ///< an option's length is 0, 1 or beyond the header (tcp.option-length); those before it are given
};

/// Reads `options` of a segment. Options cut off by the capture make no fault: pass `whole` = false for them.
[[nodiscard]] TcpOptions parse_tcp_options(std::string_view options, bool whole = true) noexcept;

/// Receives the segments of a capture in the order of its packets.
class TcpSegmentSink {
 public:
  virtual ~TcpSegmentSink() = default;
  virtual void on_segment(const TcpSegment& segment) = 0;
};

}  // namespace mailparse
