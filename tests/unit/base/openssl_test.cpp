#include "base/openssl.hpp"

#include <chrono>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

using namespace std::chrono_literals;
using Asn1Time = std::unique_ptr<ASN1_TIME, Release<ASN1_TIME_free>>;

std::optional<std::chrono::sys_seconds> read(const char* text) {
  const Asn1Time time(ASN1_TIME_new());
  if (ASN1_STRING_set(time.get(), text, -1) != 1) return std::nullopt;
  time->type = V_ASN1_GENERALIZEDTIME;
  return seconds_of(time.get());
}

TEST(SecondsOfAsn1, ReachFurtherThanNanoseconds) {
  constexpr auto leap_day = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29);
  EXPECT_EQ(read("20240229235958Z"), leap_day + 23h + 59min + 58s);
  constexpr auto last_day = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
  EXPECT_EQ(read("99991231235959Z"), last_day + 23h + 59min + 59s);
  EXPECT_EQ(read("19700101000000Z"), std::chrono::sys_seconds{});
}

TEST(SecondsOfAsn1, NothingOfWhatIsNoTime) {
  EXPECT_FALSE(seconds_of(nullptr));
  for (const char* text : {"", "yesterday", "20230229000000Z", "20261331000000Z"}) EXPECT_FALSE(read(text)) << text;
}

}  // namespace
}  // namespace mailparse
