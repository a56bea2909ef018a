#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

#include <mailparse/json/json_writer.hpp>

namespace mailparse {
namespace {

std::string as_json(std::string_view octets) {
  std::string out;
  append_json_string(out, octets);
  return out;
}

std::string in_array(std::string_view octets) {
  std::string out("[");
  append_json_string(out, octets);
  out.push_back(']');
  return out;
}

TEST(JsonWriter, NestsObjectsAndArrays) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.string("record", "session");
  writer.begin_array("exchanges");
  writer.begin_object();
  writer.uint("n", 1);
  writer.number("latency_s", 0.25);
  writer.end_object();
  writer.string("x");
  writer.end_array();
  writer.boolean("complete", true);
  writer.integer("below", -7);
  writer.begin_object("empty");
  writer.end_object();
  writer.end_object();
  writer.end_line();
  EXPECT_EQ(out,
            R"({"record":"session","exchanges":[{"n":1,"latency_s":0.25},"x"],"complete":true,"below":-7,"empty":{}})"
            "\n");
}

TEST(JsonWriter, WritesNamesThatAreKnownLikeThoseOfTheInput) {
  static constexpr JsonName shortest{""};
  static constexpr JsonName longest{"abcdefghijklmnopqrstuvwxyz~"};
  EXPECT_EQ(std::string_view(longest), "abcdefghijklmnopqrstuvwxyz~");
  std::string known;
  std::string given;
  JsonWriter known_names(known);
  JsonWriter given_names(given);
  const auto write = [](JsonWriter& writer, const auto& first, const auto& second) {
    writer.begin_object();
    writer.uint(first, 1);
    writer.string(second, "x");
    writer.begin_object(first);
    writer.boolean(second, true);
    writer.end_object();
    writer.end_object();
  };
  write(known_names, shortest, longest);
  write(given_names, std::string_view(shortest), std::string_view(longest));
  EXPECT_EQ(known, given);
  EXPECT_EQ(known.find('\0'), std::string::npos);
}

TEST(JsonWriter, WritesTimesAsRfc3339) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_array();
  writer.time(Timestamp(std::chrono::nanoseconds(1)));
  writer.time(Timestamp(std::chrono::nanoseconds(2)));
  writer.end_array();
  EXPECT_EQ(out, R"(["1970-01-01T00:00:00.000000001Z","1970-01-01T00:00:00.000000002Z"])");
}

TEST(JsonWriter, WritesOneObjectALineWhoeverTakesTheBuffer) {
  std::string out;
  JsonWriter writer(out);
  std::string all;
  for (std::uint64_t n = 0; n < 3; ++n) {
    writer.begin_object();
    writer.uint("n", n);
    writer.end_object();
    writer.end_line();
    all += out;
    out.clear();
  }
  EXPECT_EQ(all, "{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n");
}

TEST(JsonWriter, PutsOctetsThatAreNotUtf8InBase64) {
  EXPECT_EQ(as_json("caf\xE9"), R"({"bytes":"Y2Fm6Q=="})");
  EXPECT_EQ(as_json("\xFF"), R"({"bytes":"/w=="})");
  EXPECT_EQ(as_json("ab\xFF"), R"({"bytes":"YWL/"})");
  EXPECT_EQ(as_json("\xC0\xAF"), R"({"bytes":"wK8="})") << "overlong";
  EXPECT_EQ(as_json("\xE0\x80\xAF"), R"({"bytes":"4ICv"})") << "overlong";
  EXPECT_EQ(as_json("\xED\xA0\x80"), R"({"bytes":"7aCA"})") << "surrogate";
  EXPECT_EQ(as_json("\xF4\x90\x80\x80"), R"({"bytes":"9JCAgA=="})") << "beyond U+10FFFF";
  EXPECT_EQ(as_json("\xE2\x82"), R"({"bytes":"4oI="})") << "cut";
}

TEST(JsonWriter, ReplacesInvalidOctetsInNames) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.boolean("X-\xFF\n", true);
  writer.end_object();
  EXPECT_EQ(out, "{\"X-\xEF\xBF\xBD\\n\":true}");
}

