#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/message/message.hpp>
#include <mailparse/message/observables.hpp>

#include "message/word_scanner.hpp"

namespace mailparse {
namespace {

class Log final : public ObservableSink {
 public:
  void on_observable(Observable observable) override {
    const char* const kinds[] = {"url", "address", "ip"};
    std::string line = std::string(kinds[static_cast<int>(observable.kind)]) + " " + observable.value;
    if (observable.offset) line += "@" + std::to_string(*observable.offset);
    if (!observable.text.empty()) line += " [" + observable.text + "]";
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

using Lines = std::vector<std::string>;

Lines find(TextKind kind, std::string_view text) {
  Log whole;
  ObservableScanner scanner(kind, whole);
  scanner.feed(text);
  scanner.finish();
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Log split;
    ObservableScanner pieces(kind, split);
    pieces.feed(text.substr(0, cut));
    pieces.feed(text.substr(cut));
    pieces.finish();
    EXPECT_EQ(split.lines, whole.lines) << "cut at " << cut;
  }
  return whole.lines;
}
Lines plain(std::string_view text) {
  return find(TextKind::plain, text);
}
Lines html(std::string_view text) {
  return find(TextKind::html, text);
}

TEST(Observables, UrlsInProse) {
  EXPECT_EQ(plain("see http://example.com/a?b=c&d, ok"), Lines{"url http://example.com/a?b=c&d@4"});
  EXPECT_EQ(plain("(https://example.com/a_(b))."), Lines{"url https://example.com/a_(b)@1"});
  EXPECT_EQ(plain("<HTTP://Example.COM>"), Lines{"url HTTP://Example.COM@1"});
  EXPECT_EQ(plain("www.example.com."), Lines{"url www.example.com@0"});
  EXPECT_EQ(plain("hxxp://evil.example/x"), Lines{"url hxxp://evil.example/x@0"});
  EXPECT_EQ(plain("xhttp:// http:// ://x a.b.c 12:30 e.g."), Lines{});
  EXPECT_EQ(plain("url:http://a.example"), Lines{"url http://a.example@4"});
  EXPECT_EQ(plain("http://\xD0\xBF\xD1\x80.\xD1\x80\xD1\x84/ \xC2\xABhttp://b.example\xC2\xBB"),
            (Lines{"url http://\xD0\xBF\xD1\x80.\xD1\x80\xD1\x84/@0", "url http://b.example@20"}));
}

TEST(Observables, AddressesInProse) {
  EXPECT_EQ(plain("mail joe.doe+x@mail.example.com, or <a@b.org>"),
            (Lines{"address joe.doe+x@mail.example.com@5", "address a@b.org@37"}));
  EXPECT_EQ(plain("bounce-7-user=example.com@lists.example"),
            Lines{"address bounce-7-user=example.com@lists.example@0"});
  EXPECT_EQ(plain("?to=a@b.example&x=1"), Lines{"address a@b.example@4"});
  EXPECT_EQ(plain("a@b @b.example a@ a.@b.example a@b..example a@b.1"), Lines{});
}

TEST(Observables, IpAddresses) {
  EXPECT_EQ(plain("from [192.0.2.1] and 198.51.100.7."), (Lines{"ip 192.0.2.1@6", "ip 198.51.100.7@21"}));
  EXPECT_EQ(plain("version 1.2.3.4.5 256.1.1.1 1.2.3"), Lines{});
  EXPECT_EQ(plain("http://192.0.2.1:8080/x"), (Lines{"url http://192.0.2.1:8080/x@0", "ip 192.0.2.1@0"}));
  EXPECT_EQ(plain("http://[2001:db8::1]/"), (Lines{"url http://[2001:db8::1]/@0", "ip 2001:db8::1@0"}));
}

TEST(Observables, LinksOfHtmlTellWhatTheyShow) {
  EXPECT_EQ(html("<a href=\"http://evil.example/&amp;x\">www.<b>bank</b>.example</a>"),
            (Lines{"url www.bank.example@37", "url http://evil.example/&x@9 [www.bank.example]"}));
  EXPECT_EQ(html("<a href='http://a.example'><img src=http://b.example/i.png></a>"),
            (Lines{"url http://b.example/i.png@36", "url http://a.example@9"}));
}

TEST(Observables, ReferencesHideNothing) {
  EXPECT_EQ(html("<a href=\"&#104;ttp&colon;//a.example\">x</a>"), Lines{"url http://a.example@9 [x]"});
  EXPECT_EQ(html("&#104;ttp&#58;//a&period;example/"), Lines{"url http://a.example/@0"});
  EXPECT_EQ(html("<a href=\"ht\ntp:\\\\a.example\\x\">"), Lines{"url http://a.example/x@9"});
  EXPECT_EQ(html("<a href=\"https:a.example\">"), Lines{"url https://a.example@9"});
}

TEST(Observables, BaseGivesRelativeLinksTheirHost) {
  EXPECT_EQ(html("<base href=http://evil.example/a/b><a href=login>x</a><a href=/p>y</a><a href='../q?r'>z</a>"),
            (Lines{"url http://evil.example/a/login@43 [x]", "url http://evil.example/p@62 [y]",
                   "url http://evil.example/q?r@79 [z]"}));
  EXPECT_EQ(html("<a href=login>x</a><a href=#f>y</a><img src=cid:1>"), Lines{});
}

TEST(Observables, CodeAndCommentsAreReadToo) {
  EXPECT_EQ(html("<style>a{b:url('http://a.example/x');}</style>"), Lines{"url http://a.example/x@16"});
  EXPECT_EQ(html("<!--[if mso]><a href=\"http://b.example\"><![endif]-->"), Lines{"url http://b.example@22"});
  EXPECT_EQ(html("<p style=\"background:url(http://c.example/i)\">"), Lines{"url http://c.example/i@25"});
  EXPECT_EQ(html("<meta content='0;url=http://d.example/'>"), Lines{"url http://d.example/@21"});
  EXPECT_EQ(html("<a href=mailto:joe@example.com?subject=x>m</a>"), Lines{"address joe@example.com@8"});
}

TEST(Observables, InlineTagsDoNotEndAWord) {
  EXPECT_EQ(html("http://a.<b>exam</b>ple/<td>b"), Lines{"url http://a.example/@0"});
}

TEST(Observables, LongWordsAreBounded) {
  const std::string text = "http://a.example/" + std::string(100'000, 'x') + " http://b.example";
  Log whole;
  ObservableScanner scanner(TextKind::plain, whole);
  scanner.feed(text);
  scanner.finish();
  ASSERT_EQ(whole.lines.size(), 2u);
  EXPECT_LE(whole.lines[0].size(), observable_octets + 20);
  Log split;
  ObservableScanner pieces(TextKind::plain, split);
  for (std::size_t at = 0; at < text.size(); at += 977) pieces.feed(std::string_view(text).substr(at, 977));
  pieces.finish();
  EXPECT_EQ(split.lines, whole.lines);
}

/// The plain scanner: every word is cut out and looked at.
Lines plainly(std::string_view text) {
  Lines found;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && end - at < observable_octets && !ends_word(WordEnds::prose, text[end])) ++end;
    for (const WordMatch& match : find_in_word(text.substr(at, end - at))) {
      found.push_back(std::string(text.substr(at + match.begin, match.length)) + "@" +
                      std::to_string(at + match.begin));
    }
    at = end == at ? at + 1 : end;
  }
  return found;
}

TEST(Observables, FastScannerEqualsThePlainOne) {
  struct Words final : WordSink {
    void on_match(Observable::Kind, std::string_view text, std::uint64_t offset) override {
      found.push_back(std::string(text) + "@" + std::to_string(offset));
    }
    Lines found;
  };
  std::mt19937 random(3);
  const std::vector<std::string> pieces{"http://", "www.",     "a.example", "@", ".",       ":",
                                        "//",      " ",        "1.2.3.4",   "x", "\n",      "(",
                                        ")",       "\xC2\xA0", "ftp://",    "/", "b@c.org", std::string(3000, 'y')};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t i = random() % 30; i > 0; --i) text += pieces[random() % pieces.size()];
    Words fast;
    WordScanner scanner(WordEnds::prose, fast);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 5000, text.size() - at);
      scanner.feed(std::string_view(text).substr(at, size), at);
      at += size;
    }
    scanner.end_word();
    ASSERT_EQ(fast.found, plainly(text)) << text;
  }
}

