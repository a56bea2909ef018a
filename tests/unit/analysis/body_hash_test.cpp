#include "analysis/body_hash.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "analysis/canonical_header.hpp"

namespace mailparse {
namespace {

struct BodyCase {
  std::string_view body;
  std::string_view simple;
  std::string_view relaxed;
};

constexpr BodyCase cases[] = {
    {"", "\r\n", ""},
    {"\r\n", "\r\n", ""},
    {"\r\n\r\n\r\n", "\r\n", ""},
    {"x", "x\r\n", "x\r\n"},
    {"x\r\n", "x\r\n", "x\r\n"},
    {"x\r\n\r\n\r\n", "x\r\n", "x\r\n"},
    {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},  // RFC 6376 3.4.5
    {"a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
    {"a\r\n \t\r\n", "a\r\n \t\r\n", "a\r\n"},
    {"a \t", "a \t\r\n", "a\r\n"},
    {"a\rb\r\n", "a\rb\r\n", "a\rb\r\n"},
    {"a\nb\r\n", "a\nb\r\n", "a\nb\r\n"},
    {"a\r\r\nb", "a\r\r\nb\r\n", "a\r\r\nb\r\n"},
    {"a\r", "a\r\r\n", "a\r\r\n"},
};

std::string hashed(std::string_view body, BodyHash::Options options, std::size_t split) {
  BodyHash hash(options, 0);
  hash.feed(body.substr(0, split));
  hash.feed(body.substr(split));
  return hash.finish();
}

TEST(BodyHash, IsThatOfTheCanonicalBodyInEveryCut) {
  for (const BodyCase& one : cases) {
    for (std::size_t split = 0; split <= one.body.size(); ++split) {
      EXPECT_EQ(hashed(one.body, {.form = Canonical::simple}, split), digest_hex(DigestKind::sha256, one.simple))
          << one.body;
      EXPECT_EQ(hashed(one.body, {.form = Canonical::relaxed}, split), digest_hex(DigestKind::sha256, one.relaxed))
          << one.body;
    }
  }
}

/// RFC 6376 3.4.4 octet by octet, of a body whose lines end with CRLF.
std::string relaxed_by_hand(std::string_view body) {
  std::string canonical;
  for (std::size_t begin = 0; begin < body.size();) {
    const std::size_t end = std::min(body.find("\r\n", begin), body.size());
    std::string line;
    for (const char c : body.substr(begin, end - begin)) {
      const bool blank = c == ' ' || c == '\t';
      if (!blank || !line.ends_with(' ')) line += blank ? ' ' : c;
    }
    if (line.ends_with(' ')) line.pop_back();
    canonical.append(line).append("\r\n");
    begin = end + 2;
  }
  while (canonical.ends_with("\r\n\r\n")) canonical.erase(canonical.size() - 2);
  return canonical == "\r\n" ? "" : canonical;
}

TEST(BodyHash, OfLongLinesWithBlanksAnywhere) {
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::string body;
    while (body.size() < 9000) {
      body.append(1 + random() % 9, 'w');
      body.append(random() % 6 == 0 ? random() % 4 : 1, random() % 30 == 0 ? '\t' : ' ');
      if (random() % (round < 10 ? 12 : 900) == 0) body += "\r\n";
    }
    const std::string expected = digest_hex(DigestKind::sha256, relaxed_by_hand(body));
    for (std::size_t split = 0; split < body.size(); split += 1 + random() % 600)
      ASSERT_EQ(hashed(body, {.form = Canonical::relaxed}, split), expected) << round << ' ' << split;
  }
}

TEST(BodyHash, CountsLinesThatEndInLfWhereTheMessageHasNoOthers) {
  EXPECT_EQ(hashed("a \nb\n\n", {.form = Canonical::relaxed, .line_end = LoneLineEnd::lf}, 2),
            digest_hex(DigestKind::sha256, "a\r\nb\r\n"));
}

TEST(BodyHash, StopsAtItsLimitAndTellsWhereTheRestBegins) {
  const std::string_view body = "signed \r\n\r\nmore";
  for (std::uint64_t limit = 0; limit <= 16; ++limit) {
    for (std::size_t split = 0; split <= body.size(); ++split) {
      BodyHash hash({.form = Canonical::simple, .limit = limit}, 100);
      hash.feed(body.substr(0, split));
      hash.feed(body.substr(split));
      const std::string canonical = std::string(body) + "\r\n";
      EXPECT_EQ(hash.finish(), digest_hex(DigestKind::sha256, canonical.substr(0, limit))) << limit;
      EXPECT_EQ(hash.octets(), canonical.size());
      EXPECT_EQ(hash.uncounted().has_value(), limit < canonical.size()) << limit;
    }
  }
  BodyHash hash({.form = Canonical::relaxed, .limit = 8}, 100);
  hash.feed("signed \r\nmore");  // canonical: "signed" CRLF "more" CRLF
  (void)hash.finish();
  EXPECT_EQ(hash.uncounted(), 109U);
}

TEST(CanonicalField, FollowsTheExampleOfTheStandard) {
  EXPECT_EQ(canonical_field("A: X\r\n", Canonical::relaxed), "a:X\r\n");
  EXPECT_EQ(canonical_field("B : Y\t\r\n\tZ  \r\n", Canonical::relaxed), "b:Y Z\r\n");
  EXPECT_EQ(canonical_field("B : Y\t\r\n\tZ  \r\n", Canonical::simple), "B : Y\t\r\n\tZ  \r\n");
  EXPECT_EQ(canonical_field("B : Y\n\tZ\n", Canonical::simple), "B : Y\r\n\tZ\r\n");
  EXPECT_EQ(canonical_field("Empty:\r\n", Canonical::relaxed), "empty:\r\n");
  EXPECT_EQ(canonical_field("C: d", Canonical::relaxed), "c:d\r\n");
}

TEST(CanonicalField, LeavesOutTheSignatureItself) {
  EXPECT_EQ(without_signature_value("S: a=1; b = x\r\n y; bh=z; c=d\r\n"), "S: a=1; b =; bh=z; c=d\r\n");
  EXPECT_EQ(without_signature_value("S: bh=z; b=xyz==\r\n"), "S: bh=z; b=\r\n");
  EXPECT_EQ(without_signature_value("S: bh=z\r\n"), "S: bh=z\r\n");
}

TEST(CanonicalFields, TakesTheLastOfEachNameFirst) {
  DiagnosticList findings;
  const Header header = read_header("A: 1\r\nB: 2\r\nA: 3\r\n\r\n", findings);
  EXPECT_EQ(canonical_fields(header, {"a", "b", "a", "a", "none"}, Canonical::relaxed), "a:3\r\nb:2\r\na:1\r\n");
}

}  // namespace
}  // namespace mailparse
