#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/message/embedded_files.hpp>

namespace mailparse {
namespace {

class Files final : public EmbeddedFileSink {
 public:
  void on_file_begin(const EmbeddedFile&) override { octets.emplace_back(); }
  void on_file_octets(std::string_view more) override { octets.back() += more; }
  void on_file_end(const EmbeddedFile& file) override { files.push_back(file); }
  std::vector<std::string> octets;
  std::vector<EmbeddedFile> files;
};

Files find(const std::string& text) {
  Files whole;
  EmbeddedFileScanner scanner(whole);
  scanner.feed(text);
  scanner.finish();
  Files split;
  EmbeddedFileScanner octetwise(split);
  for (const char c : text) octetwise.feed({&c, 1});
  octetwise.finish();
  EXPECT_EQ(split.octets, whole.octets);
  return whole;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(EmbeddedFiles, UuencodedFileInTextIsFound) {
  const Files found = find("Hello\nbegin 644 a b.txt\n#0V%T\n`\nend\nbye\n");
  ASSERT_EQ(found.files.size(), 1u);
  EXPECT_EQ(found.octets[0], "Cat");
  EXPECT_EQ(found.files[0].name, "a b.txt");
  EXPECT_EQ(found.files[0].offset, 6u);
  EXPECT_EQ(found.files[0].end, 36u);
  EXPECT_TRUE(found.files[0].complete);
  EXPECT_FALSE(found.files[0].damaged);
}

TEST(EmbeddedFiles, ProseThatSaysBeginIsNoFile) {
  EXPECT_TRUE(find("begin with this\nbegin 64 x\nbegin  644 y\n").files.empty());
  const Files found = find("begin 644 x\nHello there, this is prose.\nMore\nprose\nhere\nand here\n");
  ASSERT_EQ(found.files.size(), 1u);
  EXPECT_FALSE(found.files[0].complete);
}

TEST(EmbeddedFiles, ALineBeginsBehindLfAlone) {
  EXPECT_TRUE(find("text\rbegin 644 a\n#0V%T\n`\nend\n").files.empty());
  std::string text;
  for (int i = 0; i < 100; ++i) text += "but =this= is prose, and a long line of it\r=ybegin in the middle\r\nbegin\n";
  const std::size_t begin = text.size();
  text += "begin 644 a\r\n#0V%T\r\n`\r\nend\r\nbetween\nbegin 600 b\n#0V%T\nend";
  const Files found = find(text);
  ASSERT_EQ(found.files.size(), 2u);
  EXPECT_EQ(found.files[0].offset, begin);
  EXPECT_EQ(found.files[0].name, "a");
  EXPECT_EQ(found.files[1].name, "b");
  EXPECT_EQ(found.files[1].end, text.size());
}

TEST(EmbeddedFiles, CutOffBlanksAreZeroes) {
  const Files found = find("begin 644 z\n#\n`\nend\n");
  ASSERT_EQ(found.files.size(), 1u);
  EXPECT_EQ(found.octets[0], std::string(3, '\0'));
}

TEST(EmbeddedFiles, YencedFileIsFoundAndChecked) {
  const Files found = find("=ybegin line=128 size=3 name=a.bin\r\n\x6D\x8B\x9E\r\n=yend size=3 crc32=00000000\r\n");
  ASSERT_EQ(found.files.size(), 1u);
  EXPECT_EQ(found.octets[0], "Cat");
  EXPECT_TRUE(found.files[0].complete);
  EXPECT_TRUE(found.files[0].damaged) << "the checksum is wrong";
}

TEST(EmbeddedFiles, SamplesDecodeToTheirOriginals) {
  const std::filesystem::path samples = std::filesystem::path(MAILPARSE_SAMPLES_DIR) / "messages/mimekit";
  if (!std::filesystem::exists(samples)) GTEST_SKIP() << "no samples at " << samples;
  const Files uu = find(content(samples / "encoders/photo.uu"));
  ASSERT_EQ(uu.files.size(), 1u);
  EXPECT_EQ(uu.octets[0], content(samples / "encoders/photo.jpg"));
  const Files y = find(content(samples / "yenc/simple.msg"));
  ASSERT_EQ(y.files.size(), 1u);
  EXPECT_FALSE(y.files[0].damaged);
}

}  // namespace
}  // namespace mailparse
