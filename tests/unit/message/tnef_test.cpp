#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/message/tnef.hpp>

namespace mailparse {
namespace {

class Items final : public TnefSink {
 public:
  void on_tnef_octets(std::string_view more) override { octets += more; }
  void on_tnef_item(const TnefItem& item) override {
    items.push_back(item);
    contents.push_back(std::exchange(octets, {}));
  }
  /// The expected files were written by a tool that normalised line ends, and that left the identifier of the interface
  /// (16 octets) in front of embedded objects.
  [[nodiscard]] bool holds(std::string_view expected) const {
    return std::ranges::any_of(contents, [&](std::string content) {
      if (content == expected || (expected.size() == content.size() + 16 && expected.ends_with(content))) return true;
      std::erase(content, '\r');
      while (!content.empty() && content.back() == '\0') content.pop_back();
      std::string_view wanted = expected;
      while (wanted.ends_with('\0')) wanted.remove_suffix(1);
      return content == wanted;
    });
  }
  std::string octets;
  std::vector<TnefItem> items;
  std::vector<std::string> contents;
};

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Tnef, NoiseIsNoTnef) {
  Items items;
  TnefReader reader(items);
  reader.feed("this is no TNEF stream");
  EXPECT_FALSE(reader.finish());
  EXPECT_TRUE(items.items.empty());
}

TEST(Tnef, SamplesHoldTheirFiles) {
  const std::filesystem::path samples = std::filesystem::path(MAILPARSE_SAMPLES_DIR) / "messages/mimekit/tnef";
  if (!std::filesystem::exists(samples)) GTEST_SKIP() << "no samples at " << samples;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(samples)) {
    if (entry.path().extension() != ".tnef") continue;
    const std::string stream = content(entry.path());
    Items whole;
    TnefReader reader(whole);
    reader.feed(stream);
    reader.finish();
    Items split;
    TnefReader octetwise(split);
    for (const char c : stream) octetwise.feed({&c, 1});
    octetwise.finish();
    EXPECT_EQ(split.contents, whole.contents) << entry.path();
    std::filesystem::path folder = entry.path();
    folder.replace_extension();
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (!file.is_regular_file()) continue;
      EXPECT_TRUE(whole.holds(content(file.path()))) << file.path();
      ++files;
    }
  }
  EXPECT_GT(files, 5u);
}

}  // namespace
}  // namespace mailparse
