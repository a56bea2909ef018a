// The session over the hostile segment transcripts of the sample collection, against the codes of its INDEX.tsv.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include <mailparse/session/smtp_session.hpp>

#include "unit/session/event_log.hpp"

namespace {

using namespace mailparse;
using mailparse::testing::EventLog;
using mailparse::testing::unescape;

const std::filesystem::path folder = std::filesystem::path(MAILPARSE_SAMPLES_DIR) / "hostile";

struct Outcome {
  std::vector<std::string> codes;
  std::string text;
};

Outcome run(const std::filesystem::path& file, bool lmtp, std::size_t piece) {
  EventLog log(true);
  SmtpSessionOptions options;
  options.lmtp = lmtp;
  SmtpSession session(log, options);
  std::uint64_t offsets[2] = {0, 0};
  bool ended[2] = {false, false};
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    if (line.starts_with("X: ")) {
      const Side side = line[3] == 'C' ? Side::client : Side::server;
      ended[static_cast<std::size_t>(side)] = true;
      session.on_end(side, line.contains("FIN") ? StreamEnd::closed : StreamEnd::reset, {});
    }
    if (!line.starts_with("C: ") && !line.starts_with("S: ")) continue;
    const Side side = line[0] == 'C' ? Side::client : Side::server;
    const auto index = static_cast<std::size_t>(side);
    if (ended[index]) continue;
    const std::string octets = unescape(std::string_view(line).substr(3));
    for (std::size_t at = 0; at < octets.size(); at += piece) {
      const auto part = std::string_view(octets).substr(at, piece);
      session.on_chunk({side, offsets[index], part, {}});
      offsets[index] += part.size();
    }
  }
  for (const Side side : {Side::client, Side::server}) {
    if (!ended[static_cast<std::size_t>(side)]) session.on_end(side, StreamEnd::closed, {});
  }
  return {log.codes(), log.text()};
}

struct Row {
  std::string file;
  std::string kind;
  std::vector<std::string> wanted;
  bool clean = false;
};

std::vector<Row> rows() {
  std::vector<Row> rows;
  std::ifstream in(folder / "INDEX.tsv");
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    Row row;
    std::string what;
    std::string expected;
    std::getline(fields, row.file, '\t');
    std::getline(fields, row.kind, '\t');
    std::getline(fields, what, '\t');
    std::getline(fields, expected, '\t');
    const bool smtp = row.file.starts_with("smtp/") || row.file.starts_with("bdat/") ||
                      row.file.starts_with("starttls/smtp") || row.file.starts_with("auth/smtp");
    if (!smtp) continue;
    row.clean = row.kind == "clean" || expected.starts_with("none");
    const std::regex code(R"(([a-z0-9]+(\.[a-z0-9-]+)+)\((info|warning|error|critical)\))");
    for (std::sregex_iterator it(expected.begin(), expected.end(), code), end; it != end; ++it)
      row.wanted.push_back(it->str());
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST(SmtpHostile, CodesAreThoseOfTheIndex) {
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no samples at " << folder;
  const auto all = rows();
  EXPECT_GE(all.size(), 40U);
  for (const Row& row : all) {
    const auto outcome = run(folder / row.file, row.file.contains("lmtp"), SIZE_MAX);
    for (const auto& code : row.wanted) {
      EXPECT_TRUE(std::ranges::binary_search(outcome.codes, code)) << row.file << " lacks " << code << '\n'
                                                                   << outcome.text;
    }
    for (const auto& code : outcome.codes) {
      const bool expected = std::ranges::find(row.wanted, code) != row.wanted.end();
      EXPECT_TRUE(expected || code.ends_with("(info)") || !row.clean) << row.file << " is clean but for " << code;
    }
    EXPECT_FALSE(outcome.text.contains("BROKEN")) << row.file << '\n' << outcome.text;
    if (row.kind == "auth.secret") {
      EXPECT_FALSE(outcome.text.contains("CANARY")) << row.file;
      EXPECT_FALSE(outcome.text.contains("Q0FOQVJZ")) << row.file;
    }
  }
}

TEST(SmtpHostile, EventsDoNotDependOnTheCut) {
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no samples at " << folder;
  for (const Row& row : rows()) {
    const bool lmtp = row.file.contains("lmtp");
    const std::string whole = run(folder / row.file, lmtp, SIZE_MAX).text;
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 1400U}) {
      EXPECT_EQ(run(folder / row.file, lmtp, piece).text, whole) << row.file << " in pieces of " << piece;
    }
  }
}

}  // namespace
