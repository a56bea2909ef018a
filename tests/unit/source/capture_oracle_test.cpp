// libpcap reads the same packets as CaptureFileReader.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <mailparse/source/input.hpp>

#include "capture_builder.hpp"

namespace mailparse {
namespace {

using namespace testing_capture;
namespace fs = std::filesystem;

struct Oracle {
  bool opened = false;
  bool to_the_end = false;
  std::vector<KeptPacket> packets;
};

/// What libpcap gives of a file in memory, with nanoseconds.
Oracle read_with_libpcap(std::string& file) {
  Oracle oracle;
  if (file.empty()) return oracle;
  std::FILE* const stream = fmemopen(file.data(), file.size(), "rb");
  if (stream == nullptr) return oracle;
  char error[PCAP_ERRBUF_SIZE] = "";
  pcap_t* const handle = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error);
  if (handle == nullptr) {
    std::fclose(stream);
    return oracle;
  }
  oracle.opened = true;
  pcap_pkthdr* header = nullptr;
  const u_char* octets = nullptr;
  int status = 0;
  while ((status = pcap_next_ex(handle, &header, &octets)) == 1) {
    KeptPacket packet;
    packet.time = Timestamp(std::chrono::seconds(header->ts.tv_sec) + std::chrono::nanoseconds(header->ts.tv_usec));
    packet.original = header->len;
    packet.octets.assign(reinterpret_cast<const char*>(octets), header->caplen);
    oracle.packets.push_back(std::move(packet));
  }
  oracle.to_the_end = status == PCAP_ERROR_BREAK;
  pcap_close(handle);
  return oracle;
}

void expect_same(const fs::path& path, std::string file) {
  const Oracle oracle = read_with_libpcap(file);
  if (!oracle.opened) return;
  const ReadFile read = read_whole(file);
  // libpcap stops where a file is damaged and at interfaces of unlike kinds; this reader goes on.
  if (oracle.to_the_end) {
    ASSERT_EQ(read.list.packets.size(), oracle.packets.size()) << path;
  }
  ASSERT_GE(read.list.packets.size(), oracle.packets.size()) << path;
  for (std::size_t i = 0; i < oracle.packets.size(); ++i) {
    const KeptPacket& ours = read.list.packets[i];
    const KeptPacket& theirs = oracle.packets[i];
    // libpcap cuts what is beyond the snapshot length of the file; here it is kept and told.
    EXPECT_EQ(ours.octets.substr(0, theirs.octets.size()), theirs.octets) << path << " frame " << i + 1;
    const bool over_snaplen = std::ranges::any_of(
        read.findings, [](const std::string& f) { return f.starts_with("capfile.caplen-gt-snaplen"); });
    if (!over_snaplen) {
      EXPECT_EQ(ours.octets.size(), theirs.octets.size()) << path << " frame " << i + 1;
    }
    EXPECT_EQ(ours.original, theirs.original) << path << " frame " << i + 1;
    if (ours.time) {
      EXPECT_EQ(ours.time, theirs.time) << path << " frame " << i + 1;
    }
  }
}

TEST(CaptureOracle, LibpcapReadsTheSamePacketsFromTheCorpus) {
  std::size_t files = 0;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(fs::path(MAILPARSE_SOURCE_DIR) / "corpus" / "captures")) {
    expect_same(entry.path(), contents(entry.path()));
    ++files;
  }
  EXPECT_GE(files, 30u);
}

TEST(CaptureOracle, LibpcapReadsTheSamePacketsFromTheSamples) {
  const fs::path root = MAILPARSE_SAMPLES_DIR;
  if (!fs::exists(root / "captures")) GTEST_SKIP() << "no samples at " << root;
  std::size_t files = 0;
  for (const char* folder : {"captures", "captures-loopback", "hostile/capfile", "hostile/pcap"}) {
    for (const fs::directory_entry& entry : fs::directory_iterator(root / folder)) {
      if (!entry.is_regular_file()) continue;
      DiagnosticList findings;
      auto input = Input::open(entry.path().string(), findings);
      ASSERT_TRUE(input);
      if (input->kind() != InputKind::pcap && input->kind() != InputKind::pcapng) continue;
      std::string file;
      for (auto block = input->read(); block && !block->empty(); block = input->read()) file += *block;
      if (file.size() > 8'000'000) continue;  // the decompression bomb
      expect_same(entry.path(), std::move(file));
      ++files;
    }
  }
  EXPECT_GE(files, 100u);
}

}  // namespace
}  // namespace mailparse
