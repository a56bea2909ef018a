#include <string>

#include <gtest/gtest.h>

#include <mailparse/message/sniff.hpp>

namespace mailparse {
namespace {

using namespace std::string_view_literals;

TEST(Sniff, FormatsAreKnownByTheirMarks) {
  EXPECT_EQ(sniff_type("%PDF-1.7\n"), "application/pdf");
  EXPECT_EQ(sniff_type("\x89PNG\r\n\x1A\n\0\0"sv), "image/png");
  EXPECT_EQ(sniff_type("MZ\x90\0\3\0\0\0"sv), "application/vnd.microsoft.portable-executable");
  EXPECT_EQ(sniff_type("PK\3\4\x14\0"sv), "application/zip");
  EXPECT_EQ(sniff_type("\x78\x9F\x3E\x22\1\0"sv), "application/ms-tnef");
}

TEST(Sniff, TextIsTextWhateverItsFirstLetters) {
  EXPECT_EQ(sniff_type("MZ is what this sentence begins with."), "text/plain");
  EXPECT_EQ(sniff_type("  <!DOCTYPE html><html>"), "text/html");
  EXPECT_EQ(sniff_type("\xEF\xBB\xBF<html>"), "text/html");
  EXPECT_EQ(sniff_type("Привет"), "text/plain");
}

TEST(Sniff, UnknownOctetsAreBinaryAndNothingIsNothing) {
  EXPECT_EQ(sniff_type("\1\2\3\4"), "application/octet-stream");
  EXPECT_EQ(sniff_type(""), "");
}

}  // namespace
}  // namespace mailparse
