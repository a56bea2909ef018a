#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/source/decapsulation.hpp>

#include "capture_builder.hpp"

namespace mailparse {
namespace {

using namespace std::string_literals;
using namespace testing_capture;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Segments with their payload kept.
class SegmentList final : public TcpSegmentSink {
 public:
  void on_segment(const TcpSegment& segment) override {
    segments.push_back(segment);
    payloads.emplace_back(segment.payload);
    options.emplace_back(segment.options);
  }
  std::vector<TcpSegment> segments;
  std::vector<std::string> payloads;
  std::vector<std::string> options;
};

struct Unwrapping {
  explicit Unwrapping(const Limits& limits = {}) : decapsulator(limits, true) {}

  Decapsulation take(std::uint32_t linktype, const std::string& packet, std::uint32_t cut = 0, std::uint8_t fcs = 0) {
    // A copy of exact size, so that a sanitizer sees every read beyond it.
    const std::vector<char> exact(packet.begin(), packet.end());
    CapturedPacket captured;
    captured.stamp.frame = ++frame;
    captured.octets_offset = 1000;
    captured.linktype = linktype;
    captured.octets = {exact.data(), exact.size()};
    captured.original_length = static_cast<std::uint32_t>(exact.size()) + cut;
    captured.fcs_octets = fcs;
    return decapsulator.unwrap(captured, {"pcap", "TEST"}, segments, findings);
  }
  std::vector<std::string> reported() {
    decapsulator.end_file(findings);
    return shown(findings.take());
  }

