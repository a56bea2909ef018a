#include <array>
#include <string>

#include <gtest/gtest.h>
#include <unicode/unistr.h>

#include <mailparse/message/charset.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

std::string encode(const std::string& utf8, const char* charset) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(utf8);
  std::string out(static_cast<std::size_t>(text.length()) * 4 + 16, '\0');
  const auto length = text.extract(0, text.length(), out.data(), static_cast<std::uint32_t>(out.size()), charset);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

constexpr std::array russian_charsets{"KOI8-R", "windows-1251", "ISO-8859-5", "IBM866"};
constexpr std::array russian_texts{
    "Привет, мир! Это обычное письмо на русском языке.",
    "Счёт на оплату",
    "Добрый день",
    "ОТЧЁТ ЗА НЕДЕЛЮ",
    "Re: Встреча в понедельник, 14:00",
    "Уважаемые коллеги, высылаю протокол совещания во вложении",
    "Тест",
};

TEST(Charset, NamesAreFoundInAnySpelling) {
  EXPECT_EQ(find_charset("utf8")->name, "UTF-8");
  EXPECT_EQ(find_charset(" \"UTF-8\" ")->name, "UTF-8");
  EXPECT_EQ(find_charset("koi8-r")->name, "KOI8-R");
  EXPECT_EQ(find_charset("Win-1251")->name, "windows-1251");
  EXPECT_EQ(find_charset("cp866")->name, "IBM866");
  EXPECT_EQ(find_charset("latin1")->name, "ISO-8859-1");
  EXPECT_EQ(find_charset("ISO-8859-8-I")->name, "ISO-8859-8");
  EXPECT_EQ(find_charset("ks_c_5601-1987")->name, "KS_C_5601-1987");
  EXPECT_EQ(find_charset("ansi_x3.4-1968")->name, "US-ASCII");
  EXPECT_EQ(find_charset("iso-2022-jp")->name, "ISO-2022-JP");
}

