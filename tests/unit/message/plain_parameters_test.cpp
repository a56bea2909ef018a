#include "message/plain_parameters.hpp"

#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

/// Whether `text` is plain; if so, the other road must find the same in it and nothing to report.
bool is_plain(std::string_view text, const Limits& limits = {}) {
  SCOPED_TRACE(text);
  Arena arena;
  Arena other_arena;
  DiagnosticList findings;
  const auto plain = read_plain_parameters({text, 7}, arena, limits);
  if (!plain) return false;
  const ParameterList other = read_parameters_by_grammar({text, 7}, other_arena, findings, limits);
  EXPECT_EQ(plain->items, other.items);
  EXPECT_TRUE(findings.items().empty());
  return true;
}

TEST(PlainParameters, UsualListsAre) {
  for (const std::string_view text :
       {"", " \r\n ", ";", "; ;", "; charset=utf-8", ";charset=utf-8;",
        "; CharSet=\"UTF-8\"; format=flowed ; delsp=yes", ";\r\n\tboundary=\"=_a b\"\r\n",
        "; filename=\"report (final), 1; 2.pdf\"; size=123", "; name=\"\"", " ; a=b\r\n ;\r\n c=d "})
    EXPECT_TRUE(is_plain(text)) << text;
}

TEST(PlainParameters, WhateverNeedsAnotherLookIsNot) {
  for (const std::string_view text : {"x",
                                      "a=b",
                                      "; a",
                                      "; =b",
                                      "; a=",
                                      "; a =b",
                                      "; a= b",
                                      "; a=b c=d",
                                      "; a=b, c=d",
                                      "; a=\"b",
                                      "; a=\"b\\\"c\"",
                                      "; a=\"b\r\n c\"",
                                      "; a=\"b\tc\"",
                                      "; a=\"b\"c",
                                      "; a*=utf-8''b",
                                      "; a*0=b",
                                      "; a=b; A=c",
                                      "; a=(c)b",
                                      "; a=b (c)",
                                      "; a=\xC3\xA4",
                                      "; a=\"\xC3\xA4\"",
                                      "; a=\"=?utf-8?Q?b?=\"",
                                      "; a=b/c",
                                      "; a=b\x01"})
    EXPECT_FALSE(is_plain(text)) << text;
}

TEST(PlainParameters, MoreThanAllowedAreNot) {
  Limits limits;
  limits.mime_parameters = 2;
  EXPECT_TRUE(is_plain("; a=1; b=2;", limits));
  EXPECT_FALSE(is_plain("; a=1; b=2; c=3", limits));
}

TEST(PlainParameters, BothRoadsAgreeOnRandomLists) {
  constexpr std::string_view pieces[] = {";",     "; ",        "=",    "a", "B",  "name",  "\"",         "\"x y\"",
                                         "\\",    "(",         ")",    ",", "*",  "*0",    "*=utf-8''x", "%41",
                                         "\r\n ", " ",         "\t",   "/", "=?", "?=",    "\x7F",       "\xC3\xA9",
                                         "; a=b", "; c=\"d\"", "=\"e", "'", ":",  "; a*=", "=token",     "boundary"};
  std::mt19937_64 random(12);
  int plain = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string text;
    for (std::uint64_t n = 1 + random() % 8; n > 0; --n) text += pieces[random() % std::size(pieces)];
    plain += is_plain(text) ? 1 : 0;
    if (HasFailure()) return;
  }
  EXPECT_GT(plain, 500);
}

}  // namespace
}  // namespace mailparse
