#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include <mailparse/base/time.hpp>

namespace mailparse {
namespace {

/// What the C library's formatter makes of it.
std::string printed(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<std::chrono::nanoseconds> clock{time - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%09lldZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<long long>(clock.subseconds().count()));
  return text;
}

TEST(Timestamp, ReachesAsFarAsNanosecondsDo) {
  using std::chrono::seconds;
  using std::chrono::sys_seconds;
  EXPECT_EQ(timestamp(sys_seconds(seconds(1))), Timestamp(seconds(1)));
  EXPECT_EQ(timestamp(sys_seconds(seconds(-9'223'372'036))), Timestamp(seconds(-9'223'372'036)));
  EXPECT_TRUE(timestamp(sys_seconds(seconds(9'223'372'036))));
  EXPECT_FALSE(timestamp(sys_seconds(seconds(9'223'372'037)))) << "in the year 2262";
  EXPECT_FALSE(timestamp(sys_seconds(seconds(65'728'054'803)))) << "4052";
  EXPECT_FALSE(timestamp(sys_seconds::min()));
}

TEST(Timestamp, ElapsedTimeHasAnEnd) {
  using std::chrono::nanoseconds;
  const Timestamp zero, one(nanoseconds(1));
  EXPECT_EQ(elapsed(zero, one), nanoseconds(1));
  EXPECT_EQ(elapsed(one, zero), nanoseconds(-1));
  EXPECT_EQ(elapsed(Timestamp::min(), Timestamp::max()), nanoseconds::max());
  EXPECT_EQ(elapsed(Timestamp::max(), Timestamp::min()), nanoseconds::min());
}

TEST(Rfc3339, KnownTimes) {
  EXPECT_EQ(rfc3339(Timestamp{}), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rfc3339(Timestamp(std::chrono::nanoseconds(-1))), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(rfc3339(Timestamp(std::chrono::seconds(1'795'302'530)) + std::chrono::nanoseconds(1)),
            "2026-11-21T23:08:50.000000001Z");
}

TEST(Rfc3339, EqualsThePrintedOneForAnyTime) {
  using Limits = std::numeric_limits<std::int64_t>;
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const Timestamp time(std::chrono::nanoseconds(static_cast<std::int64_t>(random())));
    ASSERT_EQ(rfc3339(time), printed(time));
  }
  for (const std::int64_t edge : {Limits::min(), Limits::max()}) {
    const Timestamp time{std::chrono::nanoseconds(edge)};
    EXPECT_EQ(rfc3339(time), printed(time));
  }
}

TEST(TimeText, IsThatOfEachTimeWhateverCameBefore) {
  TimeText texts;
  for (const std::int64_t nanoseconds :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{999'999'999}, std::int64_t{1'000'000'000}, std::int64_t{-1},
        std::int64_t{0}, INT64_MIN, INT64_MAX, std::int64_t{-1'000'000'000}, std::int64_t{1'768'212'672'000'226'000}}) {
    const Timestamp time{std::chrono::nanoseconds(nanoseconds)};
    EXPECT_EQ(texts(time), rfc3339(time));
  }
}

}  // namespace
}  // namespace mailparse
