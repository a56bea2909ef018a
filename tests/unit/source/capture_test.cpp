#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/source/bpf.hpp>
#include <mailparse/source/capture.hpp>
#include <mailparse/source/input.hpp>

#include "capture_builder.hpp"
#include "conversation_list.hpp"

namespace mailparse {
namespace {

using namespace testing_capture;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

struct Captured {
  ConversationList conversations;
  std::vector<std::string> findings;
  CaptureAccount account;
  ReassemblyTotals totals;

  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& kept : conversations.all) {
      all += kept->start.client->ip + " " + kept->octets[0] + "\n" + kept->octets[1] + "\n";
      for (const auto& frames : kept->frames) {
        for (const std::uint64_t frame : frames) all += std::to_string(frame) + " ";
      }
      for (const std::string& finding : kept->findings) all += finding + " ";
    }
    for (const std::string& finding : findings) all += finding + " ";
    return all;
  }
};

void read_files(const std::vector<std::string>& files, Captured& out, CaptureOptions options = {},
                std::size_t cut = SIZE_MAX) {
  DiagnosticList findings;
  Capture capture(out.conversations, std::move(options), findings);
  CaptureAccount sum;
  std::uint32_t index = 0;
  for (const std::string& file : files) {
    capture.begin_file(index++);
    for (std::size_t at = 0; at < file.size(); at += std::min(cut, file.size() - at)) {
      capture.feed(std::string_view(file).substr(at, cut));
      if (cut > 16) {
        EXPECT_TRUE(capture.account().adds_up());
      }
    }
    sum += capture.end_file();
  }
  capture.finish();
  out.findings = shown(findings.items());
  out.account = capture.account();
  out.totals = capture.conversations();
  EXPECT_EQ(out.account, sum);
  EXPECT_TRUE(out.account.adds_up());
  EXPECT_EQ(out.account.pending_octets, 0u);
  EXPECT_EQ(out.totals.payload_octets, out.account.tcp_payload_octets + out.account.reassembled_tcp_payload_octets);
  for (const auto& kept : out.conversations.all) EXPECT_TRUE(kept->finished);
}

fs::path corpus() {
  return fs::path(MAILPARSE_SOURCE_DIR) / "corpus" / "captures";
}

const std::string client_side =
    "EHLO client.example.net\r\nMAIL FROM:<alice@example.net>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n"
    "From: Alice <alice@example.net>\r\nTo: Bob <bob@example.org>\r\nSubject: *\r\n"
    "Date: Fri, 21 Nov 2025 10:00:00 +0000\r\nMessage-ID: <1@client.example.net>\r\n\r\nSent through "
    "it.\r\n.\r\nQUIT\r\n";

/// The client's octets with the subject, the only thing that differs, as "*".
std::string without_subject(std::string text) {
  const std::size_t from = text.find("Subject: ");
  if (from == std::string::npos) return text;
  return text.replace(from + 9, text.find("\r\n", from) - from - 9, "*");
}

TEST(Capture, EachLinkTypeAndEncapsulationOfTheCorpusGivesTheSession) {
  std::size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(corpus())) {
    const std::string name = entry.path().filename().string();
    if (name == "demo.pcap" || name == "damaged.pcap" || name == "dns-names.pcap" || name == "policies.pcap" ||
        name == "snaplen-96.pcap")
      continue;
    ++files;
    Captured read;
    read_files({contents(entry.path())}, read);
    EXPECT_THAT(read.findings, ::testing::SizeIs(name == "sections.pcapng" ? 1 : 0)) << name;
    ASSERT_EQ(read.conversations.all.size(), 1u) << name;
    const KeptConversation& kept = *read.conversations.all[0];
    EXPECT_EQ(without_subject(kept.octets[0]), client_side) << name;
    EXPECT_THAT(kept.octets[1], HasSubstr("queued as 4F1A2B")) << name;
    EXPECT_THAT(kept.findings, IsEmpty()) << name;
    EXPECT_TRUE(kept.start.begun) << name;
    EXPECT_EQ(kept.end.missing_octets, 0u) << name;
    EXPECT_EQ(kept.start.format, entry.path().extension() == ".pcap" ? "pcap" : "pcapng");
    EXPECT_EQ(read.account.frames, read.account.decoded_frames()) << name;
  }
  EXPECT_GE(files, 30u);
}