TEST(Url, HostIsWhatIsConnectedTo) {
  EXPECT_EQ(host_of("http://bank.example@Evil.Example:8080/x"), "evil.example");
  EXPECT_EQ(host_of("joe@Example.COM"), "example.com");
  EXPECT_EQ(host_of("http://[2001:db8::1]:80/"), "2001:db8::1");
  EXPECT_EQ(host_of("http://a.example./"), "a.example");
  EXPECT_EQ(host_of("www.example.com/x"), "www.example.com");
  EXPECT_EQ(host_of("javascript:alert(1)"), "");
  EXPECT_EQ(host_name_of("http://192.0.2.1/"), "");
}

TEST(Url, ReferencesAreResolvedAsBrowsersDo) {
  EXPECT_EQ(resolve_url("//a.example/x", ""), "http://a.example/x");
  EXPECT_EQ(resolve_url("//a.example", "https://b.example/"), "https://a.example");
  EXPECT_EQ(resolve_url("?q", "http://a.example/p/r?s"), "http://a.example/p/r?q");
  EXPECT_EQ(resolve_url("../../../x/./y", "http://a.example/p/q/r"), "http://a.example/x/y");
  EXPECT_EQ(resolve_url("javascript:alert(1)", ""), "javascript:alert(1)");
  EXPECT_EQ(resolve_url("data:text/html,x", ""), "");
  EXPECT_EQ(resolve_url("http:///a.example", ""), "http://a.example");
  EXPECT_EQ(resolve_url("http://", ""), "");
}

