#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/scan/header_index.hpp>

#include "scan/header_index_scalar.hpp"
#include "unit/scan/every_target.hpp"

namespace mailparse {
namespace {

/// What the fast one and the plain one say of `text`, with room for `room` lines.
void expect_same(std::string_view text, std::size_t room) {
  std::vector<HeaderLine> lines(room);
  std::vector<HeaderLine> plain_lines(room);
  const HeaderIndex index = index_header(text, lines);
  const HeaderIndex plain = scalar::index_header(text, plain_lines);
  ASSERT_EQ(index, plain) << text;
  if (!plain.plain) return;
  lines.resize(index.lines);
  plain_lines.resize(plain.lines);
  ASSERT_EQ(lines, plain_lines) << text;
}

TEST(HeaderIndex, FindsLinesAndTheirFirstColons) {
  constexpr std::string_view header = "A: b: c\r\nB\r\n :=?x\nC:\n\r\nbody \x80";
  std::array<HeaderLine, 4> lines;
  const HeaderIndex index = index_header(header, lines);
  EXPECT_TRUE(index.plain);
  EXPECT_TRUE(index.encoded_word);
  EXPECT_EQ(index.octets, header.find("body"));
  ASSERT_EQ(index.lines, 4U);
  EXPECT_EQ(lines[0], (HeaderLine{.begin = 0, .colon = 1, .lf = 8}));
  EXPECT_EQ(lines[1], (HeaderLine{.begin = 9, .colon = HeaderLine::no_colon, .lf = 11}));
  EXPECT_EQ(lines[2], (HeaderLine{.begin = 12, .colon = 13, .lf = 17}));
  EXPECT_EQ(lines[3], (HeaderLine{.begin = 18, .colon = 19, .lf = 20}));
}

TEST(HeaderIndex, WhatIsNotPlainIsSaidToBe) {
  std::array<HeaderLine, 2> lines;
  for (const std::string_view header : {"", "A: b\r\n", "A: b\r\n\r", "A: \x80\n\n", "A: \x7F\n\n", "A: b\rc\n\n",
                                        "A: b\r\r\n\r\n", "A: b\n\r\r\n", "A:\nB:\nC:\n\n"})
    EXPECT_FALSE(index_header(header, lines).plain) << header;
}

TEST(HeaderIndex, EqualsThePlainOneAtEveryLengthAndAlignment) {
  test::GuardedPage page;
  std::mt19937_64 random(1);
  constexpr std::string_view ordinary = "ab: =?\t";
  constexpr std::string_view corners("a:\r\n=?\x7F\x80 \0", 10);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 200; ++size) {
      std::string text = test::random_text(random, size, size % 3 == 0 ? corners : ordinary, 1 + size % 30);
      for (std::size_t at = 5 + size % 40; at + 1 < size; at += 5 + random() % 70) {
        text[at] = '\n';
        if (random() % 2 == 0) text[at - 1] = '\r';
      }
      if (size > 4 && size % 2 == 0) text.replace(size - 4, 4, "\r\n\r\n");
      test::at_every_alignment(page, text, [&](std::string_view view) { expect_same(view, 1 + size % 20); });
    }
  });
}

}  // namespace
}  // namespace mailparse
