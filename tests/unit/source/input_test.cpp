#include <cerrno>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/source/input.hpp>

#include "capture_builder.hpp"
#include "source/decompressor.hpp"

namespace mailparse {
namespace {

using namespace std::string_literals;
using namespace testing_capture;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;
namespace fs = std::filesystem;

std::string gzip(std::string_view octets, bool with_names = false) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  gz_header header{};
  std::string extra(300, 'x');
  std::string name = "capture.pcap";
  std::string comment = "made by a test";
  if (with_names) {
    header.extra = reinterpret_cast<Bytef*>(extra.data());
    header.extra_len = static_cast<uInt>(extra.size());
    header.name = reinterpret_cast<Bytef*>(name.data());
    header.comment = reinterpret_cast<Bytef*>(comment.data());
    header.hcrc = 1;
    EXPECT_EQ(deflateSetHeader(&stream, &header), Z_OK);
  }
  std::string out(deflateBound(&stream, octets.size()) + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));
  stream.avail_in = static_cast<uInt>(octets.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view octets) {
  std::string out(ZSTD_compressBound(octets.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context, out.data(), out.size(), octets.data(), octets.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string octets(size, '\0');
  for (char& octet : octets) octet = static_cast<char>(random() % 64);
  return octets;
}

/// A file in the folder for temporary files that goes with this.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view octets)
      : path_((fs::temp_directory_path() / "mailparse-input-XXXXXX").string()) {
    const int descriptor = ::mkstemp(path_.data());
    EXPECT_GE(descriptor, 0);
    ::close(descriptor);
    std::ofstream(path_, std::ios::binary) << octets;
  }
  ~TemporaryFile() { fs::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct ReadInput {
  std::string octets;
  std::vector<std::string> findings;
  InputKind kind = InputKind::empty;
  InputKind wrapping = InputKind::empty;
  std::string sha256;
  bool operator==(const ReadInput&) const = default;
};

ReadInput read_input(std::string_view file, bool ahead = false) {
  const TemporaryFile temporary(file);
  DiagnosticList findings;
  ReadInput out;
  auto input = Input::open(temporary.path(), findings, {.digest = true, .ahead = ahead});
  EXPECT_TRUE(input);
  if (!input) return out;
  EXPECT_EQ(input->size(), file.size());
  out.kind = input->kind();
  out.wrapping = input->wrapping();
  for (auto block = input->read(); block && !block->empty(); block = input->read()) {
    EXPECT_LE(block->size(), 1024U * 1024U);
    out.octets += *block;
  }
  EXPECT_TRUE(input->read()->empty());
  EXPECT_EQ(input->position(), file.size());
  out.findings = shown(findings.items());
  out.sha256 = input->sha256();
  return out;
}

TEST(Input, PlainFilesOfAnySizeAreReadInBlocks) {
  for (const std::size_t size : {0U, 1U, 11U, 12U, 13U, 1048576U, 3000000U}) {
    const std::string file = noise(size);
    const ReadInput read = read_input(file);
    EXPECT_EQ(read.octets, file);
    EXPECT_THAT(read.findings, IsEmpty());
    EXPECT_EQ(read.sha256, digest_hex(DigestKind::sha256, file));
  }
}

TEST(Input, KindIsJudgedByContent) {
  EXPECT_EQ(sniff(""), InputKind::empty);
  EXPECT_EQ(sniff("\xD4\xC3\xB2\xA1"s), InputKind::pcap);
  EXPECT_EQ(sniff("\xA1\xB2\x3C\x4D"s), InputKind::pcap);
  EXPECT_EQ(sniff("\xA1\xB2\xCD\x34"s), InputKind::pcap);
  EXPECT_EQ(sniff(ng_section()), InputKind::pcapng);
  EXPECT_EQ(sniff(ng_section({true})), InputKind::pcapng);
  EXPECT_EQ(sniff("\n\r\r\n and no byte-order magic"), InputKind::other);
  EXPECT_EQ(sniff(gzip("x")), InputKind::gzip);
  EXPECT_EQ(sniff(zstd("x")), InputKind::zstd);
  EXPECT_EQ(sniff("220 mx.example.org ESMTP\r\n"), InputKind::other);
  EXPECT_EQ(sniff("\xD4\xC3"s), InputKind::other);
}

TEST(Input, GzipAndZstdAreRemoved) {
  const std::string capture = pcap_header() + pcap_record(noise(1'500'000));
  for (const auto& [file, wrapping] :
       {std::pair{gzip(capture), InputKind::gzip},
        {gzip(capture, true), InputKind::gzip},
        {zstd(capture), InputKind::zstd},
        {gzip(capture.substr(0, 3)) + gzip("") + gzip(capture.substr(3)), InputKind::gzip},
        {zstd(capture.substr(0, 3)) + "\x50\x2A\x4D\x18\x04\0\0\0skip"s + zstd(capture.substr(3)), InputKind::zstd},
        {gzip(capture) + std::string(512, '\0'), InputKind::gzip}}) {
    const ReadInput read = read_input(file);
    EXPECT_TRUE(read.octets == capture);
    EXPECT_EQ(read.kind, InputKind::pcap);
    EXPECT_EQ(read.wrapping, wrapping);
    EXPECT_THAT(read.findings, IsEmpty());
    EXPECT_EQ(read.sha256, digest_hex(DigestKind::sha256, file));
  }
}

TEST(Input, OnlyOneLayerIsRemoved) {
  const ReadInput read = read_input(gzip(gzip("twice")));
  EXPECT_EQ(read.kind, InputKind::gzip);
  EXPECT_EQ(read.octets, gzip("twice"));
}

TEST(Input, CompressedFileCutAnywhereKeepsWhatIsBefore) {
  const std::string octets = noise(3'000);
  for (const std::string& file : {gzip(octets, true), zstd(octets)}) {
    for (std::size_t size = 4; size < file.size(); size += 1 + size / 12) {
      const ReadInput read = read_input(file.substr(0, size));
      EXPECT_TRUE(octets.starts_with(read.octets)) << size;
      EXPECT_THAT(read.findings, ElementsAre("capfile.gzip-truncated@" + std::to_string(size) + "+0")) << size;
    }
  }
}

TEST(Input, WrongCheckValuesAreToldAndTheNextMemberIsRead) {
  const std::string first = gzip("first ");
  for (const std::size_t place : {first.size() - 8, first.size() - 1}) {
    std::string damaged = first;
    damaged[place] = static_cast<char>(damaged[place] ^ 1);
    const ReadInput read = read_input(damaged + gzip("second"));
    EXPECT_EQ(read.octets, "first second");
    EXPECT_THAT(read.findings, ElementsAre("capfile.gzip-crc@" + std::to_string(first.size() - 8) + "+8"));
  }
}

TEST(Input, BrokenDataKeepsWhatIsBefore) {
  const std::string octets = noise(100'000);
  for (const std::string& whole : {gzip(octets), zstd(octets)}) {
    std::string file = whole;
    for (std::size_t i = file.size() / 2; i < file.size() / 2 + 50; ++i) file[i] = '\xFF';
    const ReadInput read = read_input(file);
    EXPECT_EQ(read.findings.size(), 1u);
    EXPECT_THAT(read.findings[0], StartsWith("capfile.gzip-crc@"));
  }
}

TEST(Input, ImplausibleRatioIsToldOnce) {
  const std::string zeros(20 << 20, '\0');
  for (const std::string& file : {gzip(zeros), zstd(zeros)}) {
    const ReadInput read = read_input(file);
    EXPECT_EQ(read.octets.size(), zeros.size());
    EXPECT_THAT(read.findings, ElementsAre(StartsWith("limit.decompression-ratio@")));
  }
  EXPECT_THAT(read_input(gzip(std::string(1 << 20, '\0'))).findings, IsEmpty());
}

TEST(Input, AThreadAheadGivesTheSame) {
  const std::string octets = noise(4 << 20);
  for (const std::string& whole : {octets, gzip(octets) + gzip("more"), zstd(octets)}) {
    std::string damaged = whole;
    damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 1);
    for (const std::string& file : {whole, whole.substr(0, whole.size() - 1'000), damaged}) {
      const ReadInput alone = read_input(file);
      EXPECT_EQ(read_input(file, true), alone) << file.size();
      EXPECT_FALSE(alone.octets.empty());
    }
  }
}

TEST(Input, AThreadAheadMayBeLeft) {
  const TemporaryFile file(gzip(noise(8 << 20)));
  DiagnosticList findings;
  for (int blocks = 0; blocks < 3; ++blocks) {
    auto input = Input::open(file.path(), findings, {.ahead = true});
    ASSERT_TRUE(input);
    EXPECT_LT(input->position(), input->size());
    for (int i = 0; i < blocks; ++i) EXPECT_FALSE(input->read()->empty());
  }
}

TEST(Input, WhatCannotBeOpenedSaysWhy) {
  DiagnosticList findings;
  const auto missing = Input::open("/nonexistent/file", findings);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().number, ENOENT);
  EXPECT_EQ(missing.error().text, "open /nonexistent/file: No such file or directory");
  const auto folder = Input::open("/", findings);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().number, EISDIR);
}

TEST(Input, PipeGivesWhatIsThereBeforeItsEnd) {
  const TemporaryFile place("");
  fs::remove(place.path());
  ASSERT_EQ(::mkfifo(place.path().c_str(), 0600), 0);
  std::thread writer([&] {
    std::ofstream out(place.path(), std::ios::binary);
    out << "220 mx.example.org ESMTP\r\n" << std::flush;
  });
  DiagnosticList findings;
  auto input = Input::open(place.path(), findings);
  writer.join();
  ASSERT_TRUE(input);
  EXPECT_EQ(input->kind(), InputKind::other);
  EXPECT_EQ(input->size(), 0u);
  EXPECT_EQ(*input->read(), "220 mx.example.org ESMTP\r\n");
  EXPECT_EQ(*input->read(), "");
}

TEST(Input, SilenceOfAPipeIsNoEnd) {
  const TemporaryFile place("");
  fs::remove(place.path());
  ASSERT_EQ(::mkfifo(place.path().c_str(), 0600), 0);
  const int writer = ::open(place.path().c_str(), O_RDWR);
  ASSERT_EQ(::write(writer, "220 mx.example.org\r\n", 20), 20);
  DiagnosticList findings;
  auto input = Input::open(place.path(), findings);
  ASSERT_TRUE(input);
  EXPECT_TRUE(input->wait(std::chrono::milliseconds(1)));
  EXPECT_EQ(input->read()->size(), 20U);
  EXPECT_FALSE(input->wait(std::chrono::milliseconds(1)));
  ASSERT_EQ(::write(writer, "QUIT\r\n", 6), 6);
  EXPECT_TRUE(input->wait(std::chrono::milliseconds(1)));
  EXPECT_EQ(*input->read(), "QUIT\r\n");
  ::close(writer);
  EXPECT_TRUE(input->wait(std::chrono::milliseconds(1)));
  EXPECT_EQ(*input->read(), "");
}

TEST(Decompressor, AnyCutOfInputAndOutputGivesTheSame) {
  const std::string octets = noise(2'000);
  for (const bool is_gzip : {true, false}) {
    const std::string file = is_gzip ? gzip(octets, true) + gzip("more") : zstd(octets) + zstd("more");
    for (const std::size_t in_cut : {1U, 2U, 3U, 50U, 100000U}) {
      for (const std::size_t out_cut : {1U, 3U, 100000U}) {
        const auto decompressor = is_gzip ? make_gzip_decompressor() : make_zstd_decompressor();
        DiagnosticList findings;
        std::string result;
        std::size_t at = 0;
        for (int idle = 0; idle < 3;) {
          std::string out(out_cut, '\0');
          const auto progress = decompressor->run(std::string_view(file).substr(at, in_cut), out, at, findings);
          at += progress.consumed;
          result += out.substr(0, progress.produced);
          idle = progress.consumed + progress.produced == 0 ? idle + 1 : 0;
        }
        EXPECT_EQ(result, octets + "more");
        EXPECT_FALSE(decompressor->incomplete());
        EXPECT_THAT(findings.items(), IsEmpty());
      }
    }
  }
}

}  // namespace
}  // namespace mailparse