TEST(Capture, DemonstrationHasWhatItPromises) {
  Captured read;
  read_files({contents(corpus() / "demo.pcap")}, read);
  ASSERT_EQ(read.conversations.all.size(), 2u);
  EXPECT_THAT(read.conversations.all[0]->octets[0], HasSubstr("november.png"));
  EXPECT_THAT(read.conversations.all[0]->findings, IsEmpty());
  EXPECT_THAT(read.conversations.all[1]->octets[0], HasSubstr("[1440 missing]"));
  EXPECT_THAT(read.conversations.all[1]->octets[1], HasSubstr("550 5.1.1"));
  EXPECT_EQ(read.account[FrameFate::arp].frames, 1u);
  EXPECT_EQ(read.account[FrameFate::udp_dns].frames, 1u);
}

TEST(Capture, DamagedFileIsReadOnBehindTheDamage) {
  Captured read;
  read_files({contents(corpus() / "damaged.pcap")}, read);
  ASSERT_EQ(read.conversations.all.size(), 1u);
  EXPECT_THAT(read.findings, ElementsAre(HasSubstr("capfile.record-too-large@")));
  const std::string behind = client_side.substr(client_side.find("MAIL FROM"));
  EXPECT_EQ(without_subject(read.conversations.all[0]->octets[0]), "[25 missing]" + behind);
  EXPECT_EQ(read.account.damaged_octets, 16u + 54u + 25u);
}

TEST(Capture, WhatTheCaptureCutOffIsMissing) {
  Captured read;
  read_files({contents(corpus() / "snaplen-96.pcap")}, read);
  ASSERT_EQ(read.conversations.all.size(), 1u);
  EXPECT_THAT(read.conversations.all[0]->octets[0], HasSubstr(" missing]QUIT\r\n"));
}

TEST(Capture, AnyCutGivesTheSame) {
  for (const fs::directory_entry& entry : fs::directory_iterator(corpus())) {
    const std::string file = contents(entry.path());
    Captured whole;
    read_files({file}, whole);
    for (const std::size_t cut : {1U, 7U, 100U, 1000U}) {
      Captured parts;
      read_files({file}, parts, {}, cut);
      EXPECT_EQ(parts.text(), whole.text()) << entry.path() << " in pieces of " << cut;
      EXPECT_EQ(parts.account, whole.account);
    }
  }
}

/// The records of a pcap file whose frames pass `keep`, as a file of their own.
std::string some_records(const std::string& file, const std::function<bool(std::size_t)>& keep) {
  const ReadFile read = read_whole(file);
  std::string out = file.substr(0, 24);
  for (std::size_t i = 0; i < read.list.packets.size(); ++i) {
    const KeptPacket& packet = read.list.packets[i];
    if (keep(i)) out += file.substr(packet.file_offset, 16 + packet.octets.size());
  }
  return out;
}

TEST(Capture, RotatedPiecesAreOneCapture) {
  const std::string file = contents(corpus() / "ethernet.pcap");
  Captured read;
  read_files({some_records(file, [](std::size_t i) { return i < 9; }),
              some_records(file, [](std::size_t i) { return i >= 9; })},
             read);
  ASSERT_EQ(read.conversations.all.size(), 1u);
  EXPECT_EQ(without_subject(read.conversations.all[0]->octets[0]), client_side);
}

TEST(Capture, TheSameFileTwiceIsTwoCaptures) {
  const std::string file = contents(corpus() / "ethernet.pcap");
  Captured read;
  read_files({file, file}, read);
  ASSERT_EQ(read.conversations.all.size(), 2u);
  EXPECT_EQ(read.conversations.all[0]->octets[0], read.conversations.all[1]->octets[0]);
  EXPECT_NE(read.conversations.all[0]->start.id, read.conversations.all[1]->start.id);
  EXPECT_EQ(read.conversations.all[1]->start.first.file, 1u);
}

