// Builds capture files and packets octet by octet for the tests of the capture reader and of decapsulation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/source/capture_file.hpp>
#include <mailparse/source/captured_packet.hpp>
#include <mailparse/source/tcp_segment.hpp>

namespace mailparse::testing_capture {

inline std::string be(std::uint64_t value, int octets) {
  std::string text;
  for (int i = octets - 1; i >= 0; --i) text.push_back(i < 8 ? static_cast<char>(value >> (8 * i)) : '\0');
  return text;
}
inline std::string le(std::uint64_t value, int octets) {
  const std::string text = be(value, octets);
  return {text.rbegin(), text.rend()};
}

/// Integers of a file in one byte order.
struct Order {
  bool big = false;
  [[nodiscard]] std::string u16(std::uint64_t value) const { return big ? be(value, 2) : le(value, 2); }
  [[nodiscard]] std::string u32(std::uint64_t value) const { return big ? be(value, 4) : le(value, 4); }
  [[nodiscard]] std::string u64(std::uint64_t value) const { return big ? be(value, 8) : le(value, 8); }
};

struct PcapShape {
  std::uint32_t magic = 0xA1B2C3D4;
  Order order = {};
  std::uint32_t snaplen = 65535;
  std::uint32_t linktype = 1;
  unsigned major = 2;
  unsigned minor = 4;
};

inline std::string pcap_header(const PcapShape& shape = {}) {
  const Order& o = shape.order;
  return o.u32(shape.magic) + o.u16(shape.major) + o.u16(shape.minor) + o.u32(0) + o.u32(0) + o.u32(shape.snaplen) +
         o.u32(shape.linktype);
}

inline std::string pcap_record(std::string_view octets, std::uint32_t seconds = 1'764'000'000,
                               std::uint32_t fraction = 0, Order order = {}, std::int64_t original = -1) {
  const std::uint64_t length = original < 0 ? octets.size() : static_cast<std::uint64_t>(original);
  return order.u32(seconds) + order.u32(fraction) + order.u32(octets.size()) + order.u32(length) + std::string(octets);
}

inline std::string padded(std::string text) {
  text.resize((text.size() + 3) / 4 * 4);
  return text;
}
inline std::string ng_option(std::uint16_t code, std::string_view value, Order order = {}) {
  return order.u16(code) + order.u16(value.size()) + padded(std::string(value));
}
inline std::string ng_block(std::uint32_t type, std::string_view body, Order order = {}) {
  const std::string total = order.u32(body.size() + 12);
  return order.u32(type) + total + std::string(body) + total;
}
inline std::string ng_section(Order order = {}) {
  return ng_block(0x0A0D0D0A, order.u32(0x1A2B3C4D) + order.u16(1) + order.u16(0) + order.u64(UINT64_MAX), order);
}
inline std::string ng_interface(std::uint16_t linktype = 1, std::string_view options = {}, Order order = {},
                                std::uint32_t snaplen = 65535) {
  return ng_block(1, order.u16(linktype) + order.u16(0) + order.u32(snaplen) + std::string(options), order);
}
inline std::string ng_packet(std::string_view octets, std::uint64_t ticks = 0, std::uint32_t interface = 0,
                             Order order = {}, std::string_view options = {}) {
  return ng_block(6,
                  order.u32(interface) + order.u32(ticks >> 32) + order.u32(ticks & 0xFFFFFFFF) +
                      order.u32(octets.size()) + order.u32(octets.size()) + padded(std::string(octets)) +
                      std::string(options),
                  order);
}

/// A packet with its octets kept.
struct KeptPacket {
  std::optional<Timestamp> time;
  std::uint64_t frame = 0;
  std::uint64_t file_offset = 0;
  std::uint32_t original = 0;
  std::uint32_t linktype = 0;
  std::uint32_t interface = 0;
  std::uint8_t fcs = 0;
  std::string octets;
  bool operator==(const KeptPacket&) const = default;
};

class PacketList final : public PacketSink {
 public:
  void on_packet(const CapturedPacket& p) override {
    EXPECT_GT(p.stamp.frame, last_frame);
    last_frame = p.stamp.frame;
    packets.push_back({p.stamp.time, p.stamp.frame, p.file_offset, p.original_length, p.linktype, p.interface,
                       p.fcs_octets, std::string(p.octets)});
  }
  void on_skipped(SkippedRecord why, const Stamp& stamp, std::uint64_t, std::uint64_t octets) override {
    EXPECT_GT(stamp.frame, last_frame);
    last_frame = stamp.frame;
    skipped.push_back(why);
    skipped_octets += octets;
  }
  void on_secrets(std::uint32_t type, std::string_view octets) override { secrets.emplace_back(type, octets); }

