#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/source/capture_file.hpp>

#include "capture_builder.hpp"

namespace mailparse {
namespace {

using namespace std::string_literals;
using namespace testing_capture;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Timestamp at(std::int64_t nanoseconds) {
  return Timestamp(std::chrono::nanoseconds(nanoseconds));
}

// pcap

TEST(Pcap, EveryMagicAndByteOrderIsRead) {
  for (const bool big : {false, true}) {
    for (const std::uint32_t magic : {0xA1B2C3D4U, 0xA1B23C4DU, 0xA1B2CD34U}) {
      const Order order{big};
      const std::string extra = magic == 0xA1B2CD34U ? std::string(8, '\0') : "";
      const auto record = [&](std::string_view octets, std::uint32_t fraction) {
        const std::string plain = pcap_record(octets, 100, fraction, order);
        return plain.substr(0, 16) + extra + plain.substr(16);
      };
      const ReadFile read =
          read_every_way(pcap_header({.magic = magic, .order = order}) + record("abc", 5) + record("de", 6));
      EXPECT_EQ(read.format, "pcap");
      EXPECT_THAT(read.findings, IsEmpty());
      ASSERT_EQ(read.list.packets.size(), 2u);
      EXPECT_EQ(read.list.packets[1].octets, "de");
      EXPECT_EQ(read.list.packets[1].frame, 2u);
      EXPECT_EQ(read.list.packets[1].file_offset, 24 + 16 + extra.size() + 3);
      EXPECT_EQ(read.list.packets[1].time, at(100'000'000'000 + (magic == 0xA1B23C4DU ? 6 : 6'000)));
    }
  }
}

TEST(Pcap, LengthsOfOldVersionsAreSwapped) {
  const std::string record = pcap_record("abc", 1, 0, {}, 9);
  const std::string swapped = record.substr(0, 8) + record.substr(12, 4) + record.substr(8, 4) + record.substr(16);
  for (const auto& [minor, octets] : {std::pair{2U, swapped}, {3U, swapped}, {3U, record}, {4U, record}}) {
    const ReadFile read = read_whole(pcap_header({.minor = minor}) + octets);
    ASSERT_EQ(read.list.packets.size(), 1u) << minor;
    EXPECT_EQ(read.list.packets[0].octets, "abc");
    EXPECT_EQ(read.list.packets[0].original, 9u);
  }
}

TEST(Pcap, FrameCheckSequenceLengthStandsInTheLinktypeField) {
  const ReadFile read = read_whole(pcap_header({.linktype = 0x24000001}) + pcap_record("abc"));
  ASSERT_EQ(read.list.packets.size(), 1u);
  EXPECT_EQ(read.list.packets[0].linktype, 1u);
  EXPECT_EQ(read.list.packets[0].fcs, 4);
}

TEST(Pcap, OddRecordsAreToldOnceWithTheirNumber) {
  const ReadFile read = read_every_way(pcap_header({.snaplen = 4}) + pcap_record("", 100) + pcap_record("abcde", 99) +
                                       pcap_record("ab", 98, 1'000'000, {}, 1) + pcap_record("", 200));
  EXPECT_THAT(read.findings, ElementsAre("capfile.caplen-gt-len@61+16", "capfile.caplen-gt-snaplen@40+16",
                                         "capfile.empty-record@24+16 x2", "capfile.timestamp-backwards@40+16",
                                         "capfile.timestamp-range@65+4"));
  EXPECT_EQ(read.list.packets.size(), 4u);
}

TEST(Pcap, UnsupportedLinktypeIsToldWithTheNumberOfPackets) {
  const ReadFile read = read_every_way(pcap_header({.linktype = 65000}) + pcap_record("ab") + pcap_record("cd"));
  EXPECT_THAT(read.findings, ElementsAre("capfile.linktype-unsupported@20+4 x2"));
}

TEST(Pcap, EmptyFileAndUnknownFormatAreTold) {
  EXPECT_THAT(read_whole("").findings, ElementsAre("capfile.empty@0+0"));
  EXPECT_THAT(read_every_way("GIF89a and more").findings, ElementsAre("capfile.unknown-format@0+4"));
  EXPECT_THAT(read_every_way("ab").findings, ElementsAre("capfile.unknown-format@0+2"));
}

TEST(Pcap, FileCutAnywhereKeepsWhatIsBefore) {
  const std::string file = pcap_header() + pcap_record("abc") + pcap_record("defgh");
  for (std::size_t size = 4; size < file.size(); ++size) {
    const ReadFile read = read_every_way(std::string_view(file).substr(0, size));
    const std::size_t expected = size >= 24 + 19 ? 1 : 0;
    EXPECT_EQ(read.list.packets.size(), expected) << size;
    if (size == 24 || size == 24 + 19) {
      EXPECT_THAT(read.findings, IsEmpty());
    } else {
      const std::size_t from = size < 24 ? 0 : expected == 1 ? 43 : 24;
      EXPECT_THAT(read.findings,
                  ElementsAre("capfile.truncated@" + std::to_string(from) + "+" + std::to_string(size - from)));
    }
  }
}

TEST(Pcap, FileCutInItsHeaderIsAnError) {
  PacketList list;
  DiagnosticList findings;
  CaptureFileReader reader(list, findings);
  reader.feed(pcap_header().substr(0, 10));
  reader.finish();
  ASSERT_EQ(findings.items().size(), 1u);
  EXPECT_EQ(findings.items()[0].severity, Severity::error);
}

TEST(Pcap, ReadingGoesOnBehindAnImpossibleLength) {
  const std::string good = pcap_record(std::string(60, 'a'), 1000);
  const std::string bad = le(1000, 4) + le(0, 4) + le(0x80000000, 4) + le(60, 4) + std::string(60, 'b');
  const ReadFile read = read_every_way(pcap_header() + good + bad + good + good);
  EXPECT_THAT(read.findings, ElementsAre("capfile.record-too-large@100+16"));
  ASSERT_EQ(read.list.packets.size(), 3u);
  EXPECT_EQ(read.list.packets[1].file_offset, 176u);
  EXPECT_EQ(read.list.packets[1].frame, 2u);
  EXPECT_EQ(read.account.damaged_octets, 76u);
}

TEST(Pcap, ReadingGoesOnBehindOverwrittenOctets) {
  std::string file = pcap_header();
  for (unsigned i = 0; i < 40; ++i)
    file += pcap_record(std::string(200 + i, static_cast<char>('a' + i % 26)), 1000 + i);
  for (std::size_t from = 24; from + 500 < file.size(); from += 211) {
    std::string damaged = file;
    damaged.replace(from, 300, std::string(300, '\xEE'));
    const ReadFile read = read_whole(damaged);
    EXPECT_GE(read.list.packets.size(), 36u) << from;
    EXPECT_EQ(read.list.packets.back().octets, std::string(239, 'a' + 39 % 26)) << from;
    EXPECT_GE(read.findings.size(), 1u) << from;
  }
}

TEST(Pcap, LengthThatSwallowsTheRestDoesNotHideTheRecordsInIt) {
  std::string file = pcap_header({.snaplen = 262144});
  for (unsigned i = 0; i < 20; ++i) file += pcap_record(std::string(100, 'x'), 1000 + i);
  file.replace(24 + 116 + 8, 4, le(200'000, 4));
  file.replace(24 + 116 + 12, 4, le(200'000, 4));
  const ReadFile read = read_every_way(file, 300);
  EXPECT_EQ(read.list.packets.size(), 19u);
  EXPECT_THAT(read.findings, ElementsAre("capfile.truncated@140+2204"));
  EXPECT_EQ(read.account.damaged_octets, 116u);
}

// pcapng

TEST(Pcapng, BlocksOfEveryKindInBothOrders) {
  for (const bool big : {false, true}) {
    const Order o{big};
    const std::string file =
        ng_section(o) + ng_interface(1, ng_option(2, "eth0", o) + ng_option(0, "", o), o) +
        ng_packet("abcde", 1'000'001, 0, o) + ng_block(4, "names, skipped!!", o) +
        ng_block(3, o.u32(3) + padded("xyz"), o) +
        ng_block(2, o.u16(0) + o.u16(9) + o.u32(0) + o.u32(2'000'000) + o.u32(2) + o.u32(7) + padded("pq"), o) +
        ng_block(5, o.u32(0) + o.u64(0), o) + ng_block(10, o.u32(0x544C534B) + o.u32(3) + padded("KEY"), o) +
        ng_block(0x80000001, "unknown to all..", o);
    const ReadFile read = read_every_way(file);
    EXPECT_EQ(read.format, "pcapng");
    EXPECT_THAT(read.findings, IsEmpty());
    ASSERT_EQ(read.list.packets.size(), 3u);
    EXPECT_EQ(read.list.packets[0].octets, "abcde");
    EXPECT_EQ(read.list.packets[0].time, at(1'000'001'000));
    EXPECT_EQ(read.list.packets[1].octets, "xyz");
    EXPECT_FALSE(read.list.packets[1].time);
    EXPECT_EQ(read.list.packets[2].octets, "pq");
    EXPECT_EQ(read.list.packets[2].original, 7u);
    EXPECT_EQ(read.list.packets[2].time, at(2'000'000'000));
    ASSERT_EQ(read.list.secrets.size(), 1u);
    EXPECT_EQ(read.list.secrets[0], std::pair(0x544C534BU, "KEY"s));
  }
}

TEST(Pcapng, EveryResolutionAndOffset) {
  struct Case {
    std::uint8_t resolution;
    std::int64_t offset;
    std::uint64_t ticks;
    std::int64_t nanoseconds;
  };
  for (const Case& c : {Case{0, 0, 5, 5'000'000'000},
                        {3, 0, 1'234, 1'234'000'000},
                        {6, 0, 7, 7'000},
                        {9, 0, 7, 7},
                        {12, 0, 5'999, 5},
                        {19, 0, 15'000'000'000'000'000'000U, 1'500'000'000},
                        {0x80, 0, 3, 3'000'000'000},
                        {0x81, 0, 3, 1'500'000'000},
                        {0xA0, 0, 0x180000000, 1'500'000'000},
                        {0xBF, 0, UINT64_C(3) << 62, 1'500'000'000},
                        {6, 1'000, 1, 1'000'000'001'000},
                        {6, -2, 1'000'000, -1'000'000'000}}) {
    const std::string options = ng_option(9, std::string(1, static_cast<char>(c.resolution))) +
                                ng_option(14, le(static_cast<std::uint64_t>(c.offset), 8));
    const ReadFile read = read_whole(ng_section() + ng_interface(1, options) + ng_packet("a", c.ticks));
    EXPECT_THAT(read.findings, IsEmpty());
    ASSERT_EQ(read.list.packets.size(), 1u);
    EXPECT_EQ(read.list.packets[0].time, at(c.nanoseconds)) << unsigned{c.resolution};
  }
}

TEST(Pcapng, ResolutionBeyondSixtyFourBitsLeavesTimesOut) {
  for (const int resolution : {20, 127, 0xC0, 0xFF}) {
    const std::string options = ng_option(9, std::string(1, static_cast<char>(resolution)));
    const ReadFile read =
        read_every_way(ng_section() + ng_interface(1, options) + ng_packet("a", 7) + ng_packet("b", 6));
    EXPECT_THAT(read.findings, ElementsAre("capfile.tsresol@44+5"));
    ASSERT_EQ(read.list.packets.size(), 2u);
    EXPECT_FALSE(read.list.packets[0].time);
  }
}

TEST(Pcapng, TimeBeyondTheRangeIsLeftOut) {
  const std::string seconds = ng_option(9, std::string(1, '\0'));
  const ReadFile read = read_whole(ng_section() + ng_interface(1, seconds) + ng_packet("a", UINT64_MAX) +
                                   ng_packet("b", UINT64_C(1) << 40));
  for (const KeptPacket& packet : read.list.packets) EXPECT_FALSE(packet.time);
}

TEST(Pcapng, SectionsHaveInterfacesAndByteOrdersOfTheirOwn) {
  const Order big{true};
  const ReadFile read = read_every_way(ng_section() + ng_interface(1) + ng_interface(101) + ng_packet("a", 1, 1) +
                                       ng_section(big) + ng_interface(113, "", big) + ng_packet("b", 2, 0, big));
  ASSERT_EQ(read.list.packets.size(), 2u);
  EXPECT_EQ(read.list.packets[0].linktype, 101u);
  EXPECT_EQ(read.list.packets[0].interface, 1u);
  EXPECT_EQ(read.list.packets[1].linktype, 113u);
  EXPECT_EQ(read.list.packets[1].interface, 2u);
  EXPECT_THAT(read.findings, ElementsAre("capfile.section-endian@112+4"));
}

TEST(Pcapng, MissingInterfaceIsToldOncePerNumber) {
  const ReadFile read = read_every_way(ng_section() + ng_packet("abcd", 1, 7) + ng_packet("ab", 1, 7) +
                                       ng_packet("x", 1, 8) + ng_interface() + ng_packet("y"));
  EXPECT_THAT(read.findings, ElementsAre("capfile.interface-missing@28+36 x2", "capfile.interface-missing@100+36"));
  EXPECT_EQ(read.list.skipped.size(), 3u);
  EXPECT_EQ(read.list.skipped_octets, 7u);
  ASSERT_EQ(read.list.packets.size(), 1u);
  EXPECT_EQ(read.list.packets[0].frame, 4u);
}

TEST(Pcapng, CapturedLengthThatDoesNotFitIsSkipped) {
  std::string lying = ng_packet("abcd");
  lying.replace(20, 4, le(5, 4));
  const ReadFile read = read_every_way(ng_section() + ng_interface() + lying + ng_packet("good"));
  EXPECT_THAT(read.findings, ElementsAre("capfile.caplen-gt-block@68+4"));
  EXPECT_THAT(read.list.skipped, ElementsAre(SkippedRecord::inconsistent));
  ASSERT_EQ(read.list.packets.size(), 1u);
}

TEST(Pcapng, FrameCheckSequenceFromInterfaceOrPacket) {
  const ReadFile read = read_whole(ng_section() + ng_interface(1, ng_option(13, "\x04")) + ng_packet("abcdef") +
                                   ng_packet("abcdef", 0, 0, {}, ng_option(2, le(2 << 5, 4))));
  ASSERT_EQ(read.list.packets.size(), 2u);
  EXPECT_EQ(read.list.packets[0].fcs, 4);
  EXPECT_EQ(read.list.packets[1].fcs, 2);
}

TEST(Pcapng, OptionBeyondItsBlockIsTold) {
  const std::string options = ng_option(2, "eth0") + le(9, 2) + le(100, 2);
  const ReadFile read = read_every_way(ng_section() + ng_interface(1, options) + ng_packet("a"));
  EXPECT_THAT(read.findings, ElementsAre("capfile.option-length@52+4"));
  EXPECT_EQ(read.list.packets.size(), 1u);
}

TEST(Pcapng, ReadingGoesOnBehindAnImpossibleLength) {
  for (const std::uint32_t length : {0U, 11U, 34U, 0xFFFFFFFCU, 0x01000004U}) {
    std::string bad = ng_packet("bbbb");
    bad.replace(4, 4, le(length, 4));
    const ReadFile read = read_every_way(ng_section() + ng_interface() + ng_packet("aaaa") + bad + ng_packet("cccc"));
    EXPECT_THAT(read.findings, ElementsAre("capfile.block-length@88+4"));
    ASSERT_EQ(read.list.packets.size(), 2u);
    EXPECT_EQ(read.list.packets[1].octets, "cccc");
    EXPECT_EQ(read.account.damaged_octets, 36u);
  }
}

TEST(Pcapng, TrailerThatDiffersIsToldAndTheBlockKeptWhereOneFollows) {
  std::string bad = ng_packet("bbbb");
  bad.replace(bad.size() - 4, 4, le(99, 4));
  const ReadFile kept = read_every_way(ng_section() + ng_interface() + bad + ng_packet("cccc"));
  EXPECT_THAT(kept.findings, ElementsAre("capfile.block-trailer@80+4"));
  EXPECT_EQ(kept.list.packets.size(), 2u);
  std::string short_block = ng_packet("bbbb");
  short_block.replace(4, 4, le(32, 4));
  const ReadFile lost = read_every_way(ng_section() + ng_interface() + short_block + ng_packet("cccc"));
  EXPECT_THAT(lost.findings, ElementsAre("capfile.block-trailer@76+4"));
  ASSERT_EQ(lost.list.packets.size(), 1u);
  EXPECT_EQ(lost.list.packets[0].octets, "cccc");
}

TEST(Pcapng, FileCutAnywhereKeepsWhatIsBefore) {
  const std::string file = ng_section() + ng_interface() + ng_packet("abcd") + ng_packet("efgh");
  for (std::size_t size = 12; size < file.size(); ++size) {
    const ReadFile read = read_every_way(std::string_view(file).substr(0, size));
    EXPECT_EQ(read.list.packets.size(), size >= 84 ? 1u : 0u) << size;
    EXPECT_EQ(read.findings.size(), size == 28 || size == 48 || size == 84 ? 0u : 1u) << size;
  }
}

TEST(Pcapng, InterfacesBeyondTheLimitAreCountedOnly) {
  std::string file = ng_section();
  for (int i = 0; i < 10'005; ++i) file += ng_interface();
  file += ng_packet("ab", 0, 9'999) + ng_packet("cd", 0, 10'004) + ng_packet("e", 0, 10'005);
  const ReadFile read = read_whole(file);
  EXPECT_THAT(read.findings, ElementsAre("capfile.interface-missing@200200+36", "limit.interfaces@200028+20 x5"));
  EXPECT_EQ(read.list.packets.size(), 1u);
  EXPECT_THAT(read.list.skipped, ElementsAre(SkippedRecord::too_many, SkippedRecord::no_interface));
}

TEST(Pcapng, HugeBlocksNeedNoMemoryBeforeTheirOctetsCome) {
  PacketList list;
  DiagnosticList findings;
  CaptureFileReader reader(list, findings);
  reader.feed(ng_section() + le(6, 4) + le(16 * 1024 * 1024, 4));
  reader.finish();
  EXPECT_THAT(shown(findings.items()), ElementsAre("capfile.truncated@28+8"));
}

}  // namespace
}  // namespace mailparse
