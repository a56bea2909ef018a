// Runs tests/conformance/transcript/*.md: each `## ` heading is a case with a block `input` and a block `turns
// DIALECT`. `input crlf` ends all lines by CRLF.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "unit/source/transcript_support.hpp"

namespace mailparse::test {
namespace {

struct Case {
  std::string file;
  std::string heading;
  std::string input;
  std::string turns;
  std::string dialect;
};

std::vector<Case> cases_of(const std::filesystem::path& file) {
  std::vector<Case> cases;
  std::ifstream in(file, std::ios::binary);
  std::string line;
  std::string* block = nullptr;
  std::string end = "\n";
  while (std::getline(in, line)) {
    if (block == nullptr && line.starts_with("## ")) {
      cases.push_back({file.stem().string(), line.substr(3), {}, {}, {}});
    } else if (block == nullptr && line.starts_with("~~~ input")) {
      block = &cases.back().input;
      end = line.ends_with("crlf") ? "\r\n" : "\n";
    } else if (block == nullptr && line.starts_with("~~~ turns")) {
      block = &cases.back().turns;
      cases.back().dialect = line.substr(std::min(line.size(), std::string_view("~~~ turns ").size()));
      end = "\n";
    } else if (line == "~~~") {
      block = nullptr;
    } else if (block != nullptr) {
      *block += line + end;
    }
  }
  return cases;
}

std::vector<Case> all_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(MAILPARSE_SOURCE_DIR) /
                                                               "tests/conformance/transcript")) {
    if (entry.path().extension() == ".md") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Case> all;
  for (const auto& file : files) {
    for (auto& one : cases_of(file)) all.push_back(std::move(one));
  }
  return all;
}

class TranscriptConformance : public testing::TestWithParam<Case> {};

TEST_P(TranscriptConformance, ReadsTheTurnsInAnyCut) {
  const auto& c = GetParam();
  ASSERT_FALSE(c.input.empty());
  const auto whole = read_transcript(c.input);
  EXPECT_EQ(whole.text, c.turns);
  EXPECT_EQ(whole.dialect, c.dialect);
  if (c.dialect != "none") expect_same_in_any_cut(c.input, whole);
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.file + "_" + info.param.heading;
  for (auto& ch : name) {
    if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9'))) ch = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, TranscriptConformance, testing::ValuesIn(all_cases()), name_of);

}  // namespace
}  // namespace mailparse::test
