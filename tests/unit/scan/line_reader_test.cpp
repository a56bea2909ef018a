#include <gtest/gtest.h>

#include <mailparse/scan/line_reader.hpp>

#include "unit/scan/lines_by_hand.hpp"

namespace mailparse {
namespace {

using test::WholeLine;

std::vector<WholeLine> read_all(const std::vector<std::string_view>& pieces, std::size_t limit) {
  LineReader reader(limit);
  std::vector<WholeLine> lines;
  const auto add = [&](const TextLine& line) {
    lines.push_back({line.offset, std::string(line.text), line.end, line.flags});
  };
  std::uint64_t fed = 0;
  for (std::string_view piece : pieces) {
    fed += piece.size();
    while (const auto line = reader.next(piece)) {
      add(*line);
      EXPECT_EQ(reader.offset(), fed - piece.size());
    }
    EXPECT_TRUE(piece.empty());
    EXPECT_LE(reader.pending(), limit + 1);
  }
  if (const auto line = reader.finish()) add(*line);
  return lines;
}

TEST(LineReader, FindsTheSameLinesHoweverTheTextIsCut) {
  for (const std::string& text : test::small_texts()) {
    const auto expected = test::lines_by_hand(text);
    test::for_each_cut(
        text, [&](const auto& pieces) { EXPECT_EQ(read_all(pieces, 100), expected) << testing::PrintToString(text); });
  }
}

TEST(LineReader, OverLongLinesComeInTheSamePiecesHoweverTheTextIsCut) {
  for (const std::string text :
       {"abcdefg\r\nhi\r\n", "abc\r\nabcd\r\n", "abc\rd\r\n", "ab\r\r\r\n", "------\n", "abcabc\r\r\n\r"}) {
    for (std::size_t limit = 2; limit < 6; ++limit) {
      const auto whole = read_all({text}, limit);
      std::string joined;
      for (const auto& line : whole) {
        EXPECT_LE(line.text.size(), limit);
        joined += line.text + (line.end == LineEnd::crlf ? "\r\n" : line.end == LineEnd::lf ? "\n" : "");
      }
      EXPECT_EQ(joined, text);
      test::for_each_cut(text, [&](const auto& pieces) { EXPECT_EQ(read_all(pieces, limit), whole) << text << limit; });
    }
  }
}

TEST(LineReader, ALineOfJustTheLimitIsWhole) {
  const auto lines = read_all({"abcd\r\nabcd\nabcde\r\n"}, 4);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].text, "abcd");
  EXPECT_EQ(lines[0].end, LineEnd::crlf);
  EXPECT_EQ(lines[1].end, LineEnd::lf);
  EXPECT_EQ(lines[2].text, "abcd");
  EXPECT_EQ(lines[2].end, LineEnd::none);
  EXPECT_EQ(lines[3].text, "e");
  EXPECT_TRUE(lines[3].flags.has(LineFlag::continued));
}

TEST(LineReader, TakesNothingBehindTheLine) {
  LineReader reader(100);
  std::string_view chunk = "DATA\r\npayload";
  ASSERT_TRUE(reader.next(chunk));
  EXPECT_EQ(chunk, "payload");
  reader.restart(20);
  chunk = "QUIT\r\n";
  const auto line = reader.next(chunk);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->offset, 20U);
}

TEST(LineReader, AViewIntoTheChunkWhereTheLineLiesWholeInIt) {
  LineReader reader(100);
  const std::string text = "abc\r\n";
  std::string_view chunk = text;
  const auto line = reader.next(chunk);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text.data(), text.data());
}

}  // namespace
}  // namespace mailparse
