#include <string>

#include <gtest/gtest.h>

#include <mailparse/message/message_id.hpp>

namespace mailparse {
namespace {

std::string shown(const std::vector<BracketedText>& items) {
  std::string all;
  for (const BracketedText& item : items) {
    if (!all.empty()) all += " | ";
    all += item.text;
    if (!item.comment.empty()) {
      all += " #";
      all += item.comment;
    }
  }
  return all;
}

std::string ids(std::string_view text) {
  DiagnosticList list;
  Arena arena;
  return shown(read_message_ids({text, 0}, arena, list));
}

std::string uris(std::string_view text) {
  DiagnosticList list;
  Arena arena;
  return shown(read_list_field({text, 0}, arena, list));
}

TEST(MessageId, OneOrMany) {
  EXPECT_EQ(ids("<1234@local.machine.example>"), "1234@local.machine.example");
  EXPECT_EQ(ids("<1@a.example>\r\n <2@b.example>,<3@c.example>"), "1@a.example | 2@b.example | 3@c.example");
  EXPECT_EQ(ids("<1234   @   local(blah)  .machine .example>"), "1234@local.machine.example");
  EXPECT_EQ(ids("<>"), "");
}

TEST(MessageId, WithoutBrackets) {
  EXPECT_EQ(ids("malformed@id.machine.example"), "malformed@id.machine.example");
  EXPECT_EQ(ids("   m "), "m");
  EXPECT_EQ(ids("Your message of Monday"), "");
}

TEST(MessageId, TextBetweenIdentifiersIsPassedOver) {
  EXPECT_EQ(ids("Your message of \"Tue, 1 Jul\" <a@b>"), "a@b #Your message of \"Tue, 1 Jul\"");
  EXPECT_EQ(ids("<baz@bar.net>, <invalid.   "), "baz@bar.net | invalid.");
}

TEST(MessageId, PlacesHoldTheBrackets) {
  DiagnosticList list;
  Arena arena;
  const auto found = read_message_ids({"x <a@b>", 50}, arena, list);
  EXPECT_EQ(found[0].place.offset, 52U);
  EXPECT_EQ(found[0].place.length, 5U);
}

TEST(ListField, UrisWithTheirComments) {
  EXPECT_EQ(uris("<https://www.host.example/list/archive/> (Web Archive)"),
            "https://www.host.example/list/archive/ #Web Archive");
  EXPECT_EQ(uris("(Use this to join) <mailto:a@host.example?body=subscribe>"),
            "mailto:a@host.example?body=subscribe #Use this to join");
  EXPECT_EQ(uris("<ftp://a.example/x>,\r\n <mailto:b@c.example>"), "ftp://a.example/x | mailto:b@c.example");
  EXPECT_EQ(uris("NO (posting not allowed on this list)"), "");
  EXPECT_EQ(uris("\"Lena's Personal <Joke> List\" <lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost>"),
            "lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost #Lena's Personal <Joke> List");
}

}  // namespace
}  // namespace mailparse
