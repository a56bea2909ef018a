#include "base/ring.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace mailparse {
namespace {

using testing::ElementsAre;

std::vector<int> contents(const Ring<int>& ring) {
  return {ring.begin(), ring.end()};
}

TEST(Ring, TakesNoMemoryBeforeItsFirstElement) {
  Ring<std::string> ring;
  EXPECT_EQ(ring.capacity(), 0U);
  ring.push_back("a");
  EXPECT_EQ(ring.capacity(), 2U);
  ring.pop_front();
  EXPECT_EQ(ring.capacity(), 2U);
  ring.release();
  EXPECT_EQ(ring.capacity(), 0U);
}

TEST(Ring, KeepsTheOrderWhereverItWraps) {
  for (int taken = 0; taken < 9; ++taken) {
    Ring<int> ring;
    for (int i = 0; i < taken; ++i) ring.push_back(-1);
    for (int i = 0; i < taken; ++i) ring.pop_front();
    for (int i = 0; i < 9; ++i) ring.push_back(i);
    EXPECT_THAT(contents(ring), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8)) << taken;
    EXPECT_EQ(ring.capacity(), 16U);
  }
}

TEST(Ring, TakesFromAndPutsToBothEnds) {
  Ring<int> ring;
  ring.push_front(2);
  ring.push_front(1);
  ring.push_back(3);
  ring.push_front(0);
  EXPECT_THAT(contents(ring), ElementsAre(0, 1, 2, 3));
  ring.pop_front();
  ring.pop_back();
  EXPECT_EQ(ring.front(), 1);
  EXPECT_EQ(ring.back(), 2);
}

TEST(Ring, LetsGoOfWhatIsTakenOffAtOnce) {
  const auto shared = std::make_shared<int>(7);
  Ring<std::shared_ptr<int>> ring;
  for (int i = 0; i < 4; ++i) ring.push_back(shared);
  ring.pop_front();
  ring.pop_back();
  EXPECT_EQ(shared.use_count(), 3);
  ring.clear();
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Ring, MovesWholeAndLeavesNothingBehind) {
  Ring<int> from;
  from.push_back(1);
  from.push_back(2);
  Ring<int> to = std::move(from);
  EXPECT_THAT(contents(to), ElementsAre(1, 2));
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): what is left is what is asked
  from.push_back(3);
  EXPECT_THAT(contents(from), ElementsAre(3));
}

TEST(Ring, IsSearchedLikeAnySequence) {
  Ring<int> ring;
  for (const int value : {5, 1, 4}) ring.push_back(value);
  EXPECT_EQ(std::ranges::find(ring, 4) - ring.begin(), 2);
  EXPECT_TRUE(std::ranges::any_of(ring, [](int value) { return value == 5; }));
}

}  // namespace
}  // namespace mailparse