TEST(Url, DefangedTextLinksToNothing) {
  EXPECT_EQ(defang("https://a.example/b.c?d=e@f"), "hxxps://a[.]example/b.c?d=e[@]f");
  EXPECT_EQ(defang("joe@example.com"), "joe[@]example[.]com");
  EXPECT_EQ(defang("192.0.2.1"), "192[.]0[.]2[.]1");
  EXPECT_EQ(defang_text("go to www.example.com, or write a@b.org."),
            "go to www[.]example[.]com, or write a[@]b[.]org.");
}

TEST(Url, MessagesTellWhereTheyPoint) {
  const Message message = read_message(
      "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nhttp://a.example/ and "
      "again "
      "http://a.example/\r\n--b\r\nContent-Type: text/html; charset=koi8-r\r\nContent-Transfer-Encoding: base64\r\n\r\n"
      "PGEgaHJlZj0iaHR0cDovL2EuZXhhbXBsZS8iPtQ8L2E+\r\n--b--\r\n");
  ASSERT_EQ(message.observables.size(), 2u);
  EXPECT_EQ(message.observables[0].value, "http://a.example/");
  EXPECT_EQ(message.observables[0].part, "1");
  EXPECT_EQ(message.observables[0].offset, 0u);
  EXPECT_EQ(message.observables[1].part, "2");
  EXPECT_EQ(message.observables[1].offset, 9u);
  EXPECT_EQ(message.observables[1].text, "\xD1\x82");
}

TEST(Url, ObservablesOfAMessageAreBounded) {
  MessageOptions options;
  options.observables = 2;
  const Message message =
      read_message("From: a\r\n\r\nhttp://a.example http://b.example http://c.example\r\n", options);
  EXPECT_EQ(message.observables.size(), 2u);
  EXPECT_EQ(message.observables_left_out, 1u);
}

}  // namespace
}  // namespace mailparse