  std::vector<KeptPacket> packets;
  std::vector<SkippedRecord> skipped;
  std::uint64_t skipped_octets = 0;
  std::vector<std::pair<std::uint32_t, std::string>> secrets;
  std::uint64_t last_frame = 0;
};

/// "code@offset+length x count", the form in which tests compare findings.
inline std::string shown(const Diagnostic& d) {
  std::string text = std::string(info(d.code).name) + "@" + std::to_string(d.offset) + "+" + std::to_string(d.length);
  if (d.count != 1) text += " x" + std::to_string(d.count);
  return text;
}
inline std::vector<std::string> shown(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> all;
  for (const Diagnostic& d : diagnostics) all.push_back(shown(d));
  return all;
}

struct ReadFile {
  PacketList list;
  std::vector<std::string> findings;
  std::string format;
  CaptureFileAccount account;
};

/// Reads a file fed in the cuts that `next_cut` gives.
inline void read_in_cuts(std::string_view file, const std::function<std::size_t()>& next_cut, ReadFile& out) {
  DiagnosticList findings;
  CaptureFileReader reader(out.list, findings);
  for (std::size_t at = 0; at < file.size();) {
    // A copy of exact size, so that a sanitizer sees every read beyond the cut.
    const std::vector<char> cut(
        file.begin() + static_cast<std::ptrdiff_t>(at),
        file.begin() + static_cast<std::ptrdiff_t>(std::min(file.size(), at + std::max<std::size_t>(next_cut(), 1))));
    reader.feed({cut.data(), cut.size()});
    at += cut.size();
  }
  reader.finish();
  out.findings = shown(findings.items());
  out.format = reader.format();
  out.account = reader.account();
  EXPECT_EQ(out.account.file_octets, file.size());
  EXPECT_EQ(out.account.framing_octets + out.account.packet_octets + out.account.damaged_octets, file.size());
}
inline ReadFile read_whole(std::string_view file) {
  ReadFile out;
  read_in_cuts(file, [&] { return file.size(); }, out);
  return out;
}

/// Reads it whole, octet by octet, and split in two at every place up to `splits`; all must give the same.
inline ReadFile read_every_way(std::string_view file, std::size_t splits = 2000) {
  ReadFile whole = read_whole(file);
  const auto same = [&](const ReadFile& other, const std::string& how) {
    EXPECT_EQ(other.list.packets, whole.list.packets) << how;
    EXPECT_EQ(other.list.skipped, whole.list.skipped) << how;
    EXPECT_EQ(other.findings, whole.findings) << how;
    EXPECT_EQ(other.account.damaged_octets, whole.account.damaged_octets) << how;
  };
  ReadFile single;
  read_in_cuts(file, [] { return std::size_t{1}; }, single);
  same(single, "octet by octet");
  for (std::size_t split = 1; split < std::min(file.size(), splits) && !::testing::Test::HasFailure(); ++split) {
    ReadFile two;
    bool first = true;
    read_in_cuts(file, [&] { return std::exchange(first, false) ? split : file.size(); }, two);
    same(two, "split at " + std::to_string(split));
  }
  return whole;
}

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// TCP without options.
struct TcpShape {
  std::uint32_t sequence = 1000;
  std::uint16_t source_port = 40000;
  std::uint16_t destination_port = 25;
  std::string options = {};
  std::string payload = "EHLO client.example\r\n";
};

inline std::uint16_t naive_checksum(std::string_view octets) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    sum += static_cast<std::uint32_t>(static_cast<unsigned char>(octets[i])) << (i % 2 == 0 ? 8 : 0);
    sum = (sum & 0xFFFF) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

inline std::string tcp_segment(const TcpShape& shape, std::string_view source, std::string_view destination) {
  const std::size_t header = 20 + shape.options.size();
  std::string segment = be(shape.source_port, 2) + be(shape.destination_port, 2) + be(shape.sequence, 4) + be(77, 4) +
                        be(header / 4 * 0x1000 + 0x18, 2) + be(0xFFFF, 2) + be(0, 2) + be(0, 2) + shape.options +
                        shape.payload;
  const std::string pseudo = std::string(source) + std::string(destination) +
                             (source.size() == 4 ? be(6, 2) + be(segment.size(), 2) : be(segment.size(), 4) + be(6, 4));
  segment.replace(16, 2, be(naive_checksum(pseudo + segment), 2));
  return segment;
}

inline const std::string client4 = be(0xC0000201, 4);                                      // 192.0.2.1
inline const std::string server4 = be(0xC6336419, 4);                                      // 198.51.100.25
inline const std::string client6 = be(0x20010DB800000000, 8) + be(0x0000000000000001, 8);  // 2001:db8::1
inline const std::string server6 = be(0x20010DB800000000, 8) + be(0x0000000000000019, 8);  // 2001:db8::19

inline std::string ipv4(std::uint8_t protocol, std::string_view payload, std::uint16_t fragment = 0,
                        std::uint16_t id = 1, std::string_view options = {}) {
  const std::size_t header = 20 + options.size();
  std::string ip = be(0x40 + header / 4, 1) + be(0, 1) + be(header + payload.size(), 2) + be(id, 2) + be(fragment, 2) +
                   be(64, 1) + be(protocol, 1) + be(0, 2) + client4 + server4 + std::string(options);
  ip.replace(10, 2, be(naive_checksum(ip), 2));
  return ip + std::string(payload);
}
inline std::string ipv6(std::uint8_t next, std::string_view payload) {
  return be(0x60000000, 4) + be(payload.size(), 2) + be(next, 1) + be(63, 1) + client6 + server6 + std::string(payload);
}
inline std::string tcp_in_ipv4(const TcpShape& shape = {}) {
  return ipv4(6, tcp_segment(shape, client4, server4));
}
inline std::string tcp_in_ipv6(const TcpShape& shape = {}) {
  return ipv6(6, tcp_segment(shape, client6, server6));
}
inline std::string udp(std::uint16_t from, std::uint16_t to, std::string_view payload) {
  return be(from, 2) + be(to, 2) + be(payload.size() + 8, 2) + be(0, 2) + std::string(payload);
}
inline std::string ethernet(std::uint16_t type, std::string_view payload) {
  return be(0x020000000001, 6) + be(0x020000000002, 6) + be(type, 2) + std::string(payload);
}

}  // namespace mailparse::testing_capture
