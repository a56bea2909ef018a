#include <gtest/gtest.h>

#include <mailparse/message/html_tokenizer.hpp>

namespace mailparse {
namespace {

/// Every call in words; pieces of one kind of text joined, because text may be cut anywhere.
class Log final : public HtmlSink {
 public:
  void on_text(HtmlText kind, std::string_view text, std::uint64_t) override {
    const char mark = kind == HtmlText::content ? 'T' : kind == HtmlText::code ? 'C' : '!';
    if (mark != last_) log += std::string("\n") + mark + ":";
    last_ = mark;
    log += text;
  }
  void on_tag(const HtmlTag& tag) override {
    last_ = 0;
    log += tag.closing ? "\n</" : "\n<";
    log += tag.name;
    for (const HtmlAttribute& attribute : tag.attributes)
      log += " " + attribute.name + "=" + attribute.value + "@" + std::to_string(attribute.offset);
    log += tag.self_closing ? " />" : ">";
  }
  std::string log;

 private:
  char last_ = 0;
};

std::string tokens(std::string_view html) {
  Log whole;
  HtmlTokenizer tokenizer(whole);
  tokenizer.feed(html);
  tokenizer.finish();
  for (std::size_t cut = 0; cut <= html.size(); ++cut) {
    Log split;
    HtmlTokenizer pieces(split);
    pieces.feed(html.substr(0, cut));
    pieces.feed(html.substr(cut));
    pieces.finish();
    EXPECT_EQ(split.log, whole.log) << "cut at " << cut;
  }
  Log octets;
  HtmlTokenizer one(octets);
  for (const char& c : html) one.feed({&c, 1});
  one.finish();
  EXPECT_EQ(octets.log, whole.log);
  return whole.log;
}

TEST(HtmlTokenizer, TagsAndTextAreToldApart) {
  EXPECT_EQ(tokens("a<B>b</B><br/>c"), "\nT:a\n<b>\nT:b\n</b>\n<br />\nT:c");
  EXPECT_EQ(tokens("1 < 2 <3> </>x"), "\nT:1 < 2 <3> x");
}

TEST(HtmlTokenizer, AttributesOfEveryForm) {
  EXPECT_EQ(tokens("<a HREF=\"x>y\" b='z' c = d e>"), "\n<a href=x>y@9 b=z@17 c=d@24 e=@26>");
  EXPECT_EQ(tokens("<a href=x/y/>"), "\n<a href=x/y/@8>");
  EXPECT_EQ(tokens("<a/href=x>"), "\n<a href=x@8>");
  EXPECT_EQ(tokens("<a =b>"), "\n<a =b=@3>");
}

TEST(HtmlTokenizer, FirstOfEqualAttributesCounts) {
  struct First final : HtmlSink {
    void on_text(HtmlText, std::string_view, std::uint64_t) override {}
    void on_tag(const HtmlTag& tag) override { value = tag.attribute("href")->value; }
    std::string value;
  } first;
  HtmlTokenizer tokenizer(first);
  tokenizer.feed("<a href=1 href=2>");
  EXPECT_EQ(first.value, "1");
}

TEST(HtmlTokenizer, ReferencesAreResolved) {
  EXPECT_EQ(tokens("&lt;&#104;&#x74;&amp&copy;&nosuch;&"), "\nT:<ht&\xC2\xA9&nosuch;&");
  EXPECT_EQ(tokens("&#0;&#xD800;&#1114112;&#128;"), "\nT:\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xE2\x82\xAC");
  EXPECT_EQ(tokens("<a href='?a=1&amp;b=2&copy=3&lt'>"), "\n<a href=?a=1&b=2&copy=3<@9>");
  EXPECT_EQ(tokens("h&Tab;t&colon;&sol;&period;"), "\nT:h\tt:/.");
}

TEST(HtmlTokenizer, CommentsAndDeclarations) {
  EXPECT_EQ(tokens("<!DOCTYPE html>x"), "\n!:DOCTYPE html\nT:x");
  EXPECT_EQ(tokens("<!--a>b--c-->d"), "\n!:a>b--c--\nT:d");
  EXPECT_EQ(tokens("<!-->a<!--->b"), "\nT:a\n!:-\nT:b");
  EXPECT_EQ(tokens("<!--x--!>y"), "\n!:x--!\nT:y");
  EXPECT_EQ(tokens("<?xml a?>b"), "\n!:?xml a?\nT:b");
}

TEST(HtmlTokenizer, ScriptHoldsNoTags) {
  EXPECT_EQ(tokens("<script>a<b></scrip></SCRIPT >c"), "\n<script>\nC:a<b></scrip>\n</script>\nT:c");
  EXPECT_EQ(tokens("<title>a&amp;<b></title>"), "\n<title>\nT:a&<b>\n</title>");
  EXPECT_EQ(tokens("<style>x"), "\n<style>\nC:x");
}

TEST(HtmlTokenizer, TagThatTheInputEndsInIsTold) {
  EXPECT_EQ(tokens("<a href=\"http://x"), "\n<a href=http://x@9>");
  EXPECT_EQ(tokens("<a hr"), "\n<a hr=@3>");
  EXPECT_EQ(tokens("x<"), "\nT:x<");
}

TEST(HtmlTokenizer, LongTagsAreBounded) {
  struct Size final : HtmlSink {
    void on_text(HtmlText, std::string_view, std::uint64_t) override {}
    void on_tag(const HtmlTag& tag) override {
      attributes = tag.attributes.size();
      for (const HtmlAttribute& attribute : tag.attributes) octets += attribute.name.size() + attribute.value.size();
    }
    std::size_t attributes = 0;
    std::size_t octets = 0;
  };
  Size value;
  HtmlTokenizer one(value);
  one.feed("<a href=\"");
  for (int i = 0; i < 100; ++i) one.feed(std::string(4096, 'x'));
  one.feed("\">");
  EXPECT_EQ(value.attributes, 1u);
  EXPECT_LE(value.octets, HtmlTokenizer::tag_octets);
  Size many;
  HtmlTokenizer two(many);
  two.feed("<a");
  for (int i = 0; i < 1000; ++i) two.feed(" b=c");
  two.feed(">");
  EXPECT_EQ(many.attributes, HtmlTokenizer::tag_attributes);
}

}  // namespace
}  // namespace mailparse
