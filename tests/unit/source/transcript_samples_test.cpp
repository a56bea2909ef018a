// Reads real logs, where a collection of them is at hand: nobody's side is taken for the other's.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "source/dialects/said.hpp"
#include "unit/source/transcript_support.hpp"

namespace mailparse::test {
namespace {

std::string octets_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

/// Lines of the client that are replies and lines of the server that are commands, outside of messages.
void expect_sides(const Told& told, const std::string& file) {
  std::size_t at = 0;
  bool in_message = false;
  bool listing = false;
  while (at < told.text.size()) {
    const auto end = told.text.find('\n', at);
    const std::string_view line = std::string_view(told.text).substr(at, end - at);
    at = end + 1;
    const bool client = line.starts_with("client: ");
    if (!client && !line.starts_with("server: ")) continue;
    const auto said = line.substr(8);
    if (client) {
      if (in_message) {
        in_message = said != ".";
        continue;
      }
      EXPECT_FALSE(transcript::smtp_code(said) || transcript::pop3_reply(said)) << file << ": " << line;
      listing = transcript::verb(said) == transcript::Verb::pop3_lines;
      in_message = said == "DATA" && told.octets[1].empty();
    } else {
      if (transcript::smtp_code(said)) in_message = said.starts_with("354");
      if (!listing && transcript::smtp_code(said) == std::nullopt) {
        const auto verb = transcript::verb(said);
        EXPECT_FALSE(transcript::is_smtp(verb) && told.octets[1].find("+OK") == std::string::npos)
            << file << ": " << line;
      }
    }
  }
}

TEST(TranscriptSamples, NoSideIsTakenForTheOther) {
  const std::filesystem::path samples(MAILPARSE_SAMPLES_DIR);
  auto files = files_below(samples / "transcripts");
  const auto more = files_below(samples / "dialects");
  files.insert(files.end(), more.begin(), more.end());
  if (files.empty()) GTEST_SKIP() << "no samples in " << samples;
  std::size_t read = 0;
  for (const auto& file : files) {
    if (file.filename() == "README.txt" || file.filename() == "swaks-connrefused.txt") continue;
    const auto octets = octets_of(file);
    const auto reading = read_transcript(octets);
    EXPECT_NE(reading.dialect, "none") << file;
    for (const auto& told : reading.conversations) expect_sides(*told, file.string());
    // A few cuts here; every cut of small cases is in the conformance tests.
    for (const std::size_t part : {3U, 7U})
      EXPECT_EQ(read_transcript(octets, {octets.size() / part}).text, reading.text) << file;
    ++read;
  }
  EXPECT_GE(read, 60U);
}

TEST(TranscriptSamples, MailMessagesAreNoTranscripts) {
  const auto files = files_below(std::filesystem::path(MAILPARSE_SAMPLES_DIR) / "messages");
  if (files.empty()) GTEST_SKIP() << "no samples in " << MAILPARSE_SAMPLES_DIR;
  std::size_t taken = 0;
  for (const auto& file : files) {
    const auto octets = octets_of(file);
    // Bounces that hold the transcript of a session are rightly read as such.
    if (octets.find("Transcript of session follows") != std::string::npos ||
        octets.find("while talking to") != std::string::npos)
      continue;
    const auto guess = detect_dialect(octets);
    if (guess.name != "none") ++taken;
    EXPECT_EQ(guess.name, "none") << file << " " << guess.confidence;
  }
  EXPECT_EQ(taken, 0U);
}

}  // namespace
}  // namespace mailparse::test
