#include <array>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/scan/quoted_printable.hpp>

#include "scan/quoted_printable_scalar.hpp"
#include "unit/scan/every_target.hpp"
#include "unit/scan/lines_by_hand.hpp"

namespace mailparse {
namespace {

struct Decoded {
  std::string text;
  QuotedPrintableReport report;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(const std::vector<std::string_view>& pieces) {
  QuotedPrintableDecoder decoder;
  Decoded decoded;
  for (const std::string_view piece : pieces) {
    std::vector<char> out(QuotedPrintableDecoder::room(piece.size()));
    decoded.text.append(out.data(), decoder.decode(piece, out));
  }
  std::vector<char> out(QuotedPrintableDecoder::room(0));
  decoded.text.append(out.data(), decoder.finish(out));
  decoded.report = decoder.report();
  EXPECT_EQ(decoded.report.decoded, decoded.text.size());
  return decoded;
}

constexpr Occurrences none{};

TEST(QuotedPrintable, EscapesAndSoftBreaks) {
  const Decoded decoded = decode({"caf=C3=A9 =3d=\r\n joined=\nhere\r\n"});
  EXPECT_EQ(decoded.text, "caf\xC3\xA9 = joinedhere\r\n");
  EXPECT_EQ(decoded.report.bad_escape, none);
  EXPECT_EQ(decoded.report.raw_octet, none);
  EXPECT_EQ(decoded.report.trailing_blanks, none);
}

TEST(QuotedPrintable, BlanksBeforeALineEndAreNoContent) {
  EXPECT_EQ(decode({"a \t\r\nb \nc "}).text, "a\r\nb\nc");
  EXPECT_EQ(decode({"a \t\r\nb \nc "}).report.trailing_blanks, (Occurrences{3, 1}));
  EXPECT_EQ(decode({"a=20\r\n"}).text, "a \r\n");
  EXPECT_EQ(decode({"a =\r\nb"}).text, "a b");
}

TEST(QuotedPrintable, BlanksThatNoLineCouldHoldAreContent) {
  const std::string most(256, ' ');
  EXPECT_EQ(decode({"a" + most + "\r\n"}).text, "a\r\n");
  EXPECT_EQ(decode({"a" + most + " \r\n"}).text, "a" + most + " \r\n");
  EXPECT_EQ(decode({"a=" + most + "\r\n"}).text, "a");
  EXPECT_EQ(decode({"a=" + most + " \r\n"}).text, "a=" + most + " \r\n");
}

TEST(QuotedPrintable, WhatIsNoEscapeStaysText) {
  const Decoded decoded = decode({"a=ZZ b=4 c==41=\rd=  e=4"});
  EXPECT_EQ(decoded.text, "a=ZZ b=4 c=A=\rd=  e=4");
  EXPECT_EQ(decoded.report.bad_escape, (Occurrences{6, 1}));
  EXPECT_EQ(decoded.report.raw_octet, (Occurrences{1, 15}));
}

TEST(QuotedPrintable, BlanksAfterEqualsMakeASoftBreakAllTheSame) {
  const Decoded decoded = decode({"a= \t\r\nb= \nc=  "});
  EXPECT_EQ(decoded.text, "abc");
  EXPECT_EQ(decoded.report.space_after_equals, (Occurrences{3, 1}));
}

TEST(QuotedPrintable, ALastEqualsIsASoftBreakBeforeTheBoundary) {
  EXPECT_EQ(decode({"abc="}).text, "abc");
  EXPECT_EQ(decode({"abc="}).report.bad_escape, none);
}

TEST(QuotedPrintable, RawOctetsAreKeptAndCounted) {
  using namespace std::string_literals;
  const std::string text = "a\xE9\x01\0\x7F\tb\rc"s;
  const Decoded decoded = decode({text});
  EXPECT_EQ(decoded.text, text);
  EXPECT_EQ(decoded.report.raw_octet, (Occurrences{5, 1}));
}

TEST(QuotedPrintable, TheSameHoweverItIsCut) {
  for (const std::string_view text :
       {"a=3D \r\n=\r\n", "= \r\n =4=41", "a \t\r\n\r b=", "=\r=\n=a\xC3\r\r\n", "==\r\n  =20 \n"}) {
    const Decoded whole = decode({text});
    test::for_each_cut(text, [&](const auto& pieces) { EXPECT_EQ(decode(pieces), whole) << text; });
  }
}

/// The fast decoder against the plain one, in `pieces` pieces.
void expect_same(std::string_view octets, std::size_t pieces) {
  QuotedPrintableDecoder fast;
  QuotedPrintableState plain;
  const std::size_t step = octets.size() / pieces + 1;
  for (std::size_t at = 0; at < octets.size(); at += step) {
    const std::string_view piece = octets.substr(at, step);
    std::vector<char> out(QuotedPrintableDecoder::room(piece.size()));
    std::vector<char> plain_out(out.size());
    char* plain_end = plain_out.data();
    const std::size_t size = fast.decode(piece, out);
    for (const char octet : piece) plain_end = scalar::decode_quoted_printable_octet(plain, octet, plain_end);
    ASSERT_EQ(std::string_view(out.data(), size), std::string_view(plain_out.data(), plain_end));
    ASSERT_EQ(fast.report(), plain.report);
    ASSERT_EQ(fast.state().place, plain.place);
    ASSERT_EQ(fast.state().held_text(), plain.held_text());
  }
}

constexpr std::string_view corners("==4A a b\t\r\n\r\n c\x80\x01", 17);

TEST(QuotedPrintable, EqualsThePlainOneAtEveryLengthAndAlignment) {
  test::GuardedPage page;
  std::mt19937_64 random(1);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 256; ++size) {
      const std::string text = test::random_text(random, size, corners, 1 + size % 7);
      test::at_every_alignment(page, text, [&](std::string_view view) { expect_same(view, 1); });
    }
  });
}