TEST(Capture, FilterDecidesBeforeDecoding) {
  const auto filter = compile_bpf("ip6 and tcp port 25");
  ASSERT_TRUE(filter) << filter.error();
  CaptureOptions options;
  options.filter = *filter;
  Captured read;
  read_files({contents(corpus() / "demo.pcap")}, read, options);
  ASSERT_EQ(read.conversations.all.size(), 1u);
  EXPECT_EQ(read.conversations.all[0]->start.client->ip, "2001:db8:7::44");
  EXPECT_GT(read.account[FrameFate::filtered].frames, 10u);
}

TEST(Capture, FilterFollowsTheLinkType) {
  for (const char* name :
       {"linux-cooked.pcap", "linux-cooked-2.pcap", "raw-ipv4.pcap", "loopback.pcap", "ppp.pcap", "radiotap.pcap"}) {
    CaptureOptions options;
    options.filter = *compile_bpf("host 192.0.2.10");
    Captured read;
    read_files({contents(corpus() / name)}, read, options);
    EXPECT_EQ(read.account[FrameFate::filtered].frames, 0u) << name;
    EXPECT_EQ(read.conversations.all.size(), 1u) << name;
  }
}

TEST(Capture, WrongFilterIsTold) {
  const auto filter = compile_bpf("host and");
  ASSERT_FALSE(filter);
  EXPECT_THAT(filter.error(), HasSubstr("syntax error"));
}

TEST(Capture, LivePacketsAreCounted) {
  ConversationList conversations;
  DiagnosticList findings;
  Capture capture(conversations, {}, findings);
  PacketSink& live = capture.live();
  const ReadFile file = read_whole(contents(corpus() / "ethernet.pcap"));
  for (const KeptPacket& kept : file.list.packets) {
    CapturedPacket packet;
    packet.stamp = {kept.time, kept.frame, 0};
    packet.original_length = kept.original;
    packet.linktype = kept.linktype;
    packet.octets = kept.octets;
    live.on_packet(packet);
  }
  EXPECT_EQ(capture.format(), "live");
  capture.finish();
  EXPECT_THAT(findings.items(), IsEmpty());
  ASSERT_EQ(conversations.all.size(), 1u);
  EXPECT_EQ(conversations.all[0]->start.format, "live");
  EXPECT_TRUE(capture.account().adds_up());
  EXPECT_EQ(capture.account().frames, file.list.packets.size());
}

TEST(Capture, SecretsOfTheFileAreKept) {
  ConversationList conversations;
  DiagnosticList findings;
  Capture capture(conversations, {}, findings);
  capture.feed(ng_section() + ng_block(10, le(0x544C534B, 4) + le(3, 4) + padded("KEY")));
  capture.finish();
  ASSERT_EQ(capture.secrets().size(), 1u);
  EXPECT_EQ(capture.secrets()[0].octets, "KEY");
}

// The samples

