#include "message/address_shape.hpp"

#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

/// Both roads over `text`: the same places, the same findings.
void expect_same(std::string_view text) {
  DiagnosticList plain_findings;
  DiagnosticList findings;
  const AddressShapes plain = find_addresses({text, 7}, plain_findings, Limits{}, AddressRoad::plain_first);
  const AddressShapes grammar = find_addresses({text, 7}, findings, Limits{}, AddressRoad::grammar_only);
  SCOPED_TRACE(text);
  ASSERT_EQ(plain.mailboxes, grammar.mailboxes);
  ASSERT_EQ(plain.groups.size(), grammar.groups.size());
  ASSERT_EQ(plain.comments.size(), grammar.comments.size());
  ASSERT_EQ(plain.misfit, grammar.misfit);
  ASSERT_EQ(plain.null_angle, grammar.null_angle);
  ASSERT_EQ(plain.two_angles, grammar.two_angles);
  ASSERT_EQ(plain_findings.take().size(), findings.take().size());
}

/// Both roads to what the addresses say.
void expect_same_list(std::string_view text) {
  DiagnosticList plain_findings;
  DiagnosticList findings;
  Arena plain_arena;
  Arena arena;
  SCOPED_TRACE(text);
  const AddressList plain = read_addresses({text, 7}, plain_arena, plain_findings, Limits{}, AddressRoad::plain_first);
  const AddressList other = read_addresses({text, 7}, arena, findings, Limits{}, AddressRoad::grammar_only);
  ASSERT_TRUE(plain == other);
  ASSERT_EQ(plain_findings.items().size(), findings.items().size());
}

TEST(AddressShape, PlainAddressesAreThoseOfTheGrammar) {
  for (const std::string_view text : {"a@b",
                                      "<a@b>",
                                      "A <a@b>",
                                      "A B\t<a.b@c.d>",
                                      "\"A, B\" <a@b>,c@d",
                                      "A. B. C <a@b>",
                                      ".A <a@b>",
                                      "A <a@b> ",
                                      "A <a@b>;",
                                      "A <a..b@c>",
                                      "A <a@b.>",
                                      "A <@b>",
                                      "A <a@>",
                                      "a@b c@d",
                                      "a@b, , c@d",
                                      "A \"B\\\"\" <a@b>",
                                      "G: a@b, c@d;",
                                      "A <a@b",
                                      "a",
                                      "\"a\"@b",
                                      "a@[10.0.0.1]",
                                      "A\"B\"C<a@b>",
                                      "\"A <a@b>",
                                      "a@b\r\n ,c@d",
                                      "A\r\n B <a@b>",
                                      "\xC3\x84 <a@b>",
                                      "<a@b>,<c@d>x",
                                      "\"\" <a@b>",
                                      "A <a@b>(c), d@e",
                                      "undisclosed-recipients:;",
                                      "A = B <a@b>",
                                      "A  B <a@b>",
                                      "\"A\"  <a@b>",
                                      "\" A \" <a@b>, \"B\"C <a@b>, A\tB <a@b>",
                                      "=?utf-8?Q?A?= <a@b>",
                                      "\"=?utf-8?Q?A?=\" <a@b>, c@d",
                                      "A? <a@b>",
                                      "a@xn--bcher-kva.example, b@XN--1.x, c@a--b.example"}) {
    expect_same(text);
    expect_same_list(text);
  }
}

TEST(AddressShape, BothRoadsAgreeOnRandomLists) {
  constexpr std::string_view pieces[] = {"a",        "Bc",          "@",     ".",       "<",       ">", ",",
                                         " ",        "\t",          "\"",    "\"x y\"", "\\",      "(", ")",
                                         "c)",       ":",           ";",     "\r\n ",   "[",       "]", "=",
                                         "\xC3\xA9", "a@b.example", "<a@b>", "+",       "N <q@r>", "?", "=?utf-8?Q?A?=",
                                         "xn--"};
  std::mt19937_64 random(11);
  for (int i = 0; i < 60'000; ++i) {
    std::string text;
    for (std::uint64_t n = 1 + random() % 12; n > 0; --n) text += pieces[random() % std::size(pieces)];
    expect_same(text);
    expect_same_list(text);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace mailparse
