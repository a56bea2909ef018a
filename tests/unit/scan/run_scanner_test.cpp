#include <gtest/gtest.h>

#include <mailparse/scan/run_scanner.hpp>

#include "scan/line_scalar.hpp"
#include "unit/scan/every_target.hpp"
#include "unit/scan/lines_by_hand.hpp"

namespace mailparse {
namespace {

struct Mark {
  std::uint64_t offset;
  LineBreak after;
  bool operator==(const Mark&) const = default;
};

struct Seen {
  std::vector<Mark> marks;
  RunTally tally;
  bool operator==(const Seen&) const = default;
};

Seen scan(const std::vector<std::string_view>& pieces, RunScanner scanner) {
  Seen seen;
  for (std::string_view piece : pieces) {
    while (true) {
      const mailparse::Run run = scanner.next(piece);
      piece.remove_prefix(run.size);
      if (!run.marked()) break;
      EXPECT_FALSE(piece.empty());
      seen.marks.push_back({scanner.offset(), run.after});
    }
    EXPECT_TRUE(piece.empty());
  }
  scanner.finish();
  seen.tally = scanner.tally();
  return seen;
}

/// What a RunScanner should see, read off the text with no state carried.
Seen by_hand(std::string_view text, std::string_view markers) {
  Seen seen;
  seen.tally.octets = text.size();
  const auto met = [](Occurrences& what, std::uint64_t offset) {
    if (what.count++ == 0) what.first = offset;
  };
  std::size_t line_begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char before = i > 0 ? text[i - 1] : '\0';
    const bool crlf_before = before == '\n' && i > 1 && text[i - 2] == '\r';
    const char after = i + 1 < text.size() ? text[i + 1] : '\0';
    if (markers.find(text[i]) != markers.npos && (i == 0 || before == '\n' || before == '\r')) {
      seen.marks.push_back({i, i == 0           ? LineBreak::start
                               : before == '\r' ? LineBreak::cr
                               : crlf_before    ? LineBreak::crlf
                                                : LineBreak::lf});
    }
    if (text[i] == '\r' && after != '\n') met(seen.tally.bare_cr, i);
    if (text[i] == '\0') met(seen.tally.nul, i);
    if (static_cast<unsigned char>(text[i]) > 127) met(seen.tally.eight_bit, i);
    if (text[i] == '\n') {
      ++seen.tally.lines;
      if (before != '\r') met(seen.tally.bare_lf, i);
      if (i - line_begin - (before == '\r' ? 1U : 0U) > line_content_limit) met(seen.tally.long_lines, line_begin);
      line_begin = i + 1;
    }
  }
  if (text.size() - line_begin > line_content_limit) met(seen.tally.long_lines, line_begin);
  return seen;
}

TEST(RunScanner, SeesTheSameHoweverTheTextIsCut) {
  for (const std::string& text : test::small_texts()) {
    const Seen dots = by_hand(text, ".");
    const Seen both = by_hand(text, "-.");
    const Seen none = by_hand(text, "");
    test::for_each_cut(text, [&](const auto& pieces) {
      EXPECT_EQ(scan(pieces, RunScanner('.')), dots) << testing::PrintToString(text);
      EXPECT_EQ(scan(pieces, RunScanner('-', '.')), both) << testing::PrintToString(text);
      EXPECT_EQ(scan(pieces, RunScanner::tally_only()), none) << testing::PrintToString(text);
    });
  }
}

constexpr std::string_view corners("\r\n\r\n.-.-a\0\x80\x01a", 13);

void expect_same(std::string_view text, LineBreak before) {
  RunScanner fast('.', '-');
  fast.reset(1000, before);
  RunState plain = fast.state();
  while (!text.empty()) {
    const mailparse::Run run = fast.next(text);
    ASSERT_EQ(run, scalar::next_run(plain, {'.', '-'}, text));
    ASSERT_EQ(fast.state(), plain);
    text.remove_prefix(run.size);
  }
}

TEST(RunScanner, EqualsThePlainOneAtEveryLengthAndAlignment) {
  test::GuardedPage page;
  std::mt19937_64 random(1);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 256; ++size) {
      const std::string text = test::random_text(random, size, corners, 1 + size % 20);
      test::at_every_alignment(page, text,
                               [&](std::string_view view) { expect_same(view, static_cast<LineBreak>(size % 5)); });
    }
  });
}

TEST(RunScanner, EqualsThePlainOneOnRandomTexts) {
  std::mt19937_64 random(2);
  test::on_every_target([&] {
    for (int i = 0; i < 3000; ++i) {
      const std::string text = test::random_text(random, random() % 4000, corners, 1 + random() % 1500);
      expect_same(text, static_cast<LineBreak>(random() % 5));
    }
  });
}

/// Lines that mostly end alike, some near the limit, with something else now and then.
std::string mail_lines(std::mt19937_64& random) {
  const bool crlf = random() % 2 == 0;
  const std::size_t rare = 20 + random() % 200;
  std::string text;
  while (text.size() < 6000) {
    const std::size_t size = random() % 8 == 0 ? 850 + random() % 200 : random() % 120;
    text.append(size, 'a');
    if (random() % rare == 0 && size > 0) text[text.size() - 1 - random() % size] = corners[random() % corners.size()];
    text += crlf == (random() % rare != 0) ? "\r\n" : "\n";
    if (random() % rare == 0) text += "--mark";
  }
  return text;
}

TEST(RunScanner, EqualsThePlainOneOnLinesOfMail) {
  std::mt19937_64 random(3);
  test::on_every_target([&] {
    for (int i = 0; i < 500; ++i) {
      const std::string text = mail_lines(random);
      const std::size_t cut = random() % text.size();
      expect_same(std::string_view(text).substr(cut), static_cast<LineBreak>(random() % 5));
      EXPECT_EQ(scan({std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)}, RunScanner('-')),
                by_hand(text, "-"));
    }
  });
}

TEST(RunScanner, ALineIsLongFrom999Octets) {
  const std::string content(998, 'a');
  EXPECT_EQ(scan({content + "\r\n" + content + "\n" + content}, RunScanner('.')).tally.long_lines.count, 0U);
  const std::string text = "x\r\n" + content + "b\r\n" + content + "b";
  const Seen seen = scan({text}, RunScanner('.'));
  EXPECT_EQ(seen.tally.long_lines.count, 2U);
  EXPECT_EQ(seen.tally.long_lines.first, 3U);
}

TEST(RunScanner, TheTallyEndsAtTheMark) {
  RunScanner scanner('.');
  const std::string_view text = "a\r\n.\r\nQUIT\n";
  const mailparse::Run run = scanner.next(text);
  EXPECT_EQ(run.size, 3U);
  EXPECT_EQ(run.after, LineBreak::crlf);
  EXPECT_EQ(scanner.tally().octets, 3U);
  EXPECT_EQ(scanner.tally().bare_lf.count, 0U);
  EXPECT_FALSE(scanner.next(text.substr(3, 3)).marked());
  EXPECT_EQ(scanner.offset(), 6U);
}

TEST(RunScanner, ResetSaysWhatStandsBefore) {
  RunScanner scanner('.');
  scanner.reset(100, LineBreak::crlf);
  EXPECT_EQ(scanner.next(".").after, LineBreak::crlf);
  EXPECT_EQ(scanner.offset(), 100U);
  scanner.reset(100, LineBreak::none);
  EXPECT_FALSE(scanner.next(".").marked());
}

}  // namespace
}  // namespace mailparse
