// src/grammar/run.hpp: how rules are run, whatever the rules are.
#include "grammar/run.hpp"

#include <string>

#include <gtest/gtest.h>

#include "core.hpp"

namespace {

using namespace mailparse;
namespace p = tao::pegtl;

struct letters : p::plus<core::ALPHA> {};
struct sum : p::list<letters, p::one<'+'>> {};
struct group : p::seq<p::one<'('>, p::star<p::sor<core::ALPHA, group>>, p::one<')'>> {};

template <typename Rule>
struct Count : grammar::no_action<Rule> {};
template <>
struct Count<letters> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, std::string& words) {
    words += in.string() + ",";
  }
};

}  // namespace

namespace mailparse::grammar {
template <>
inline constexpr bool nests<::group> = true;
}

namespace {

TEST(GrammarRun, FittingTextReturnsItsLength) {
  EXPECT_EQ(grammar::run<sum>("ab+c", {}).value(), 4U);
  EXPECT_EQ(grammar::run<sum>("ab+c!", {}).value(), 4U) << "a rule need not reach the end";
}

TEST(GrammarRun, MisfitIsTheFurthestOctetReached) {
  const auto misfit = grammar::run<grammar::whole<sum>>("ab+c!d", {});
  ASSERT_FALSE(misfit);
  EXPECT_EQ(misfit.error().offset, 4U);
  EXPECT_EQ(grammar::run<grammar::whole<sum>>("ab+", {}).error().offset, 3U) << "more was expected";
  EXPECT_EQ(grammar::run<grammar::whole<sum>>("", {}).error().offset, 0U);
}

TEST(GrammarRun, ActionsFillTheGivenState) {
  std::string words;
  ASSERT_TRUE((grammar::run<grammar::whole<sum>, Count>("ab+c", {}, words)));
  EXPECT_EQ(words, "ab,c,");
}

TEST(GrammarRun, DepthIsRefusedNotOverflown) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '(') + std::string(levels, ')'); };
  EXPECT_TRUE(grammar::run<grammar::whole<group>>(nested(64), {}));
  const auto misfit = grammar::run<grammar::whole<group>>(nested(65), {});
  ASSERT_FALSE(misfit);
  EXPECT_TRUE(misfit.error().too_deep);
  EXPECT_TRUE((grammar::run<grammar::whole<group>>(nested(65), {.depth = 65})));
  EXPECT_TRUE(grammar::run<grammar::whole<group>>(nested(1'000'000), {}).error().too_deep);
}

TEST(GrammarCore, Utf8IsWellFormedAndNothingElse) {
  using one_character = core::UTF8_non_ascii;
  for (const char* good : {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
                           "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(grammar::fits<one_character>(good));
  }
  for (const char* bad : {"a", "\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xED\xA0\x80",
                          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(grammar::fits<one_character>(bad));
  }
}

}  // namespace
