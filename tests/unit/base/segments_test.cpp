#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <mailparse/base/segments.hpp>

namespace mailparse {
namespace {

using testing::ElementsAre;

TEST(Segments, NothingMovesWhileItGrows) {
  struct Fixed {
    explicit Fixed(int value) : number(value) {}
    Fixed(const Fixed&) = delete;
    Fixed& operator=(const Fixed&) = delete;
    int number;
  };
  Segments<Fixed> numbers;
  std::vector<const Fixed*> places;
  for (int i = 0; i < 1000; ++i) places.push_back(&numbers.emplace_back(i));
  ASSERT_EQ(numbers.size(), 1000U);
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_EQ(&numbers[i], places[i]);
    EXPECT_EQ(numbers[i].number, static_cast<int>(i));
  }
}

TEST(Segments, EachElementIsDestroyedOnce) {
  const auto shared = std::make_shared<int>(7);
  {
    Segments<std::shared_ptr<int>> list;
    for (int i = 0; i < 9; ++i) list.push_back(shared);
    EXPECT_EQ(shared.use_count(), 10);
    const Segments<std::shared_ptr<int>> moved = std::move(list);
    EXPECT_EQ(shared.use_count(), 10);
    EXPECT_TRUE(list.empty());  // NOLINT(bugprone-use-after-move): what is left is what is asked
    EXPECT_EQ(moved.size(), 9U);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Segments, MakesAnElementOnlyWhereOneIsPut) {
  static int made = 0;
  struct Counted {
    Counted() { ++made; }
  };
  Segments<Counted, 8> list;
  list.emplace_back();
  EXPECT_EQ(made, 1);
}

TEST(Segments, IsReadLikeAnySequence) {
  Segments<std::string, 2> list;
  for (const char* text : {"a", "b", "c", "d", "e"}) list.emplace_back(text);
  EXPECT_THAT(std::vector<std::string>(list.begin(), list.end()), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(list.front(), "a");
  EXPECT_EQ(list.back(), "e");
  EXPECT_EQ(std::ranges::find(list, "d") - list.begin(), 3);
  const auto& read = list;
  EXPECT_EQ(*(read.end() - 2), "d");
  list.clear();
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
}

}  // namespace
}  // namespace mailparse
