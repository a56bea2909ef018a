// Ethernet, IPv4 and TCP around octets, as records of a pcap file.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "options.hpp"

namespace mailparse::bench {

/// A TCP segment of one of the two ends of a connection.
struct Segment {
  std::uint32_t flow = 0;  ///< number of the connection; makes the client's address and port
  bool from_client = true;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  std::uint8_t flags = 0x10;
  std::string_view payload;
};

inline constexpr std::uint8_t tcp_fin = 0x01;
inline constexpr std::uint8_t tcp_syn = 0x02;
inline constexpr std::uint8_t tcp_psh = 0x08;
inline constexpr std::uint8_t tcp_ack = 0x10;

/// Writes a pcap file with microseconds, LINKTYPE_ETHERNET, in this machine's order of octets, which is little-endian
/// wherever this is run.
class PacketWriter {
 public:
  explicit PacketWriter(Output& output) : output_(output) {
    std::string header;
    append_native(header, 0xA1B2C3D4U, 4);
    append_native(header, 2, 2);
    append_native(header, 4, 2);
    append_native(header, 0, 8);
    append_native(header, 262144, 4);
    append_native(header, 1, 4);
    output_.write(header);
  }

  void write(const Segment& segment, std::uint64_t microseconds) {
    const std::string packet = frame(segment);
    std::string record;
    append_native(record, microseconds / 1'000'000, 4);
    append_native(record, microseconds % 1'000'000, 4);
    append_native(record, packet.size(), 4);
    append_native(record, packet.size(), 4);
    output_.write(record);
    output_.write(packet);
  }

 private:
  static void append_native(std::string& text, std::uint64_t value, int octets) {
    for (int i = 0; i < octets; ++i) text += static_cast<char>(value >> (8 * i));
  }
  static void append_network(std::string& text, std::uint64_t value, int octets) {
    for (int i = octets - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  }
  static void put16(std::string& text, std::size_t at, std::uint16_t value) {
    text[at] = static_cast<char>(value >> 8);
    text[at + 1] = static_cast<char>(value);
  }

  /// The Internet checksum (RFC 1071) of `octets`, with `sum` to begin with.
  static std::uint16_t checksum(std::string_view octets, std::uint64_t sum) {
    for (std::size_t i = 0; i + 1 < octets.size(); i += 2) {
      sum +=
          static_cast<unsigned>(static_cast<unsigned char>(octets[i])) << 8 | static_cast<unsigned char>(octets[i + 1]);
    }
    if (octets.size() % 2 == 1) sum += static_cast<unsigned>(static_cast<unsigned char>(octets.back())) << 8;
    while (sum > 0xFFFF) sum = (sum >> 16) + (sum & 0xFFFF);
    return static_cast<std::uint16_t>(~sum);
  }

  std::string frame(const Segment& segment) {
    // 10.0.0.0/8 speaks to 192.0.2.25; 20,000 connections come from each client.
    const std::uint64_t client_ip = 0x0A000001U + segment.flow / 20'000;
    const std::uint64_t client_port = 20'000 + segment.flow % 20'000;
    constexpr std::uint64_t server_ip = 0xC0000219U;
    const std::uint64_t from_ip = segment.from_client ? client_ip : server_ip;
    const std::uint64_t to_ip = segment.from_client ? server_ip : client_ip;
    constexpr std::size_t ip_at = 14;
    constexpr std::size_t tcp_at = 34;

    std::string text;
    text.reserve(54 + segment.payload.size());
    append_network(text, segment.from_client ? 0x020000000002U : 0x020000000001U, 6);
    append_network(text, segment.from_client ? 0x020000000001U : 0x020000000002U, 6);
    append_network(text, 0x0800, 2);
    append_network(text, 0x4500, 2);
    append_network(text, 40 + segment.payload.size(), 2);
    append_network(text, ++identification_ & 0xFFFF, 2);
    append_network(text, 0x4000, 2);
    append_network(text, 0x4006, 2);
    append_network(text, 0, 2);
    append_network(text, from_ip, 4);
    append_network(text, to_ip, 4);
    append_network(text, segment.from_client ? client_port : 25, 2);
    append_network(text, segment.from_client ? 25 : client_port, 2);
    append_network(text, segment.sequence, 4);
    append_network(text, segment.acknowledged, 4);
    append_network(text, 0x50, 1);
    append_network(text, segment.flags, 1);
    append_network(text, 0xFFFF, 2);
    append_network(text, 0, 4);
    text += segment.payload;
    put16(text, ip_at + 10, checksum(std::string_view(text).substr(ip_at, 20), 0));
    const std::uint64_t pseudo_header =
        (from_ip >> 16) + (from_ip & 0xFFFF) + (to_ip >> 16) + (to_ip & 0xFFFF) + 6 + 20 + segment.payload.size();
    put16(text, tcp_at + 16, checksum(std::string_view(text).substr(tcp_at), pseudo_header));
    return text;
  }

  Output& output_;
  std::uint32_t identification_ = 0;
};

}  // namespace mailparse::bench
