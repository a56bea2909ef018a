#include <array>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <mailparse/base/seldom.hpp>

namespace mailparse {
namespace {

TEST(Seldom, TakesAPointersRoomHoweverLargeTheValue) {
  EXPECT_EQ(sizeof(Seldom<std::array<char, 4096>>), sizeof(void*));
}

TEST(Seldom, HasAValueFromWhenItIsGivenOneToWhenItIsReset) {
  Seldom<std::string> name;
  EXPECT_FALSE(name);
  name = std::string("mx");
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(*name, "mx");
  EXPECT_EQ(name->size(), 2U);
  name.reset();
  EXPECT_FALSE(name);
  EXPECT_EQ(name.emplace(3, 'x'), "xxx");
  name = std::nullopt;
  EXPECT_FALSE(name);
}

TEST(Seldom, MadeIsTheValueOrANewOne) {
  Seldom<std::string> name;
  name.made() += "a";
  name.made() += "b";
  EXPECT_EQ(*name, "ab");
}

TEST(Seldom, ACopyHasAValueOfItsOwn) {
  Seldom<std::string> first(std::string("one"));
  Seldom<std::string> second = first;
  *second = "two";
  EXPECT_EQ(*first, "one");
  first = second;
  EXPECT_EQ(*first, "two");
  EXPECT_NE(&*first, &*second);
  second = Seldom<std::string>();
  first = second;
  EXPECT_FALSE(first);
}

TEST(Seldom, AMoveLeavesTheValueInItsPlace) {
  Seldom<std::string> first(std::string("one"));
  const std::string* const place = &*first;
  const Seldom<std::string> second = std::move(first);
  EXPECT_EQ(&*second, place);
}

TEST(Seldom, ComesFromAnOptional) {
  EXPECT_FALSE(Seldom<std::string>(std::optional<std::string>()));
  EXPECT_EQ(*Seldom<std::string>(std::optional<std::string>("one")), "one");
}

}  // namespace
}  // namespace mailparse
