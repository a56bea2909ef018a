#include <string>

#include <gtest/gtest.h>
#include <tao/pegtl/contrib/analyze.hpp>

#include <mailparse/message/tag_list.hpp>

#include "rfc6376.hpp"

namespace mailparse {
namespace {

std::string codes(std::string_view text, FieldName name = FieldName::dkim_signature) {
  DiagnosticList list;
  (void)read_tag_list({text, 0}, name, list);
  std::string all;
  for (const Diagnostic& d : list.items()) {
    if (!all.empty()) all += ' ';
    all += info(d.code).name;
  }
  return all;
}

TEST(TagList, GrammarIsSound) {
  EXPECT_EQ(tao::pegtl::analyze<rfc6376::tag_list>(), 0U);
  EXPECT_EQ(tao::pegtl::analyze<rfc6376::base64string>(), 0U);
  EXPECT_EQ(tao::pegtl::analyze<rfc6376::header_list>(), 0U);
  EXPECT_EQ(tao::pegtl::analyze<rfc6376::identity>(), 0U);
  EXPECT_EQ(tao::pegtl::analyze<rfc6376::query_methods>(), 0U);
}

TEST(TagList, GivesTagsInOrder) {
  DiagnosticList list;
  const TagList tags = read_tag_list({"v=1; a=rsa-sha256;\r\n\tb=dzdV\r\n yOfA;", 10}, FieldName::dkim_signature, list);
  EXPECT_TRUE(list.items().empty());
  ASSERT_EQ(tags.tags.size(), 3U);
  EXPECT_EQ(tags.find("a")->value, "rsa-sha256");
  EXPECT_EQ(tags.find("a")->place.offset, 15U);
  Arena arena;
  EXPECT_EQ(without_white(tags.find("b")->value, arena), "dzdVyOfA");
  EXPECT_EQ(tags.find("A"), nullptr);
}

TEST(TagList, WholeSignatureIsClean) {
  EXPECT_EQ(
      codes("v=1; a=rsa-sha256; d=example.net; s=brisbane; c=simple; q=dns/txt; i=@eng.example.net; t=1117574938; "
            "x=1118006938; h=from:to:subject:date; z=From:foo@eng.example.net|To:joe@example.com; "
            "bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=; "
            "b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR"),
      "");
  EXPECT_EQ(codes("i=1; a=rsa-sha256; t=12345; cv=none; d=example.org; s=arc; b=abcd", FieldName::arc_seal), "");
}

TEST(TagList, BrokenOnesAreTold) {
  EXPECT_EQ(codes("v=1; a"), "dkim.tag-syntax");
  EXPECT_EQ(codes("v=2"), "dkim.tag-syntax");
  EXPECT_EQ(codes(std::string_view("s=a\0b", 5)), "dkim.tag-syntax");
  EXPECT_EQ(codes("d=a.example; d=b.example"), "dkim.duplicate-tag");
  EXPECT_EQ(codes("l=12x"), "dkim.tag-syntax");
  EXPECT_EQ(codes("b=!!"), "dkim.tag-syntax");
}

}  // namespace
}  // namespace mailparse
