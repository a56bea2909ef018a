// Messages that say two things: each way to read them, and who sees what.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/analysis/message_analyzer.hpp>
#include <mailparse/analysis/readings.hpp>

namespace mailparse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view top = "From: a@x.example\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n";

std::string mime(std::string_view rest) {
  return std::string(top) + "MIME-Version: 1.0\r\n" + std::string(rest);
}

/// A part with a file of that name.
std::string file(std::string_view name) {
  return "Content-Type: application/x-test; name=" + std::string(name) + "\r\n\r\ncontent of " + std::string(name) +
         "\r\n";
}

Readings read(std::string_view octets) {
  return analyze_message(octets).readings;
}

std::vector<std::string> alternatives(const Readings& readings) {
  std::vector<std::string> names;
  for (const ReadingRule* rule : readings.alternatives) names.emplace_back(rule->name);
  return names;
}

/// The readings that see the file of that name.
std::vector<std::string> who_sees(const Readings& readings, std::string_view filename) {
  const auto found = std::ranges::find(readings.contents, filename, &SeenContent::filename);
  if (found == readings.contents.end()) return {};
  return {found->readings.begin(), found->readings.end()};
}

TEST(Readings, ClearMessagesHaveNone) {
  const Readings readings =
      read(mime("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + file("one") + "--b--\r\n"));
  EXPECT_TRUE(readings.empty());
  EXPECT_THAT(readings.contents, IsEmpty());
}

TEST(Readings, LastContentTypeShowsWhatTheFirstHides) {
  const Readings readings =
      read(mime("Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" +
                file("hidden") + "--b--\r\n"));
  EXPECT_THAT(alternatives(readings), ElementsAre("last-content-type"));
  EXPECT_THAT(who_sees(readings, "hidden"), ElementsAre("last-content-type"));
  EXPECT_THAT(who_sees(readings, ""), ElementsAre("primary"));
}

TEST(Readings, AmbiguityInsideAPartIsReadToo) {
  const Readings readings =
      read(mime("Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\ntext\r\n--o\r\n"
                "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" +
                file("hidden") + "--b--\r\n--o--\r\n"));
  EXPECT_THAT(who_sees(readings, "hidden"), ElementsAre("last-content-type"));
}

TEST(Readings, EachOfTwoBoundaries) {
  const std::string body =
      "\r\n--one\r\n" + file("first") + "--one--\r\n\r\n--two\r\n" + file("second") + "--two--\r\n";
  const Readings twice = read(mime("Content-Type: multipart/mixed; boundary=one; boundary=two\r\n" + body));
  // What stands behind the close delimiter reads as an entity of the epilogue, too.
  EXPECT_THAT(who_sees(twice, "first"), ElementsAre("primary", "entity-in-epilogue"));
  EXPECT_THAT(who_sees(twice, "second"), ElementsAre("last-boundary"));
  const Readings extended =
      read(mime("Content-Type: multipart/mixed; boundary=one; boundary*=us-ascii''two\r\n" + body));
  EXPECT_THAT(alternatives(extended), ElementsAre("extended-boundary"));
  EXPECT_THAT(who_sees(extended, "second"), ElementsAre("extended-boundary"));
}

TEST(Readings, CommentInABoundaryHasThreeReadings) {
  const Readings readings = read(mime("Content-Type: multipart/mixed; boundary=o(x)ne\r\n\r\n--o\r\n" + file("cut") +
                                      "--o--\r\n\r\n--one\r\n" + file("joined") + "--one--\r\n\r\n--o(x)ne\r\n" +
                                      file("blind") + "--o(x)ne--\r\n"));
  EXPECT_THAT(who_sees(readings, "joined"), ElementsAre("primary", "entity-in-epilogue", "entity-in-preamble"));
  EXPECT_THAT(who_sees(readings, "blind"), ElementsAre("quoted-comment"));
  EXPECT_THAT(who_sees(readings, "cut"), ElementsAre("cut-at-comment"));
}

TEST(Readings, BoundaryInAComment) {
  const std::string body =
      "\r\n--one\r\n" + file("first") + "--one--\r\n\r\n--two\r\n" + file("second") + "--two--\r\n";
  const Readings readings = read(mime("Content-Type: multipart/mixed; (x; boundary=two; x) boundary=one\r\n" + body));
  EXPECT_THAT(who_sees(readings, "first"), testing::Contains("primary"));
  EXPECT_THAT(who_sees(readings, "first"), testing::Not(testing::Contains("boundary-in-comment")));
  EXPECT_THAT(who_sees(readings, "second"), testing::Contains("boundary-in-comment"));
  EXPECT_THAT(who_sees(readings, "second"), testing::Not(testing::Contains("primary")));
}

TEST(Readings, PrefixOfADelimiter) {
  const Readings readings =
      read(mime("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--bogus\r\n" + file("hidden") +
                "--b--\r\n"));
  EXPECT_THAT(who_sees(readings, "hidden"), ElementsAre("prefix-boundary"));
}

TEST(Readings, ContentBehindTheClose) {
  const Readings readings = read(mime("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + file("seen") +
                                      "--b--\r\n--b\r\n" + file("hidden") + "--b--\r\n"));
  EXPECT_THAT(who_sees(readings, "hidden"), ElementsAre("reopened-multipart", "entity-in-epilogue"));
  EXPECT_THAT(who_sees(readings, "seen"), ElementsAre("primary", "reopened-multipart", "entity-in-epilogue"));
}

TEST(Readings, EntitiesInTheMargins) {
  const std::string multipart = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  const std::string inner = "--b\r\n" + file("seen") + "--b--\r\n";
  EXPECT_THAT(who_sees(read(mime(multipart + file("hidden") + inner)), "hidden"), ElementsAre("entity-in-preamble"));
  EXPECT_THAT(who_sees(read(mime(multipart + inner + file("hidden"))), "hidden"), ElementsAre("entity-in-epilogue"));
}

TEST(Readings, TransferEncodings) {
  const auto sizes = [](std::string_view fields) {
    const Readings readings = read(mime(std::string(fields) + "\r\ndGV4dA==\r\n"));
    std::vector<std::uint64_t> all;
    for (const SeenContent& content : readings.contents) all.push_back(content.decoded_size);
    return all;
  };
  EXPECT_THAT(sizes("Content-Transfer-Encoding: base64\r\n"), IsEmpty());
  EXPECT_THAT(sizes("Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n"), ElementsAre(10, 4));
  EXPECT_THAT(sizes("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n"), ElementsAre(4, 10));
  EXPECT_THAT(sizes("Content-Transfer-Encoding: \"base64\"\r\n"), ElementsAre(4, 10));
  EXPECT_THAT(sizes("Content-Transfer-Encoding: base65\r\n"), ElementsAre(10, 4));
}

TEST(Readings, DataBehindPadding) {
  const Readings readings = read(mime("Content-Transfer-Encoding: base64\r\n\r\nQUFBQQ==\r\nQkJCQg==\r\n"));
  EXPECT_THAT(alternatives(readings), ElementsAre("stop-at-padding"));
  ASSERT_EQ(readings.contents.size(), 2u);
  EXPECT_EQ(readings.contents[0].decoded_size, 8u);
  EXPECT_EQ(readings.contents[1].decoded_size, 4u);
}

TEST(Readings, HeaderThatEndsForSome) {
  const Readings readings = read(mime("Subject: x\r\n \t\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" +
                                      file("seen") + "--b--\r\n"));
  EXPECT_THAT(alternatives(readings), ElementsAre("end-of-header-at-blanks"));
  EXPECT_THAT(who_sees(readings, "seen"), ElementsAre("primary"));
}

TEST(Readings, AuthorsOfTwoFromFields) {
  const Readings readings =
      read("From: first@x.example\r\nFrom: last@y.example\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\r\nx\r\n");
  EXPECT_THAT(alternatives(readings), ElementsAre("last-from"));
  ASSERT_EQ(readings.authors.size(), 2u);
  EXPECT_EQ(readings.authors[0].address, "first@x.example");
  EXPECT_THAT(readings.authors[0].readings, ElementsAre("primary"));
  EXPECT_THAT(readings.authors[1].readings, UnorderedElementsAre("primary", "last-from"));
}

TEST(Readings, WithoutMimeVersionItIsOneText) {
  const Readings readings =
      read(std::string(top) + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + file("seen") + "--b--\r\n");
  EXPECT_THAT(alternatives(readings), ElementsAre("text-without-mime-version"));
}

TEST(Readings, LongMessagesSaySo) {
  std::string text = mime("Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n");
  while (text.size() <= reading_octets) text += "a line of text, and a line of text, and a line of text\r\n";
  const Readings readings = read(text);
  EXPECT_TRUE(readings.too_long);
  EXPECT_THAT(readings.alternatives, IsEmpty());
}

TEST(Readings, EveryRuleHasItsWords) {
  for (const ReadingRule& rule : list_reading_rules()) {
    EXPECT_FALSE(rule.name.empty() || rule.readers.empty() || rule.source.empty());
    EXPECT_EQ(std::ranges::count(list_reading_rules(), rule.name, &ReadingRule::name), 1);
  }
}

}  // namespace
}  // namespace mailparse
