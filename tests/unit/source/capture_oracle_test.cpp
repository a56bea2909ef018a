// libpcap reads the same packets as CaptureFileReader.
#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include <mailparse/source/input.hpp>

#include "capture_builder.hpp"
#include "libpcap_oracle.hpp"

namespace mailparse {
namespace {

using namespace testing_capture;
namespace fs = std::filesystem;

void expect_same(const fs::path& path, std::string file) {
  const test::LibpcapFile oracle = test::read_with_libpcap(file);
  if (!oracle.opened) return;
  const ReadFile read = read_whole(file);
  // libpcap stops where a file is damaged and at interfaces of unlike kinds; this reader goes on.
  if (oracle.to_the_end) {
    ASSERT_EQ(read.list.packets.size(), oracle.packets.size()) << path;
  }
  ASSERT_GE(read.list.packets.size(), oracle.packets.size()) << path;
  for (std::size_t i = 0; i < oracle.packets.size(); ++i) {
    const KeptPacket& ours = read.list.packets[i];
    const test::LibpcapPacket& theirs = oracle.packets[i];
    // libpcap cuts what is beyond the snapshot length of the file; here it is kept and told.
    EXPECT_EQ(ours.octets.substr(0, theirs.octets.size()), theirs.octets) << path << " frame " << i + 1;
    const bool over_snaplen = std::ranges::any_of(
        read.findings, [](const std::string& f) { return f.starts_with("capfile.caplen-gt-snaplen"); });
    if (!over_snaplen) {
      EXPECT_EQ(ours.octets.size(), theirs.octets.size()) << path << " frame " << i + 1;
    }
    EXPECT_EQ(ours.original, theirs.original_length) << path << " frame " << i + 1;
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
