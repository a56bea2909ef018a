#include "message/date_parts.hpp"

#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

void expect_same(std::string_view text) {
  EXPECT_EQ(read_date_parts(text, Limits{}, DateRoad::plain_first),
            read_date_parts(text, Limits{}, DateRoad::grammar_only))
      << text;
}

TEST(DateParts, PlainDatesAreThoseOfTheGrammar) {
  for (const std::string_view text :
       {"Tue, 17 Nov 2026 10:00:00 +0000", "Tue, 17 Nov 2026 10:00:00 +0000 (UTC)", "7 nov 2026 10:00:00 -0330",
        "TUE, 17 NOV 2026 10:00:00 +0000 ()", "Tue, 17 Nov 2026 10:00:00 +0000 (a b)", "Tue, 17 Nov 2026 10:00 +0000",
        "Tue,17 Nov 2026 10:00:00 +0000", "Xxx, 17 Nov 2026 10:00:00 +0000", "Tue, 17 November 2026 10:00:00 +0000",
        "Tue, 17 Nov 2026 10:00:00 GMT", "Tue, 17 Nov 2026 10:00:00 +00000", "Tue, 17 Nov 2026 10:00:00 +000", "",
        "Tue, 017 Nov 2026 10:00:00 +0000", "Tue, 17 Nov 20266 10:00:00 +0000", "Tue, 17 Nov 2026 10:00:00 +0000 (",
        "Tue, 17 Nov 2026 10:00:00 +0000 (a)b)", "Tue, 17 Nov 2026 10:00:00 +0000)", "99 Dec 0000 99:99:99 +9999"})
    expect_same(text);
  EXPECT_EQ(read_date_parts("Tue, 17 Nov 2026 10:20:30 -0100 (X)", Limits{}),
            (DateParts{2026, 4, 11, 17, 10, 20, 30, "-0100"}));
}

TEST(DateParts, BothRoadsAgreeOnDamagedDates) {
  constexpr std::string_view pieces[] = {" ", "(", ")",   "1",     "99",  ",",  ":",
                                         "+", "-", "Nov", "\r\n ", "GMT", "\t", "\\"};
  std::mt19937_64 random(5);
  for (int i = 0; i < 60'000; ++i) {
    std::string text = "Tue, 17 Nov 2026 10:00:00 +0000 (UTC)";
    for (std::uint64_t n = random() % 3; n > 0; --n)
      text.replace(random() % text.size(), random() % 3, pieces[random() % std::size(pieces)]);
    expect_same(text);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace mailparse