TEST(QuotedPrintable, EqualsThePlainOneOnRandomTexts) {
  std::mt19937_64 random(2);
  test::on_every_target([&] {
    for (int i = 0; i < 3000; ++i) {
      expect_same(test::random_text(random, random() % 1000, corners, 1 + random() % 9), 1 + random() % 5);
      expect_same(test::random_text(random, random() % 2000, "a =\t\r\n", 1 + random() % 400), 1 + random() % 5);
    }
  });
}

TEST(QuotedPrintable, EqualsThePlainOneOnWhatMailHas) {
  constexpr std::array<std::string_view, 10> usual{"=D0", "=3d",  "=\r\n", "=\n", "\r\n",
                                                   "\n",  "word", " ",     "\t ", "\xE9"};
  constexpr std::array<std::string_view, 6> unusual{"=", "\r", " \r\n", "=4", "= \n", "=g0"};
  std::mt19937_64 random(3);
  test::on_every_target([&] {
    for (int i = 0; i < 3000; ++i) {
      const std::size_t kinds = 1 + random() % usual.size();
      const std::size_t seldom = 3 + random() % 200;
      std::string text;
      while (text.size() < static_cast<std::size_t>(i))
        text += random() % seldom == 0 ? unusual[random() % unusual.size()] : usual[random() % kinds];
      expect_same(text, 1 + random() % 3);
    }
  });
}

TEST(QuotedPrintable, WritesNoMoreThanItsRoom) {
  test::GuardedPage page;
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      for (const char octet : {'a', ' ', '='}) {
        QuotedPrintableDecoder decoder;
        const std::string blanks(256, ' ');
        (void)decoder.decode(blanks, {page.page(), page.size()});
        const std::size_t room = QuotedPrintableDecoder::room(size);
        (void)decoder.decode(std::string(size, octet), {page.page() + page.size() - room, room});
      }
    }
  });
}

}  // namespace
}  // namespace mailparse
