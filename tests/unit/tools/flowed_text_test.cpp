#include "msg-inspect/flowed_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mailparse::tools {
namespace {

TEST(FlowedText, ParagraphsAreOneLine) {
  EXPECT_EQ(unflowed("one \r\ntwo \r\nthree\r\n\r\nfour\r\n", false), "one two three\n\nfour\n");
  EXPECT_EQ(unflowed("one \ntwo", false), "one two\n");
}

TEST(FlowedText, TheBlankOfASoftBreakGoesWithDelSp) {
  EXPECT_EQ(unflowed("\xE6\x97\xA5 \n\xE6\x9C\xAC\n", true), "\xE6\x97\xA5\xE6\x9C\xAC\n");
  EXPECT_EQ(unflowed("one  \ntwo\n", true), "one two\n");
}

TEST(FlowedText, StuffedBlanksGo) {
  EXPECT_EQ(unflowed(" From here\n > no quote\n  two\n", false), "From here\n> no quote\n two\n");
}

TEST(FlowedText, QuotesOfOneDepthFlowTogether) {
  EXPECT_EQ(unflowed(">> a \n>> b\n> c \nd\n>e\n", false), ">> a b\n> c \nd\n> e\n");
  EXPECT_EQ(unflowed(">\n> a\n", false), ">\n> a\n");
}

TEST(FlowedText, ASignatureStandsAlone) {
  EXPECT_EQ(unflowed("text \n-- \nAnn\n", false), "text \n-- \nAnn\n");
  EXPECT_EQ(unflowed("> -- \n> Ann\n", false), "> -- \n> Ann\n");
}

TEST(FlowedText, NothingIsNothing) {
  EXPECT_EQ(unflowed("", false), "");
  EXPECT_EQ(unflowed("\n", true), "\n");
  EXPECT_EQ(unflowed(" ", true), "\n");
}

}  // namespace
}  // namespace mailparse::tools