TEST(JsonWriter, EscapesWhatDeceivesAReader) {
  EXPECT_EQ(as_json("a\"b\\c\n\r\t\b\f"), R"("a\"b\\c\n\r\t\b\f")");
  EXPECT_EQ(as_json(std::string_view("\0\x1B[31m\x7F", 7)), R"("\u0000\u001b[31m\u007f")");
  EXPECT_EQ(as_json("\xC2\x9B"
                    "1m\xC2\x85"),
            R"("\u009b1m\u0085")")
      << "C1 controls";
  EXPECT_EQ(as_json("\xE2\x80\xA8\xE2\x80\xA9"), R"("\u2028\u2029")");
  EXPECT_EQ(as_json("\xE2\x80\xAE"
                    "fdp.exe\xE2\x81\xA6"),
            R"("\u202efdp.exe\u2066")");
  EXPECT_EQ(as_json("\xD8\x9C\xE2\x80\x8E\xE2\x80\x8F\xEF\xBB\xBF"), R"("\u061c\u200e\u200f\ufeff")");
}

TEST(JsonWriter, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(as_json(""), R"("")");
  EXPECT_EQ(as_json("Привет, мир – 日本 \xF0\x9F\x93\xA7/"), "\"Привет, мир – 日本 \xF0\x9F\x93\xA7/\"");
}

TEST(JsonWriter, NumbersReadBackExactly) {
  for (const double value : {0.0, 1e-9, 0.000123456789, 12.5, 1.7e308, -3.0}) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_array();
    writer.number(value);
    writer.uint(std::numeric_limits<std::uint64_t>::max());
    writer.end_array();
    simdjson::dom::parser parser;
    const simdjson::dom::array read = parser.parse(out).get_array();
    EXPECT_EQ(read.at(0).get_double().value(), value);
    EXPECT_EQ(read.at(1).get_uint64().value(), std::numeric_limits<std::uint64_t>::max());
  }
}

TEST(JsonWriter, HasNoInfinities) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_array();
  writer.number(std::numeric_limits<double>::infinity());
  writer.number(std::nan(""));
  writer.end_array();
  EXPECT_EQ(out, "[0.0,0.0]");
}

TEST(JsonWriter, EveryScalarValueReadsBack) {
  std::string text;
  for (std::uint32_t value = 1; value <= 0x10FFFF; value += value < 0x3000 ? 1 : 97) {
    if (value >= 0xD800 && value <= 0xDFFF) continue;
    if (value < 0x80) {
      text.push_back(static_cast<char>(value));
    } else if (value < 0x800) {
      text.push_back(static_cast<char>(0xC0 | value >> 6));
      text.push_back(static_cast<char>(0x80 | (value & 63)));
    } else if (value < 0x10000) {
      text.push_back(static_cast<char>(0xE0 | value >> 12));
      text.push_back(static_cast<char>(0x80 | (value >> 6 & 63)));
      text.push_back(static_cast<char>(0x80 | (value & 63)));
    } else {
      text.push_back(static_cast<char>(0xF0 | value >> 18));
      text.push_back(static_cast<char>(0x80 | (value >> 12 & 63)));
      text.push_back(static_cast<char>(0x80 | (value >> 6 & 63)));
      text.push_back(static_cast<char>(0x80 | (value & 63)));
    }
  }
  const std::string json = in_array(text);
  simdjson::dom::parser parser;
  EXPECT_EQ(std::string_view(parser.parse(json).get_array().at(0).get_string()), text);
}

TEST(JsonWriter, EveryPairOfOctetsIsAStringOrBytes) {
  simdjson::dom::parser parser;
  for (unsigned pair = 0; pair < 0x10000; ++pair) {
    const std::string text{static_cast<char>(pair >> 8), static_cast<char>(pair & 255)};
    const std::string json = in_array(text);
    const simdjson::dom::element value = parser.parse(json).get_array().at(0);
    ASSERT_EQ(value.is_string(), simdjson::validate_utf8(text)) << pair;
    if (value.is_string()) {
      ASSERT_EQ(std::string_view(value.get_string()), text);
    }
    for (const char octet : json) ASSERT_TRUE(static_cast<unsigned char>(octet) >= 0x20 && octet != 0x7F) << pair;
  }
}

}  // namespace
}  // namespace mailparse
