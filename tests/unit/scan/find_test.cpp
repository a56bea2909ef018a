#include <gtest/gtest.h>

#include <mailparse/scan/find.hpp>
#include <mailparse/scan/json_escape.hpp>

#include "scan/find_pair.hpp"
#include "scan/find_scalar.hpp"
#include "unit/scan/every_target.hpp"

namespace mailparse {
namespace {

template <class Test>
std::size_t first_that(std::string_view octets, Test test) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (test(octets[i])) return i;
  }
  return octets.size();
}

void expect_same(std::string_view octets) {
  ASSERT_EQ(find_octet(octets, '\n'), first_that(octets, [](char octet) { return octet == '\n'; }));
  ASSERT_EQ(find_either(octets, '=', '\xFF'),
            first_that(octets, [](char octet) { return octet == '=' || octet == '\xFF'; }));
  ASSERT_EQ(find_any_of(octets, '=', '"', '\xFF'),
            first_that(octets, [](char octet) { return octet == '=' || octet == '"' || octet == '\xFF'; }));
  ASSERT_EQ(find_eol(octets), first_that(octets, [](char octet) { return octet == '\r' || octet == '\n'; }));
  ASSERT_EQ(find_eight_bit(octets), first_that(octets, scalar::is_eight_bit));
  ASSERT_EQ(is_ascii(octets), first_that(octets, scalar::is_eight_bit) == octets.size());
  ASSERT_EQ(find_json_special(octets), first_that(octets, scalar::is_json_special));
}

TEST(Find, EveryOctetAtEveryPlaceIsJudgedAsThePlainTestsDo) {
  test::on_every_target([&] {
    for (unsigned octet = 0; octet < 256; ++octet) {
      for (std::size_t at = 0; at < 130; at += 9) {
        std::string text(130, 'x');
        text[at] = static_cast<char>(octet);
        expect_same(text);
      }
    }
  });
}

TEST(Find, EqualsThePlainOneAtEveryLengthAndAlignment) {
  test::GuardedPage page;
  std::mt19937_64 random(1);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 256; ++size) {
      std::string text(size, 'x');
      if (size > 0 && size % 4 != 0) text[random() % size] = "\r\n=\xFF\"\\\x7F\x1F"[random() % 8];
      test::at_every_alignment(page, text, [&](std::string_view view) { expect_same(view); });
    }
  });
}

TEST(Find, IrregularWhiteIsAllButALoneSpaceBetweenOthers) {
  EXPECT_EQ(find_irregular_white("one two three"), 13U);
  EXPECT_EQ(find_irregular_white("one two  three"), 7U);
  EXPECT_EQ(find_irregular_white("one two "), 7U);
  EXPECT_EQ(find_irregular_white("one\ttwo"), 3U);
  EXPECT_EQ(find_irregular_white("one \r\n"), 3U);
  test::GuardedPage page;
  std::mt19937_64 random(2);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 150; ++size) {
      std::string text(size, 'x');
      for (std::size_t at = random() % 7; at < size; at += 1 + random() % 60) text[at] = "    \t\r\n"[random() % 7];
      test::at_every_alignment(page, text, [](std::string_view view) {
        std::size_t plain = 0;
        while (plain < view.size() && !scalar::is_irregular_white(view, plain)) ++plain;
        ASSERT_EQ(find_irregular_white(view), plain) << view;
      });
    }
  });
}

TEST(Find, LinesBeginBehindLfAndWhereTheCallerSays) {
  EXPECT_EQ(find_line("Fa", 'F', '>', true), 0U);
  EXPECT_EQ(find_line("Fa", 'F', '>', false), 2U);
  EXPECT_EQ(find_line("a\n>", 'F', '>', false), 2U);
  EXPECT_EQ(find_line("a\r>F\n", 'F', '>', true), 5U);
  EXPECT_EQ(find_line("", 'F', '>', true), 0U);
  test::GuardedPage page;
  std::mt19937_64 random(3);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      std::string text(size, 'x');
      for (std::size_t at = random() % 40; at < size; at += 1 + random() % 90) text[at] = "\nF>\r"[random() % 4];
      if (size > 3 && size % 3 == 0) text.replace(random() % (size - 1), 2, size % 2 == 0 ? "\nF" : "\n>");
      test::at_every_alignment(page, text, [&](std::string_view view) {
        for (const bool line_begins : {false, true}) {
          std::size_t plain = 0;
          while (plain < view.size() && !((view[plain] == 'F' || view[plain] == '>') &&
                                          (plain == 0 ? line_begins : view[plain - 1] == '\n'))) {
            ++plain;
          }
          ASSERT_EQ(find_line(view, 'F', '>', line_begins), plain) << testing::PrintToString(view);
        }
      });
    }
  });
}

template <class Test>
std::size_t first_two_that(std::string_view octets, Test test) {
  for (std::size_t i = 0; i + 1 < octets.size(); ++i) {
    if (test(octets[i], octets[i + 1])) return i;
  }
  return octets.size();
}

TEST(Find, PairsEqualThePlainSearch) {
  EXPECT_EQ(find_pair("a\r\r\n", '\r', '\r'), 1U);
  EXPECT_EQ(find_pair("a\r", '\r', '\r'), 2U);
  EXPECT_EQ(find_inside("One. Two. b.example.", ':', '.', '@'), 11U);
  EXPECT_EQ(find_inside("", ':', '.', '@'), 0U);
  test::GuardedPage page;
  std::mt19937_64 random(4);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      std::string text(size, 'x');
      for (std::size_t at = random() % 50; at < size; at += 1 + random() % 70) text[at] = ".: @\r\n\xE9"[random() % 7];
      if (size > 3 && size % 3 == 0) text.replace(random() % (size - 1), 2, size % 2 == 0 ? "\r\r" : ". ");
      test::at_every_alignment(page, text, [](std::string_view view) {
        ASSERT_EQ(find_pair(view, '\r', '\r'),
                  first_two_that(view, [](char a, char b) { return a == '\r' && b == '\r'; }));
        ASSERT_EQ(find_inside(view, ':', '.', '@'), first_two_that(view, [](char a, char b) {
                    return (a == ':' || a == '.' || a == '@') && static_cast<unsigned char>(b) > ' ';
                  }));
      });
    }
  });
}

TEST(Find, WordInAnyCase) {
  EXPECT_EQ(ifind("using TLSv1.3", "tls"), 6U);
  EXPECT_EQ(ifind("ttLS", "TLs"), 1U);
  EXPECT_EQ(ifind("abc", "abcd"), std::string_view::npos);
  EXPECT_EQ(ifind("t t tl", "tls"), std::string_view::npos);
  EXPECT_EQ(ifind("", "x"), std::string_view::npos);
}

}  // namespace
}  // namespace mailparse
