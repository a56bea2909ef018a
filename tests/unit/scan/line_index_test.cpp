#include <array>

#include <gtest/gtest.h>

#include <mailparse/scan/line_index.hpp>

#include "scan/line_scalar.hpp"
#include "unit/scan/lines_by_hand.hpp"

namespace mailparse {
namespace {

using test::WholeLine;
using Index = LineIndex::Result (*)(LineState&, std::string_view, std::span<Line>);

LineIndex::Result index_fast(LineState& state, std::string_view block, std::span<Line> out) {
  LineIndex index;
  index.restore(state);
  const auto result = index.index(block, out);
  state = index.state();
  return result;
}

/// Joins pieces to lines; checks what every record promises.
std::vector<WholeLine> index_all(std::string_view text, const std::vector<std::string_view>& pieces,
                                 std::size_t capacity, Index index) {
  std::vector<WholeLine> lines;
  LineState state;
  std::vector<Line> records(capacity);
  const auto take = [&](const Line& record) {
    if (record.flags.has(LineFlag::continued)) {
      EXPECT_EQ(lines.back().begin + lines.back().text.size(), record.begin);
    } else {
      lines.push_back({record.begin, {}, LineEnd::none, {}});
    }
    lines.back().text += text.substr(record.begin, record.size);
    lines.back().end = record.end;
    lines.back().flags = record.flags;
    lines.back().flags.bits &= static_cast<std::uint16_t>(~static_cast<unsigned>(LineFlag::continued));
    EXPECT_EQ(record.empty(), lines.back().text.empty());
  };
  for (std::string_view piece : pieces) {
    for (int calls = 0; !piece.empty() && calls < 1000; ++calls) {
      const auto result = index(state, piece, records);
      for (std::size_t i = 0; i < result.records; ++i) take(records[i]);
      piece.remove_prefix(result.octets);
    }
    EXPECT_TRUE(piece.empty());
  }
  LineIndex last;
  last.restore(state);
  std::array<Line, 1> record;
  if (last.finish(record) == 1) take(record[0]);
  return lines;
}

TEST(LineIndex, FindsTheSameLinesHoweverTheTextIsCut) {
  for (const std::string& text : test::small_texts()) {
    const auto expected = test::lines_by_hand(text);
    test::for_each_cut(text, [&](const auto& pieces) {
      for (const std::size_t capacity : {1U, 2U, 100U}) {
        EXPECT_EQ(index_all(text, pieces, capacity, scalar::index_lines), expected) << testing::PrintToString(text);
        EXPECT_EQ(index_all(text, pieces, capacity, index_fast), expected) << testing::PrintToString(text);
      }
    });
  }
}

TEST(LineIndex, NextIsTheOffsetBehindTheLineEnd) {
  LineIndex index;
  std::array<Line, 4> lines;
  EXPECT_EQ(index.index("ab\r\nc\nd", lines).records, 3U);
  EXPECT_EQ(lines[0].next(), 4U);
  EXPECT_EQ(lines[1].next(), 6U);
  EXPECT_EQ(lines[2].next(), 7U);
}

}  // namespace
}  // namespace mailparse