TEST(Charset, UnknownNamesAreUnknown) {
  EXPECT_FALSE(find_charset(""));
  EXPECT_FALSE(find_charset("?"));
  EXPECT_FALSE(find_charset("no-such-charset"));
  EXPECT_FALSE(find_charset("utf-8\x01x"));
  EXPECT_FALSE(find_charset(std::string(100'000, 'u')));
}

TEST(Charset, RegisteredCharsetWithoutConverterIsKnownButNotConvertible) {
  const auto found = find_charset("KOI7-switched");
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->convertible);
  EXPECT_FALSE(to_utf8("x", "KOI7-switched"));
}

TEST(Charset, ConvertsRussianFromEachCharset) {
  for (const char* charset : russian_charsets) {
    for (const char* text : russian_texts) {
      const auto converted = to_utf8(encode(text, charset), charset);
      ASSERT_TRUE(converted);
      EXPECT_EQ(converted->text, text) << charset;
      EXPECT_EQ(converted->invalid, 0u);
    }
  }
}

TEST(Charset, DetectsUndeclaredRussian) {
  for (const char* charset : russian_charsets) {
    for (const char* text : russian_texts) {
      const DecodedText decoded = decode_text(encode(text, charset), "");
      EXPECT_EQ(decoded.text, text) << charset;
      EXPECT_EQ(decoded.used, charset) << text;
      EXPECT_TRUE(decoded.detected);
      EXPECT_GT(decoded.confidence, 50) << charset << ' ' << text;
    }
  }
}

TEST(Charset, WesternTextIsNotTakenForRussian) {
  for (const char* text : {"Grüße aus München, schöne Straße", "Une lettre très élégante, déjà reçue à Orléans",
                           "El niño comió piñas en España", "Æblegrød på åen, smørrebrød"}) {
    const DecodedText decoded = decode_text(encode(text, "ISO-8859-1"), "");
    EXPECT_EQ(decoded.text, text) << decoded.used;
    EXPECT_EQ(decode_text(encode(text, "ISO-8859-1"), "iso-8859-1").used, "ISO-8859-1");
  }
}

TEST(Charset, LabelThatLiesGivesWay) {
  const std::string text = russian_texts[0];
  EXPECT_EQ(decode_text(encode(text, "windows-1251"), "iso-8859-1").text, text);
  EXPECT_EQ(decode_text(encode(text, "KOI8-R"), "windows-1251").text, text);
  EXPECT_EQ(decode_text(encode(text, "windows-1251"), "koi8-r").text, text);
  EXPECT_EQ(decode_text(encode(text, "windows-1251"), "utf-8").text, text);
  EXPECT_EQ(decode_text(text, "us-ascii").text, text);
  EXPECT_EQ(decode_text(text, "iso-8859-1").text, text);
}

TEST(Charset, ControlsUnderLatin1AreReadAsWindows1252) {
  const DecodedText decoded = decode_text("\x93quoted\x94 caf\xE9", "ISO-8859-1");
  EXPECT_EQ(decoded.text, "“quoted” café");
  EXPECT_EQ(decoded.used, "windows-1252");
  EXPECT_EQ(decode_text("caf\xE9", "ISO-8859-1").used, "ISO-8859-1");
}

TEST(Charset, InvalidUtf8IsCountedAndPlaced) {
  const auto converted = to_utf8("ab\xC0\xAF-\xED\xA0\x80-\xF5-\xE2\x82", "utf-8");
  ASSERT_TRUE(converted);
  EXPECT_EQ(converted->first_invalid, 2u);
  EXPECT_EQ(converted->invalid, 7u);
  EXPECT_TRUE(converted->cut_at_end);
  EXPECT_TRUE(is_utf8(converted->text));
}

TEST(Charset, InvalidMultioctetTextIsCountedAndPlaced) {
  const auto converted = to_utf8("abc\x82\xA0\x82", "shift_jis");
  ASSERT_TRUE(converted);
  EXPECT_EQ(converted->text, "abcあ\xEF\xBF\xBD");
  EXPECT_EQ(converted->invalid, 1u);
  EXPECT_EQ(converted->first_invalid, 5u);
  EXPECT_TRUE(converted->cut_at_end);
}

TEST(Charset, LongTextCrossesBuffersWhole) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "日本𠀋語";
  const auto converted = to_utf8(encode(text, "GB18030"), "gb2312");
  ASSERT_TRUE(converted);
  EXPECT_EQ(converted->text, text);
}

TEST(Charset, EscapesOfIso2022JpAreText) {
  EXPECT_EQ(decode_text("\x1B$B$\"\x1B(B", "iso-2022-jp").text, "あ");
  EXPECT_EQ(decode_text("\x1B$B$3$s$K$A$O\x1B(B", "").text, "こんにちは");
}

TEST(Charset, PlaceholdersNameNoCharset) {
  EXPECT_TRUE(is_placeholder_charset("unknown-8bit"));
  EXPECT_TRUE(is_placeholder_charset("X-UNKNOWN"));
  EXPECT_FALSE(is_placeholder_charset("utf-8"));
  EXPECT_TRUE(decode_text("\xC3\xA9\xC3\xA8", "unknown-8bit").label_known);
  EXPECT_FALSE(decode_text("x", "no-such-charset").label_known);
}

TEST(Charset, EveryOctetUnderEveryCharsetGivesValidUtf8) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const char* label : {"",          "us-ascii",   "utf-8",        "utf-7",       "utf-16",     "utf-16le",
                            "utf-32",    "iso-8859-1", "windows-1252", "koi8-r",      "gb18030",    "big5",
                            "shift_jis", "euc-jp",     "iso-2022-jp",  "iso-2022-kr", "hz-gb-2312", "tis-620",
                            "ibm037",    "nonsense"}) {
    EXPECT_TRUE(is_utf8(decode_text(all, label).text)) << label;
  }
}

}  // namespace
}  // namespace mailparse
