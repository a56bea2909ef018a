// Every sample message, read whole and in pieces: the ranges tile it and the events are the same.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

#include "mime_events.hpp"

namespace mailparse {
namespace {

std::vector<std::filesystem::path> sample_messages() {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"messages", "hostile/mime", "hostile/header", "hostile/file", "hostile/from",
                             "hostile/clean", "hostile/resource"}) {
    const std::filesystem::path root = std::filesystem::path(MAILPARSE_SAMPLES_DIR) / folder;
    if (!std::filesystem::exists(root)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(MimeSamples, RangesTileAndCutsChangeNothing) {
  const auto files = sample_messages();
  if (files.empty()) GTEST_SKIP() << "no samples at " << MAILPARSE_SAMPLES_DIR;
  std::mt19937 random(7);
  for (const auto& file : files) {
    const std::string message = content(file);
    std::string faults;
    const std::string whole = test::read_events(message, {}, &faults);
    ASSERT_EQ(faults, "") << file;
    for (int round = 0; round < 3; ++round) {
      std::vector<std::size_t> cuts;
      const std::size_t mean = round == 0 ? 3 : round == 1 ? 70 : 1500;
      if (message.size() / mean > 20'000) continue;
      for (std::size_t at = 1 + random() % (2 * mean); at < message.size(); at += 1 + random() % (2 * mean))
        cuts.push_back(at);
      ASSERT_EQ(test::read_events(message, cuts, &faults), whole) << file << " round " << round;
      ASSERT_EQ(faults, "") << file;
    }
    if (message.size() < 20'000) {
      std::vector<std::size_t> every;
      for (std::size_t at = 1; at < message.size(); ++at) every.push_back(at);
      ASSERT_EQ(test::read_events(message, every), whole) << file << " octet by octet";
    }
  }
}

}  // namespace
}  // namespace mailparse
