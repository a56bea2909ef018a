// A header read whole, in one go where it is plain, and octet by octet, which never is.
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <mailparse/message/header.hpp>

namespace mailparse {
namespace {

void expect_same_by_octets(std::string_view octets, const HeaderOptions& options = {}) {
  SCOPED_TRACE(octets);
  DiagnosticList whole_findings;
  DiagnosticList findings;
  const Header whole = read_header(octets, whole_findings, 9, options);
  HeaderReader reader(findings, 9, options);
  for (std::size_t at = 0; at < octets.size() && !reader.done(); ++at) (void)reader.push(octets.substr(at, 1));
  reader.finish();
  const Header& header = reader.header();
  ASSERT_EQ(whole.fields().size(), header.fields().size());
  for (std::size_t i = 0; i < whole.fields().size(); ++i) ASSERT_EQ(whole.fields()[i], header.fields()[i]);
  ASSERT_EQ(whole.gaps().size(), header.gaps().size());
  ASSERT_EQ(whole.line_ends(), header.line_ends());
  ASSERT_EQ(whole.offset(), header.offset());
  ASSERT_EQ(whole.length(), header.length());
  ASSERT_EQ(whole.separator_length(), header.separator_length());
  ASSERT_EQ(whole.end(), header.end());
  ASSERT_EQ(whole.unterminated(), header.unterminated());
  ASSERT_EQ(whole_findings.items().size(), findings.items().size());
}

TEST(PlainHeader, IsWhatItsLinesSay) {
  const std::string long_line(998, 'x');
  for (const std::string header : {"A: b\r\n\r\nbody",
                                   "A:b\nSubject:\n c\n\n",
                                   "A: b\r\nC: d\n\n",
                                   "A: =?utf-8?Q?b?=\r\n =?\r\n\r\n",
                                   "A:\r\n\r\n",
                                   "A: b\r\n \r\n c\r\n\r\n",
                                   "A : b\r\n\r\n",
                                   ": b\r\n\r\n",
                                   "From x y: z\r\nA: b\r\n\r\n",
                                   "A b: c\r\n\r\n",
                                   "\r\nA: b\r\n\r\n",
                                   " A: b\r\n\r\n",
                                   "A: b\r\n--x: y\r\n\r\n",
                                   "-A: b\r\n\r\n",
                                   "A: \x80\r\n\r\n",
                                   "A: b\x01\r\n\r\n",
                                   "A: b\rc\r\n\r\n",
                                   "A: b\r\r\n\r\n",
                                   "A: b\r\nstray\r\n\r\n",
                                   "A: b\r\n\tc\r\n\t \r\n\r\n",
                                   "\xEF\xBB\xBF"
                                   "A: b\r\n\r\n"})
    expect_same_by_octets(header);
  expect_same_by_octets(long_line + ":\r\n\r\n");
  expect_same_by_octets("A: b\r\n " + long_line + "\r\n\r\n");
}

TEST(PlainHeader, EqualsTheLinesOfRandomHeaders) {
  constexpr std::string_view pieces[] = {"A",
                                         "Subject",
                                         ":",
                                         ": ",
                                         "\r\n",
                                         "\n",
                                         "\r\n",
                                         " ",
                                         "\t",
                                         "x y",
                                         "=?",
                                         "--",
                                         "\r\n ",
                                         "\r\n\t",
                                         "\r",
                                         "\x80",
                                         "From ",
                                         "B: c\r\n",
                                         "C: d\r\n e\r\n",
                                         "Content-Type: text/plain\r\n"};
  std::mt19937_64 random(13);
  HeaderOptions options;
  for (int i = 0; i < 40'000; ++i) {
    std::string text;
    for (std::uint64_t n = 1 + random() % 10; n > 0; --n) {
      text += pieces[random() % std::size(pieces)];
      if (random() % 2 == 0) text += "X-A: b\r\n";
    }
    text += "\r\n\r\n";
    options.outermost = random() % 2 == 0;
    options.limits.header_fields = random() % 8 == 0 ? 2 : Limits{}.header_fields;
    options.limits.header_field_octets = random() % 8 == 0 ? 12 : Limits{}.header_field_octets;
    options.limits.header_octets = random() % 8 == 0 ? 20 : Limits{}.header_octets;
    expect_same_by_octets(text, options);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace mailparse
