// src/session/smtp_reply.cpp: reply lines and EHLO keywords.
#include <gtest/gtest.h>

#include <mailparse/session/smtp_reply.hpp>

namespace {

using namespace mailparse;

TEST(SmtpReplyLine, CodeSeparatorAndTextAreRead) {
  const auto last = parse_smtp_reply_line("250 2.1.0 Ok");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->code, 250);
  EXPECT_TRUE(last->last);
  EXPECT_TRUE(last->well_formed);
  EXPECT_EQ(last->text, "2.1.0 Ok");
  ASSERT_TRUE(last->enhanced);
  EXPECT_EQ(last->enhanced->subject, 1);
  const auto more = parse_smtp_reply_line("250-PIPELINING");
  EXPECT_FALSE(more->last);
  EXPECT_EQ(more->text, "PIPELINING");
  const auto bare = parse_smtp_reply_line("354");
  EXPECT_TRUE(bare->last);
  EXPECT_TRUE(bare->well_formed);
  EXPECT_EQ(bare->text, "");
}

TEST(SmtpReplyLine, UnlistedCodesStopNothing) {
  EXPECT_EQ(parse_smtp_reply_line("299 x")->code, 299);
  EXPECT_TRUE(parse_smtp_reply_line("580 x")->well_formed);
  EXPECT_FALSE(parse_smtp_reply_line("150 x")->well_formed);
  EXPECT_FALSE(parse_smtp_reply_line("000 x")->well_formed);
  EXPECT_EQ(parse_smtp_reply_line("999-x")->code, 999);
}

TEST(SmtpReplyLine, OddSeparatorIsKeptInTheText) {
  const auto tab = parse_smtp_reply_line("250\tOk");
  ASSERT_TRUE(tab);
  EXPECT_FALSE(tab->well_formed);
  EXPECT_EQ(tab->text, "\tOk");
  EXPECT_EQ(parse_smtp_reply_line("250Ok")->text, "Ok");
}

TEST(SmtpReplyLine, OtherLinesAreNone) {
  for (const auto line : {"", "25", "2500 x", "+OK", "* OK", "Hello", "25x ok"}) {
    EXPECT_FALSE(parse_smtp_reply_line(line)) << line;
  }
}

TEST(EnhancedCode, StandsFirstAndAgreesWithTheReply) {
  EXPECT_EQ(parse_enhanced_code("5.7.60 x", 550)->detail, 60);
  EXPECT_EQ(parse_enhanced_code("4.2.1", 450)->subject, 2);
  EXPECT_EQ(parse_enhanced_code("2.999.999 x", 250)->detail, 999);
  for (const auto text : {"5.7.60", "2.1", "2.1.1.1", "2.1.0x", "3.0.0 x", "2.1000.0 x", " 2.1.0"}) {
    EXPECT_FALSE(parse_enhanced_code(text, 250)) << text;
  }
  EXPECT_FALSE(parse_enhanced_code("3.5.0 x", 354)) << "RFC 2034 4 knows no class 3";
}

TEST(EhloKeyword, ArgumentsAndOldAuth) {
  const auto size = parse_ehlo_keyword("SIZE 10485760 ");
  ASSERT_TRUE(size);
  EXPECT_EQ(size->extension, SmtpExtension::size);
  EXPECT_EQ(size->arguments, "10485760");
  const auto old = parse_ehlo_keyword("AUTH=LOGIN PLAIN");
  EXPECT_EQ(old->keyword, "AUTH");
  EXPECT_EQ(old->arguments, "LOGIN PLAIN");
  EXPECT_FALSE(old->well_formed);
  EXPECT_EQ(parse_ehlo_keyword("pipelining")->extension, SmtpExtension::pipelining);
  EXPECT_EQ(parse_ehlo_keyword("XXXXXXXA")->extension, SmtpExtension::unknown);
  EXPECT_FALSE(parse_ehlo_keyword(""));
  EXPECT_FALSE(parse_ehlo_keyword("*****"));
}

TEST(EhloKeyword, FirstLineOfTheReplyIsTheHostName) {
  const std::string_view lines[] = {"mx.example Hello", "STARTTLS", "LIMITS RCPTMAX=20 MAILMAX=5"};
  const auto keywords = parse_ehlo_keywords(lines);
  ASSERT_EQ(keywords.size(), 2U);
  EXPECT_EQ(keywords[0].extension, SmtpExtension::starttls);
  EXPECT_EQ(keywords[1].extension, SmtpExtension::limits);
}

}  // namespace