std::vector<fs::path> samples() {
  std::vector<fs::path> paths;
  for (const char* folder : {"captures", "captures-loopback", "hostile/capfile", "hostile/pcap"}) {
    const fs::path path = fs::path(MAILPARSE_SAMPLES_DIR) / folder;
    if (!fs::exists(path)) continue;
    for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
      if (entry.is_regular_file() && entry.path().string().find(".pcap") != std::string::npos)
        paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::string decompressed(const fs::path& path) {
  DiagnosticList findings;
  auto input = Input::open(path.string(), findings);
  std::string octets;
  while (input) {
    const auto block = input->read();
    if (!block || block->empty()) break;
    octets += *block;
  }
  return octets;
}

TEST(CaptureSamples, AccountsAddUpInAnyCut) {
  const std::vector<fs::path> paths = samples();
  if (paths.empty()) GTEST_SKIP() << "no samples at " << MAILPARSE_SAMPLES_DIR;
  for (const fs::path& path : paths) {
    const std::string file = decompressed(path);
    if (file.size() > 8'000'000) continue;  // the decompression bomb has a test of its own
    Captured whole;
    read_files({file}, whole);
    Captured parts;
    read_files({file}, parts, {}, 997);
    EXPECT_EQ(parts.text(), whole.text()) << path;
    EXPECT_EQ(parts.account, whole.account) << path;
  }
}

/// Reads a file that ends early: nothing may fail, packets before the cut are those of the whole.
void expect_prefix(std::string_view file, const ReadFile& whole, std::size_t size) {
  const ReadFile cut = read_whole(file.substr(0, size));
  for (std::size_t i = 0; i < cut.list.packets.size() && i < whole.list.packets.size(); ++i) {
    const KeptPacket& expected = whole.list.packets[i];
    if (expected.file_offset + expected.octets.size() + 16 > size) break;
    EXPECT_EQ(cut.list.packets[i], expected);
  }
  std::uint64_t before = 0;
  for (const KeptPacket& packet : cut.list.packets) {
    EXPECT_TRUE(before == 0 || packet.file_offset > before);
    before = packet.file_offset;
  }
  Captured read;
  read_files({std::string(file.substr(0, size))}, read);
}

TEST(CaptureSamples, CutAtEveryRecordAndAtRandomPlacesTheyAreRead) {
  const std::vector<fs::path> paths = samples();
  if (paths.empty()) GTEST_SKIP() << "no samples at " << MAILPARSE_SAMPLES_DIR;
  std::mt19937 random(1);
  for (const fs::path& path : paths) {
    const std::string file = decompressed(path);
    if (file.size() > 8'000'000) continue;
    const ReadFile whole = read_whole(file);
    // A thousand places in all, more in small files; every record boundary in files where that is a second's work.
    const std::size_t places = file.size() < 100'000 ? 30 : file.size() < 1'000'000 ? 6 : 1;
    for (std::size_t i = 0; i < places && !file.empty(); ++i) expect_prefix(file, whole, random() % file.size());
    if (whole.list.packets.size() > 200) continue;
    for (const KeptPacket& packet : whole.list.packets) expect_prefix(file, whole, packet.file_offset);
  }
}

TEST(CaptureSamples, HostileFilesGiveTheFindingsOfTheirIndex) {
  const fs::path index = fs::path(MAILPARSE_SAMPLES_DIR) / "hostile" / "INDEX.tsv";
  if (!fs::exists(index)) GTEST_SKIP() << "no samples at " << MAILPARSE_SAMPLES_DIR;
  std::ifstream lines(index);
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("capfile/")) continue;
    const std::string name = line.substr(0, line.find('\t'));
    const std::string expected = line.substr(line.rfind('\t') + 1);
    ++rows;
    DiagnosticList findings;
    auto input = Input::open((fs::path(MAILPARSE_SAMPLES_DIR) / "hostile" / name).string(), findings);
    ASSERT_TRUE(input) << name;
    ConversationList conversations;
    Capture capture(conversations, {}, findings);
    capture.begin_file(0);
    for (auto block = input->read(); block && !block->empty(); block = input->read()) capture.feed(*block);
    capture.finish();
    EXPECT_TRUE(capture.account().adds_up()) << name;
    std::string found;
    for (const Diagnostic& d : findings.items()) {
      found += std::string(info(d.code).name) + "(" + std::string(to_string(d.severity)) + ") ";
    }
    if (expected.find('(') != std::string::npos && !expected.starts_with("tcp.")) {
      EXPECT_THAT(found, HasSubstr(expected.substr(0, expected.find(')') + 1))) << name;
    }
    if (expected.find('(') == std::string::npos) {
      EXPECT_THAT(found, IsEmpty()) << name;
    }
  }
  EXPECT_GE(rows, 20u);
}

}  // namespace
}  // namespace mailparse
