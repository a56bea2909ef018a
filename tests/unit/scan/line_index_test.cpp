#include <array>

#include <gtest/gtest.h>

#include <mailparse/scan/line_index.hpp>

#include "scan/line_scalar.hpp"
#include "unit/scan/every_target.hpp"
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

constexpr std::string_view corners("\r\n\r\n.- \ta\0\x80\x7F\x01-a", 15);

/// Both versions on the same octets, from the same state.
void expect_same(std::string_view text, std::size_t capacity, bool in_mid_line) {
  LineState fast;
  fast.offset = 1000;
  if (in_mid_line) {
    fast.held_cr = text.size() % 2 == 1;
    fast.open.one_dash = true;
    fast.open.after_cr = text.size() % 3 == 0;
    fast.open.flags.add(LineFlag::continued);
  }
  LineState plain = fast;
  std::vector<Line> fast_lines(capacity);
  std::vector<Line> plain_lines(capacity);
  while (!text.empty()) {
    const auto fast_result = index_fast(fast, text, fast_lines);
    const auto plain_result = scalar::index_lines(plain, text, plain_lines);
    ASSERT_EQ(fast_result.octets, plain_result.octets);
    ASSERT_EQ(fast_result.records, plain_result.records);
    ASSERT_EQ(fast, plain);
    for (std::size_t i = 0; i < fast_result.records; ++i) ASSERT_EQ(fast_lines[i], plain_lines[i]) << i;
    text.remove_prefix(fast_result.octets);
  }
}

TEST(LineIndex, EqualsThePlainOneAtEveryLengthAndAlignment) {
  test::GuardedPage page;
  std::mt19937_64 random(1);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 256; ++size) {
      const std::string text = test::random_text(random, size, corners, 1 + size % 20);
      test::at_every_alignment(page, text, [&](std::string_view view) { expect_same(view, 300, size % 5 == 0); });
    }
  });
}

TEST(LineIndex, IsTriedOnMoreThanOneTarget) {
  // Every x86-64 machine of the last fifteen years has two at least; others need not.
  std::size_t targets = 0;
  test::on_every_target([&] { ++targets; });
#if HWY_ARCH_X86
  EXPECT_GE(targets, 2U);
#else
  EXPECT_GE(targets, 1U);
#endif
}

TEST(LineIndex, EqualsThePlainOneOnRandomTexts) {
  std::mt19937_64 random(2);
  test::on_every_target([&] {
    for (int i = 0; i < 3000; ++i) {
      const std::string text = test::random_text(random, random() % 2000, corners, 1 + random() % 100);
      expect_same(text, 1 + random() % 40, random() % 2 == 0);
    }
  });
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
