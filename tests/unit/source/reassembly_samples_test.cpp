// Captures of others through reader, decapsulation and reassembly, against what independent tools say of them.
// Skipped where the collection of samples is absent.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/source/capture.hpp>

#include "unit/source/tcp_script.hpp"

namespace mailparse {
namespace {

struct Sample {
  std::string file;
  std::uint64_t client = 0;  ///< octets of the first conversation
  std::uint64_t server = 0;
  std::uint64_t missing = 0;
  std::vector<Code> codes;  ///< all of its findings, in order
};

class ReassemblySamples : public testing::TestWithParam<Sample> {};

test::Recorder read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string octets{std::istreambuf_iterator<char>(in), {}};
  test::Recorder recorder;
  DiagnosticList findings;
  Capture capture(recorder, {}, findings);
  capture.begin_file(0);
  capture.feed(octets);
  capture.end_file();
  capture.finish();
  return recorder;
}

TEST_P(ReassemblySamples, AgreeWithIndependentReaders) {
  const Sample& sample = GetParam();
  const std::filesystem::path path = std::filesystem::path(MAILPARSE_SAMPLES_DIR) / sample.file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const test::Recorder recorder = read(path);
  ASSERT_FALSE(recorder.heard.empty());
  const test::Heard& heard = recorder.only();
  EXPECT_TRUE(heard.faults.empty()) << heard.faults.front();
  EXPECT_EQ(heard.end.client_octets, sample.client);
  EXPECT_EQ(heard.end.server_octets, sample.server);
  EXPECT_EQ(heard.end.missing_octets, sample.missing);
  std::vector<Code> codes;
  for (const Diagnostic& finding : heard.findings) codes.push_back(finding.code);
  EXPECT_EQ(codes, sample.codes);
}

INSTANTIATE_TEST_SUITE_P(
    Captures, ReassemblySamples,
    testing::Values(
        Sample{"captures/zeek-smtp.pcap", 14705, 538, 0, {Code::tcp_retransmission}},
        Sample{"captures/zeek-smtp_smtp-bdat-gap.pcap", 293, 180, 1000, {Code::tcp_gap}},
        Sample{"captures/zeek-smtp-one-side-only.pcap", 18530, 0, 0, {Code::tcp_one_sided}},
        Sample{"captures/suricata-verify-tcp-async-01_input.pcap",
               0,
               181278,
               0,
               {Code::tcp_retransmission, Code::tcp_one_sided}},
        Sample{"captures/suricata-verify-issue-4220-01-ids_1flowB.pcap", 964296, 338, 0, {}},
        Sample{"hostile/pcap/bad-checksum-decoy.pcap", 28, 8, 0, {Code::tcp_overlap_conflict, Code::tcp_bad_checksum}},
        Sample{"hostile/pcap/fin-then-data.pcap", 0, 8, 0, {Code::tcp_data_after_fin}},
        Sample{"hostile/pcap/gap-in-data.pcap", 30, 16, 5000, {Code::tcp_gap}},
        Sample{"hostile/pcap/midstream.pcap", 25, 8, 0, {Code::tcp_midstream}},
        Sample{"hostile/pcap/one-sided.pcap", 33, 0, 0, {Code::tcp_one_sided}},
        Sample{"hostile/pcap/overlap-exact-conflict.pcap", 28, 8, 0, {Code::tcp_overlap_conflict}},
        Sample{"hostile/pcap/overlap-exact-same.pcap", 8, 8, 0, {Code::tcp_retransmission}},
        Sample{"hostile/pcap/overlap-triplet.pcap", 16, 8, 0, {Code::tcp_overlap_conflict, Code::tcp_overlap_conflict}},
        Sample{"hostile/pcap/port-reuse.pcap", 8, 8, 0, {}},
        Sample{"hostile/pcap/rst-bad-seq.pcap", 8, 15, 0, {Code::tcp_rst_out_of_window}},
        Sample{"hostile/pcap/seq-wrap.pcap", 29, 8, 0, {}},
        Sample{"hostile/pcap/syn-different-isn.pcap", 8, 8, 0, {Code::tcp_syn_isn_change}},
        Sample{"hostile/pcap/tiny-segments.pcap", 25, 8, 0, {}}),
    [](const auto& named) {
      std::string name = std::filesystem::path(named.param.file).stem().string();
      for (char& c : name) {
        if (c == '-' || c == '.') c = '_';
      }
      return name;
    });

TEST(ReassemblySample, GivesTheClientStreamThatTcpflowGives) {
  const std::filesystem::path path = std::filesystem::path(MAILPARSE_SAMPLES_DIR) / "captures/zeek-smtp.pcap";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const std::string digest = digest_hex(DigestKind::md5, read(path).only().streams[0]);
  EXPECT_EQ(digest.substr(0, 8), "12bb3747");
}

}  // namespace
}  // namespace mailparse
