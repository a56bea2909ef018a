#include <gtest/gtest.h>

#include <mailparse/scan/octet_survey.hpp>

#include "scan/octet_survey_scalar.hpp"
#include "unit/scan/every_target.hpp"

namespace mailparse {
namespace {

TEST(OctetSurvey, TellsEachOctet) {
  test::on_every_target([] {
    for (int value = 0; value < 256; ++value) {
      std::string text(200, 'a');
      text[150] = static_cast<char>(value);
      EXPECT_EQ(survey_octets(text), scalar::survey_octets(text)) << value;
      EXPECT_EQ(survey_octets(text.substr(150, 1)), scalar::survey_octets(text.substr(150, 1))) << value;
    }
  });
}

TEST(OctetSurvey, EqualsThePlainOneAtEveryLengthAndAlignment) {
  test::GuardedPage page;
  std::mt19937_64 random(1);
  constexpr std::string_view ordinary = "a b\r\n\t";
  constexpr std::string_view corners("a\r\n\t\0\x7F\x80\x1F \xFF", 10);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 200; ++size) {
      const std::string text = test::random_text(random, size, size % 3 == 0 ? corners : ordinary, 1 + size % 30);
      test::at_every_alignment(
          page, text, [&](std::string_view view) { EXPECT_EQ(survey_octets(view), scalar::survey_octets(view)); });
    }
  });
}

}  // namespace
}  // namespace mailparse
