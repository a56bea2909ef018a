#include <gtest/gtest.h>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {
namespace {

TEST(Codes, EachNameFindsItsRow) {
  for (std::size_t i = 0; i < code_count(); ++i) {
    const auto code = static_cast<Code>(i);
    EXPECT_EQ(find_code(info(code).name), code) << info(code).name;
  }
}

TEST(Codes, UnknownNameFindsNothing) {
  EXPECT_FALSE(find_code(""));
  EXPECT_FALSE(find_code("smtp"));
  EXPECT_FALSE(find_code("smtp.eod.nonstandard.x"));
}

TEST(Codes, IdentifierIsTheNameWithUnderscores) {
  EXPECT_EQ(info(Code::smtp_eod_nonstandard).name, "smtp.eod.nonstandard");
  EXPECT_EQ(info(Code::smtp_eod_nonstandard).severity, Severity::error);
}

TEST(Codes, DiagnosticTakesTheTablesSeverity) {
  const Diagnostic diagnostic = make_diagnostic(Code::tcp_midstream, 7, 2);
  EXPECT_EQ(diagnostic.severity, Severity::info);
  EXPECT_EQ(diagnostic.offset, 7u);
  EXPECT_EQ(diagnostic.length, 2u);
}

}  // namespace
}  // namespace mailparse