  Decapsulator decapsulator;
  SegmentList segments;
  DiagnosticList findings;
  std::uint64_t frame = 0;
};

const std::string hello = "EHLO client.example\r\n";

void expect_hello(std::uint32_t linktype, const std::string& packet, const char* what) {
  Unwrapping unwrapping;
  const Decapsulation result = unwrapping.take(linktype, packet);
  EXPECT_EQ(to_string(result.fate), "tcp") << what;
  EXPECT_TRUE(result.segment) << what;
  EXPECT_EQ(result.payload_octets, hello.size()) << what;
  EXPECT_THAT(unwrapping.reported(), IsEmpty()) << what;
  ASSERT_THAT(unwrapping.segments.payloads, ElementsAre(hello)) << what;
  const TcpSegment& segment = unwrapping.segments.segments[0];
  EXPECT_EQ(segment.checksum, TcpChecksum::good) << what;
  EXPECT_EQ(segment.sequence, 1000u);
  EXPECT_EQ(segment.acknowledgment, 77u);
  EXPECT_EQ(segment.source_port, 40000);
  EXPECT_EQ(segment.destination_port, 25);
  EXPECT_EQ(segment.flags, tcp_ack | tcp_psh);
  EXPECT_EQ(segment.window, 0xFFFF);
  EXPECT_EQ(segment.payload_missing, 0u);
  EXPECT_EQ(segment.ttl, segment.source.family == IpAddress::Family::ipv4 ? 64 : 63);
  EXPECT_EQ(segment.source.text(), segment.source.family == IpAddress::Family::ipv4 ? "192.0.2.1" : "2001:db8::1");
  EXPECT_EQ(segment.destination.text(),
            segment.source.family == IpAddress::Family::ipv4 ? "198.51.100.25" : "2001:db8::19");
}

TEST(LinkLayer, EachCarriesIpv4AndIpv6) {
  for (const bool six : {false, true}) {
    const std::string ip = six ? tcp_in_ipv6() : tcp_in_ipv4();
    const std::uint16_t type = six ? 0x86DD : 0x0800;
    const std::string snap = "\xAA\xAA\x03"s + be(0, 3) + be(type, 2);
    const std::string ppp = be(six ? 0x0057 : 0x0021, 2) + ip;
    expect_hello(1, ethernet(type, ip), "Ethernet");
    expect_hello(1, ethernet(static_cast<std::uint16_t>(snap.size() + ip.size()), snap + ip), "802.3 with SNAP");
    expect_hello(1, ethernet(0x8100, be(7, 2) + be(type, 2) + ip), "802.1Q");
    expect_hello(1, ethernet(0x88A8, be(7, 2) + be(0x8100, 2) + be(9, 2) + be(type, 2) + ip), "QinQ");
    expect_hello(1, ethernet(0x8864, be(0x1100, 2) + be(5, 2) + be(ppp.size(), 2) + ppp), "PPPoE");
    expect_hello(1, ethernet(0x8847, be(0x00010040, 4) + be(0x00020140, 4) + ip), "MPLS");
    expect_hello(1, ethernet(0x8847, be(0x00010140, 4) + be(0, 4) + ethernet(type, ip)), "Ethernet in MPLS");
    expect_hello(1, ethernet(0x88E7, be(0x123, 4) + ethernet(type, ip)), "802.1ah");
    expect_hello(1, ethernet(0x8926, be(0, 4) + be(type, 2) + ip), "VN-Tag");
    expect_hello(1, ethernet(0x893F, be(0, 6) + be(type, 2) + ip), "802.1BR");
    expect_hello(1, ethernet(0x894F, be(0x0FC2, 2) + be(0x01, 1) + be(six ? 2 : 1, 1) + be(0x123400FF, 4) + ip), "NSH");
    expect_hello(0, le(six ? 30 : 2, 4) + ip, "loopback of a little-endian host");
    expect_hello(0, be(six ? 28 : 2, 4) + ip, "loopback of a big-endian host");
    expect_hello(108, be(six ? 24 : 2, 4) + ip, "OpenBSD loopback");
    expect_hello(9, "\xFF\x03"s + ppp, "PPP");
    expect_hello(9, ppp, "PPP without address and control");
    expect_hello(9, ppp.substr(1), "PPP with a compressed protocol");
    expect_hello(50, "\xFF\x03"s + ppp, "PPP in HDLC framing");
    expect_hello(50, "\x0F"s + be(0, 1) + be(type, 2) + ip, "Cisco HDLC under the number of PPP");
    expect_hello(51, be(0x1100, 2) + be(5, 2) + be(ppp.size(), 2) + ppp, "PPPoE alone");
    expect_hello(104, "\x0F"s + be(0, 1) + be(type, 2) + ip, "Cisco HDLC");
    expect_hello(204, "\x01"s + ppp, "PPP with direction");
    expect_hello(113, be(4, 2) + be(1, 2) + be(6, 2) + be(0, 8) + be(type, 2) + ip, "Linux cooked 1");
    expect_hello(113, be(4, 2) + be(1, 2) + be(6, 2) + be(0, 8) + be(4, 2) + snap + ip, "802.2 in Linux cooked 1");
    expect_hello(276, be(type, 2) + be(0, 2) + be(3, 4) + be(1, 2) + be(4, 1) + be(6, 1) + be(0, 8) + ip,
                 "Linux cooked 2");
    expect_hello(219, be(0x00010140, 4) + ip, "MPLS alone");
    expect_hello(138, be(0, 16) + be(type, 2) + ip, "IP over Firewire");
    expect_hello(117, be(61, 1) + be(six ? 24 : 2, 1) + be(0, 59) + be(0, 3) + ip, "PFLOG");
    expect_hello(109, le(six ? 24 : 2, 4) + be(0, 8) + ip, "ENC");
    expect_hello(239, be(2, 1) + be(0, 3) + le(5, 2) + le(10, 2) + "x\0\0\0"s + le(4 + ip.size(), 2) + le(9, 2) + ip,
                 "NFLOG");
    expect_hello(258, le(108, 4) + le(1, 4) + le(1, 4) + std::string(96, '\0') + ethernet(type, ip), "PKTAP");
    for (const std::uint32_t raw : {12U, 14U, 101U, six ? 229U : 228U}) expect_hello(raw, ip, "raw IP");
  }
}

TEST(LinkLayer, WirelessDataFramesAreUnwrapped) {
  const std::string snap = "\xAA\xAA\x03"s + be(0, 3) + be(0x0800, 2) + tcp_in_ipv4();
  const std::string addresses = std::string(18, '\2');
  const std::string plain = be(0x0801, 2) + be(0, 2) + addresses + be(0, 2) + snap;
  const std::string quality = be(0x8803, 2) + be(0, 2) + addresses + be(0, 2) + std::string(6, '\3') + be(0, 2) + snap;
  expect_hello(105, plain, "802.11");
  expect_hello(105, quality, "802.11 with four addresses and quality of service");
  expect_hello(127, "\0\0"s + le(8, 2) + le(0, 4) + plain, "radiotap without fields");
}

TEST(LinkLayer, RadiotapFlagsTellOfCheckSequenceAndPadding) {
  const std::string snap = "\xAA\xAA\x03"s + be(0, 3) + be(0x0800, 2) + tcp_in_ipv4();
  const std::string quality = be(0x8801, 2) + be(0, 2) + std::string(18, '\2') + be(0, 2) + be(0, 2);
  const std::string radiotap = "\0\0"s + le(25, 2) + le(0x80000003, 4) + le(0, 4) + le(0, 4) + le(1, 8) + "\x30"s;
  expect_hello(127, radiotap + quality + be(0, 2) + snap + "FCS!", "padded header and check sequence");
}

TEST(LinkLayer, WhatCarriesNoIpIsCountedByKind) {
  const auto fate = [](std::uint32_t linktype, const std::string& packet) {
    return to_string(Unwrapping().take(linktype, packet).fate);
  };
  EXPECT_EQ(fate(1, ethernet(0x0806, std::string(28, '\0'))), "arp");
  EXPECT_EQ(fate(1, ethernet(0x88CC, "LLDP....")), "link_other");
  EXPECT_EQ(fate(1, ethernet(38, "\x42\x42\x03 spanning tree and the rest of it....")), "link_other");
  EXPECT_EQ(fate(1, ethernet(0x8863, std::string(20, '\0'))), "link_other");
  EXPECT_EQ(fate(105, be(0x8000, 2) + std::string(30, '\0')), "link_other");
  EXPECT_EQ(fate(105, be(0x0841, 2) + std::string(60, '\0')), "encrypted");
  EXPECT_EQ(fate(1, ""), "empty");
  EXPECT_EQ(fate(65000, "abc"), "unsupported_linktype");
  EXPECT_EQ(fate(101, ipv4(1, "ping")), "icmp");
  EXPECT_EQ(fate(101, ipv6(58, "ping")), "icmp");
  EXPECT_EQ(fate(101, ipv4(2, "join")), "igmp");
  EXPECT_EQ(fate(101, ipv4(132, "sctp")), "sctp");
  EXPECT_EQ(fate(101, ipv4(50, "esp")), "ipsec");
  EXPECT_EQ(fate(101, ipv4(89, "ospf")), "ip_other");
  EXPECT_EQ(fate(101, ipv4(17, udp(5000, 53, "query"))), "udp_dns");
  EXPECT_EQ(fate(101, ipv4(17, udp(5000, 123, "time"))), "udp_other");
  EXPECT_EQ(fate(101, ipv6(59, "")), "ip_other");
}

TEST(Tunnel, EachCarriesASession) {
  const std::string four = tcp_in_ipv4();
  const std::string six = tcp_in_ipv6();
  const std::string frame = ethernet(0x0800, four);
  expect_hello(101, ipv4(4, four), "IPv4 in IPv4");
  expect_hello(101, ipv4(41, six), "IPv6 in IPv4");
  expect_hello(101, ipv6(4, four), "IPv4 in IPv6");
  expect_hello(101, ipv6(41, six), "IPv6 in IPv6");
  expect_hello(101, ipv4(47, be(0, 2) + be(0x0800, 2) + four), "GRE");
  expect_hello(101, ipv4(47, be(0xB000, 2) + be(0x86DD, 2) + be(0, 12) + six), "GRE with checksum, key and number");
  expect_hello(101, ipv4(47, be(0x2000, 2) + be(0x6558, 2) + be(5, 4) + frame), "Ethernet in GRE");
  expect_hello(101, ipv4(47, be(0x3081, 2) + be(0x880B, 2) + be(0, 12) + "\xFF\x03"s + be(0x0021, 2) + four), "PPTP");
  expect_hello(101, ipv4(47, be(0, 2) + be(0x88BE, 2) + frame), "ERSPAN type I");
  expect_hello(101, ipv4(47, be(0x1000, 2) + be(0x88BE, 2) + be(1, 4) + be(0x1000, 2) + be(0, 6) + frame),
               "ERSPAN type II");
  expect_hello(101, ipv4(47, be(0x1000, 2) + be(0x22EB, 2) + be(1, 4) + be(0x2000, 2) + be(0, 10) + frame),
               "ERSPAN type III");
  expect_hello(
      101, ipv4(47, be(0x1000, 2) + be(0x22EB, 2) + be(1, 4) + be(0x2000, 2) + be(0, 9) + be(1, 1) + be(0, 8) + frame),
      "ERSPAN type III, long");
  expect_hello(101, ipv4(17, udp(5000, 4789, be(0x08000000, 4) + be(0x00000700, 4) + frame)), "VXLAN");
  expect_hello(101, ipv4(17, udp(5000, 6081, be(0x0240, 2) + be(0x6558, 2) + be(0x700, 4) + be(0, 8) + frame)),
               "Geneve with options");
  expect_hello(101, ipv4(17, udp(5000, 6081, be(0, 2) + be(0x86DD, 2) + be(0x700, 4) + six)), "Geneve with IPv6");
  expect_hello(101, ipv4(17, udp(5000, 3544, six)), "Teredo");
  expect_hello(101, ipv4(17, udp(3544, 5000, be(0, 2) + be(0x1234, 2) + be(0, 4) + six)), "Teredo with an origin");
  expect_hello(101, ipv4(17, udp(3544, 5000, be(1, 2) + be(0, 2) + be(0, 9) + six)), "Teredo with authentication");
  expect_hello(101, ipv4(97, be(0x3000, 2) + frame), "EtherIP");
  expect_hello(101, ipv4(137, be(0x00010140, 4) + four), "MPLS in IP");
}

TEST(Tunnel, PortsAloneMakeNone) {
  const auto fate = [](const std::string& packet) { return to_string(Unwrapping().take(101, packet).fate); };
  EXPECT_EQ(fate(ipv4(17, udp(5000, 4789, std::string(40, '\0')))), "udp_other");
  EXPECT_EQ(fate(ipv4(17, udp(5000, 6081, std::string(40, '\xFF')))), "udp_other");
  EXPECT_EQ(fate(ipv4(17, udp(3544, 5000, std::string(60, '\0')))), "udp_other");
}

TEST(Tunnel, LayersBeyondTheLimitAreSkippedAndCounted) {
  Unwrapping unwrapping;
  std::string tags;
  for (unsigned i = 0; i < 16; ++i) tags += be(i, 2) + be(i == 15 ? 0x0800 : 0x8100, 2);
  EXPECT_EQ(unwrapping.take(1, ethernet(0x8100, tags + tcp_in_ipv4())).fate, FrameFate::tcp);
  EXPECT_EQ(unwrapping.take(1, ethernet(0x8100, be(1, 2) + be(0x8100, 2) + tags + tcp_in_ipv4())).fate,
            FrameFate::too_deep);
  EXPECT_EQ(unwrapping.take(1, ethernet(0x8100, be(1, 2) + be(0x8100, 2) + tags)).fate, FrameFate::too_deep);
  EXPECT_THAT(unwrapping.reported(), ElementsAre(::testing::StartsWith("limit.encapsulation@1082+")));
}

TEST(Ip, PaddingBehindTheIpLengthIsNoPayload) {
  expect_hello(1, ethernet(0x0800, tcp_in_ipv4() + std::string(30, '\0')), "trailer");
}

TEST(Ip, FrameCheckSequenceIsNoPayload) {
  Unwrapping unwrapping;
  std::string packet = ethernet(0x0800, tcp_in_ipv4());
  packet.replace(16, 2, be(0, 2));  // a length of 0 leaves it to the frame
  EXPECT_EQ(unwrapping.take(1, packet + "FCS!", 0, 4).payload_octets, hello.size());
}

TEST(Ip, LengthZeroIsTheCapturesLength) {
  for (const bool six : {false, true}) {
    Unwrapping unwrapping;
    const std::string payload(70'000, 'x');
    std::string ip = six ? tcp_in_ipv6({.payload = payload}) : tcp_in_ipv4({.payload = payload});
    ip.replace(six ? 4 : 2, 2, be(0, 2));
    EXPECT_EQ(unwrapping.take(101, ip).payload_octets, payload.size());
    EXPECT_THAT(unwrapping.reported(), IsEmpty());
  }
}

TEST(Ip, OptionsAndExtensionHeadersArePassedOver) {
  const std::string tcp4 = tcp_segment({}, client4, server4);
  const std::string tcp6 = tcp_segment({}, client6, server6);
  expect_hello(101, ipv4(6, tcp4, 0, 1, "\x94\x04\0\0"s), "router alert");
  const std::string options = be(6, 1) + be(0, 7);
  expect_hello(101, ipv6(0, be(60, 1) + be(0, 7) + options + tcp6), "hop-by-hop and destination options");
  expect_hello(101, ipv6(43, be(6, 1) + be(2, 1) + be(0, 22) + tcp6), "routing");
  expect_hello(101, ipv6(44, be(6, 1) + be(0, 7) + tcp6), "atomic fragment");
  expect_hello(101, ipv6(51, be(6, 1) + be(4, 1) + be(0, 22) + tcp6), "authentication header");
}

TEST(Ip, SourceRouteMakesTheChecksumUnknowable) {
  Unwrapping unwrapping;
  const std::string tcp6 = tcp_segment({}, client6, client6);
  unwrapping.take(101, ipv6(43, be(6, 1) + be(2, 1) + be(0, 1) + be(1, 1) + be(0, 20) + tcp6));
  ASSERT_EQ(unwrapping.segments.segments.size(), 1u);
  EXPECT_EQ(unwrapping.segments.segments[0].checksum, TcpChecksum::unknown);
}

TEST(Ip, ImpossibleHeadersAreToldOnceWithTheirNumber) {
  Unwrapping unwrapping;
  std::string short_header = tcp_in_ipv4();
  short_header[0] = '\x44';
  std::string no_version = tcp_in_ipv4();
  no_version[0] = '\x55';
  std::string long_header = tcp_in_ipv4().substr(0, 30);
  long_header[0] = '\x4F';
  std::string short_total = tcp_in_ipv4();
  short_total.replace(2, 2, be(19, 2));
  for (const std::string& packet : {ethernet(0x0800, short_header), no_version, long_header, short_total}) {
    EXPECT_EQ(unwrapping.take(packet.size() > 60 && packet[12] == 8 ? 1 : 101, packet).fate, FrameFate::malformed);
  }
  EXPECT_THAT(unwrapping.reported(), ElementsAre("ip.header-length@1014+20 x4"));
  EXPECT_THAT(unwrapping.segments.segments, IsEmpty());
}

TEST(Ip, PacketCutByTheCaptureTellsWhatIsMissing) {
  const std::string packet = ethernet(0x0800, tcp_in_ipv4());
  for (std::uint32_t cut = 1; cut <= packet.size(); ++cut) {
    Unwrapping unwrapping;
    const Decapsulation result = unwrapping.take(1, packet.substr(0, packet.size() - cut), cut);
    if (packet.size() - cut >= 14 + 20 + 20) {
      ASSERT_EQ(result.fate, FrameFate::tcp);
      const TcpSegment& segment = unwrapping.segments.segments.at(0);
      EXPECT_EQ(unwrapping.segments.payloads[0], hello.substr(0, hello.size() - cut));
      EXPECT_EQ(segment.payload_missing, cut);
      EXPECT_EQ(segment.checksum, TcpChecksum::unknown);
    } else {
      EXPECT_EQ(to_string(result.fate), cut == packet.size() ? "empty" : "truncated") << cut;
    }
    const bool length_seen = packet.size() - cut >= 14 + 20;
    EXPECT_EQ(unwrapping.reported().size(), length_seen ? 1u : 0u) << cut;  // ip.truncated
  }
}

TEST(Tcp, ImpossibleDataOffsetIsHandedOnWithoutPayload) {
  for (const char offset : {'\x40', '\xF0'}) {
    Unwrapping unwrapping;
    std::string ip = tcp_in_ipv4();
    ip[32] = offset;
    EXPECT_EQ(unwrapping.take(101, ip).fate, FrameFate::tcp);
    ASSERT_EQ(unwrapping.segments.segments.size(), 1u);
    EXPECT_TRUE(unwrapping.segments.segments[0].bad_header_length);
    EXPECT_EQ(unwrapping.segments.payloads[0], "");
  }
}

TEST(Tcp, OptionsStandBetweenHeaderAndPayload) {
  Unwrapping unwrapping;
  unwrapping.take(101, tcp_in_ipv4({.options = "\x02\x04\x05\xB4"s}));
  EXPECT_THAT(unwrapping.segments.options, ElementsAre("\x02\x04\x05\xB4"s));
  EXPECT_THAT(unwrapping.segments.payloads, ElementsAre(hello));
}

TEST(Fragments, BothVersionsAndNestedOnesAreJoined) {
  const auto pieces4 = [](std::uint8_t protocol, const std::string& payload, std::uint16_t id) {
    return std::vector{ipv4(protocol, payload.substr(0, 24), 0x2000, id), ipv4(protocol, payload.substr(24), 3, id)};
  };
  const std::string tcp4 = tcp_segment({}, client4, server4);
  const std::string tcp6 = tcp_segment({}, client6, server6);
  const auto six = [&](std::size_t from, std::size_t size, bool more) {
    return ipv6(44, be(6, 1) + be(0, 1) + be(from | (more ? 1U : 0U), 2) + be(0xABCDEF01, 4) + tcp6.substr(from, size));
  };
  std::vector<std::string> packets = pieces4(6, tcp4, 1);
  packets.push_back(six(16, 100, false));
  packets.push_back(six(0, 16, true));
  for (const std::string& inner : pieces4(6, tcp4, 2)) {
    for (const std::string& outer : pieces4(4, inner, static_cast<std::uint16_t>(100 + inner.size())))
      packets.push_back(outer);
  }
  Unwrapping unwrapping;
  for (const std::string& packet : packets) {
    const Decapsulation result = unwrapping.take(101, packet);
    EXPECT_EQ(result.fate, FrameFate::ip_fragment);
    EXPECT_EQ(result.payload_octets, result.segment ? hello.size() : 0u);
  }
  EXPECT_THAT(unwrapping.segments.payloads, ElementsAre(hello, hello, hello));
  EXPECT_EQ(unwrapping.segments.segments[0].stamp.frame, 2u);
  EXPECT_EQ(unwrapping.segments.segments[1].checksum, TcpChecksum::good);
  EXPECT_THAT(unwrapping.reported(), IsEmpty());
}

TEST(Fragments, OverlapThatDiffersIsReported) {
  Unwrapping unwrapping;
  const std::string tcp4 = tcp_segment({}, client4, server4);
  unwrapping.take(101, ipv4(6, tcp4.substr(0, 24), 0x2000));
  unwrapping.take(101, ipv4(6, std::string(16, 'X'), 0x2001));
  EXPECT_EQ(unwrapping.findings.items().at(0).frame, 2u);
  unwrapping.take(101, ipv4(6, tcp4.substr(24), 3));
  EXPECT_THAT(unwrapping.reported(), ElementsAre("ip.fragment.overlap@1020+16"));
  EXPECT_THAT(unwrapping.segments.payloads, ElementsAre(hello));
}

TEST(Fragments, OneCutByTheCaptureNeverCompletesADatagram) {
  Unwrapping unwrapping;
  const std::string tcp4 = tcp_segment({}, client4, server4);
  unwrapping.take(101, ipv4(6, tcp4.substr(0, 24), 0x2000));
  const std::string last = ipv4(6, tcp4.substr(24), 3);
  EXPECT_FALSE(unwrapping.take(101, last.substr(0, last.size() - 1), 1).segment);
}

TEST(Decapsulation, AnyShorteningOfAnyPacketIsSurvived) {
  const std::string inner = ethernet(0x0800, tcp_in_ipv4());
  const std::vector<std::pair<std::uint32_t, std::string>> packets = {
      {1, ethernet(0x88A8,
                   be(7, 2) + be(0x8864, 2) + be(0x1100, 2) + be(5, 2) + be(200, 2) + be(0x57, 2) + tcp_in_ipv6())},
      {101, ipv4(47, be(0x1000, 2) + be(0x22EB, 2) + be(1, 4) + be(0x2000, 2) + be(0, 10) + inner)},
      {101, ipv4(17, udp(5000, 6081, be(0x0240, 2) + be(0x6558, 2) + be(0x700, 4) + be(0, 8) + inner))},
      {101,
       ipv6(0, be(43, 1) + be(0, 7) + be(44, 1) + be(0, 7) + be(6, 1) + be(0, 7) + tcp_segment({}, client6, server6))},
      {127, "\0\0"s + le(9, 2) + le(2, 4) + "\x10"s + be(0x8801, 2) + std::string(80, '\xAA')},
      {239, be(2, 1) + be(0, 3) + le(5, 2) + le(10, 2) + "x\0\0\0"s + le(200, 2) + le(9, 2) + tcp_in_ipv4()},
  };
  for (const auto& [linktype, packet] : packets) {
    for (std::size_t size = 0; size <= packet.size(); ++size) {
      Unwrapping unwrapping;
      const Decapsulation result = unwrapping.take(linktype, packet.substr(0, size));
      EXPECT_EQ(result.segment, !unwrapping.segments.segments.empty());
    }
  }
}

}  // namespace
}  // namespace mailparse
