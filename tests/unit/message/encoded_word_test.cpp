#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <tao/pegtl/contrib/analyze.hpp>

#include <mailparse/message/encoded_word.hpp>

#include "rfc2047.hpp"

namespace mailparse {
namespace {

struct Decoded {
  std::string text;
  std::vector<Diagnostic> diagnostics;
  [[nodiscard]] std::uint64_t count(Code code) const {
    for (const Diagnostic& d : diagnostics) {
      if (d.code == code) return d.count;
    }
    return 0;
  }
};

Decoded decode(std::string_view text, TextPlace place = TextPlace::unstructured) {
  DiagnosticList list;
  Arena arena;
  Decoded decoded;
  decoded.text = decode_header_text({text, 100}, place, arena, list);
  decoded.diagnostics = list.take();
  return decoded;
}

TEST(EncodedWord, GrammarIsSound) {
  EXPECT_EQ(tao::pegtl::analyze<rfc2047::encoded_word>(), 0U);
}

TEST(EncodedWord, PlainTextIsTheViewItself) {
  DiagnosticList list;
  Arena arena;
  const std::string_view text = "Hello there";
  EXPECT_EQ(decode_header_text({text, 0}, TextPlace::unstructured, arena, list).data(), text.data());
}

TEST(EncodedWord, PlainTextIsUnfoldedAsTextBetweenWordsIs) {
  for (const std::string_view text : {"one\r\n two\n\tthree", "\r\n", "a\rb", "x\r\r\n y\n", "\n\n z"}) {
    std::string unfolded;
    for (const char c : text) unfolded += c == '\r' || c == '\n' ? "" : std::string(1, c);
    EXPECT_EQ(decode(text).text, unfolded);
    const std::string between = "=?us-ascii?Q?a?=|" + std::string(text) + "|=?us-ascii?Q?b?=";
    EXPECT_EQ(decode(between).text, "a|" + unfolded + "|b");
  }
}

TEST(EncodedWord, ExamplesOfTheRfc) {
  // RFC 2047 8, in its table of what is shown for what is sent.
  EXPECT_EQ(decode("=?ISO-8859-1?Q?a?=").text, "a");
  EXPECT_EQ(decode("=?ISO-8859-1?Q?a?= b").text, "a b");
  EXPECT_EQ(decode("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=").text, "ab");
  EXPECT_EQ(decode("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=").text, "ab");
  EXPECT_EQ(decode("=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=").text, "ab");
  EXPECT_EQ(decode("=?ISO-8859-1?Q?a_b?=").text, "a b");
  EXPECT_EQ(decode("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=").text, "a b");
  EXPECT_EQ(decode("=?US-ASCII*EN?Q?Keith_Moore?=").text, "Keith Moore");
}

TEST(EncodedWord, RussianInItsCharsets) {
  EXPECT_EQ(decode("=?koi8-r?B?8NLJ18XU?=").text, "Привет");
  EXPECT_EQ(decode("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=").text, "Привет");
  EXPECT_EQ(decode("=?utf-8?B?0J/RgNC40LLQtdGC?=").text, "Привет");
}

TEST(EncodedWord, CharacterTornBetweenWords) {
  const Decoded d = decode("=?utf-8?B?0A==?= =?utf-8?B?n9GA?=");
  EXPECT_EQ(d.text, "Пр");
  EXPECT_EQ(d.count(Code::ew_split_character), 1U);
  EXPECT_EQ(d.count(Code::ew_invalid_bytes), 0U);
  EXPECT_EQ(d.diagnostics.front().offset, 100U);
}

TEST(EncodedWord, InvalidOctets) {
  const Decoded d = decode("x =?utf-8?Q?a=FFb?=");
  EXPECT_EQ(d.text,
            "x a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(d.count(Code::ew_invalid_bytes), 1U);
  EXPECT_EQ(d.diagnostics.front().offset, 102U);
}

TEST(EncodedWord, BrokenOnesStayAsTheyStand) {
  for (const char* text : {"=?utf-8?X?abc?=", "=?utf-8?Q?abc", "=?utf-8?Q", "=?", "a =? b"}) {
    const Decoded d = decode(text);
    EXPECT_EQ(d.text, text);
    EXPECT_EQ(d.count(Code::ew_syntax), 1U) << text;
  }
}

TEST(EncodedWord, ForgottenEncodingOfBlanksIsRead) {
  EXPECT_EQ(decode("=?utf-8?Q?a b c?= d").text, "a b c d");
  EXPECT_EQ(decode("=?utf-8?Q?a?=b").text, "ab");
}

TEST(EncodedWord, ControlsAreCounted) {
  EXPECT_EQ(decode("=?utf-8?Q?a=0D=0AX-Evil:_1?=").count(Code::ew_control_char), 2U);
  EXPECT_EQ(decode("=?utf-8?Q?a=1B[2J?=").count(Code::ew_control_char), 1U);
  EXPECT_EQ(decode("=?utf-8?Q?a=0D=0A?=").count(Code::ew_control_char), 0U);
}

TEST(EncodedWord, UnknownCharsetIsReportedAndReadAsWell) {
  const Decoded d = decode("=?x-nobody-knows?Q?abc?=");
  EXPECT_EQ(d.text, "abc");
  EXPECT_EQ(d.count(Code::mime_charset_unknown), 1U);
  EXPECT_EQ(decode("=?unknown-8bit?Q?abc?=").count(Code::mime_charset_unknown), 0U);
}

TEST(EncodedWord, TooLongWordsAreDecoded) {
  const Decoded d = decode("=?utf-8?Q?" + std::string(100, 'a') + "?=");
  EXPECT_EQ(d.text, std::string(100, 'a'));
  EXPECT_EQ(d.count(Code::ew_too_long), 1U);
}

TEST(EncodedWord, RawOctetsAreDetected) {
  EXPECT_EQ(decode("\xD0\x9F\xD1\x80").text, "Пр");
  const std::string koi8 = "\xF7\xD3\xC5\xCD \xD0\xD2\xC9\xD7\xC5\xD4, \xCB\xC1\xCB \xC4\xC5\xCC\xC1";
  EXPECT_EQ(decode(koi8).text, "Всем привет, как дела");
}

TEST(EncodedWord, FieldsFullOfBeginningsAreReadInLinearTime) {
  std::string text;
  while (text.size() < 500'000) text += "=?a?q?=?utf-8?b";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_GT(decode(text).count(Code::ew_syntax), 0U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

}  // namespace
}  // namespace mailparse
