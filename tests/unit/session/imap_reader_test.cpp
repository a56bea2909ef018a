#include "session/imap_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

/// Writes what it is told as lines of text, so that a case reads as its expectation.
class Log final : public ImapUnitSink {
 public:
  bool may_announce(std::string_view) override { return true; }
  explicit Log(bool want) : want_(want) {}

  bool on_literal(const ImapLiteral& literal, const ImapUnit& so_far) override {
    add("literal " + std::to_string(literal.size) + (literal.synchronising ? " waits" : " goes on") + " after <" +
        std::string(so_far.text) + ">");
    return want_;
  }
  void on_literal_octets(std::string_view octets, std::uint64_t offset, const Stamp&) override {
    if (octets_.empty()) from_ = offset;
    octets_ += octets;
  }
  void on_literal_gap(std::uint64_t length, const Stamp&) override {
    octets_ += "(" + std::to_string(length) + " lost)";
  }
  void on_literal_end(const ImapLiteral&, bool wanted, ImapLiteralEnd, std::uint64_t missing, std::uint64_t offset,
                      const Stamp&) override {
    if (wanted) {
      add("octets " + std::to_string(from_) + " <" + std::exchange(octets_, {}) + "> missing " +
          std::to_string(missing) + " next " + std::to_string(offset));
    }
  }
  void on_literal_too_large(const ImapLiteral& literal) override {
    add("too large at " + std::to_string(literal.announced_at));
  }
  void on_unit(const ImapUnit& unit) override {
    add("unit " + std::to_string(unit.offset) + "+" + std::to_string(unit.length) + " <" + std::string(unit.text) +
        ">" + (unit.ended ? "" : " unfinished") + (unit.truncated ? " truncated" : "") + (unit.bare_lf ? " lf" : ""));
  }

  std::vector<std::string> lines;

 private:
  void add(std::string line) { lines.push_back(std::move(line)); }
  bool want_;
  std::string octets_;
  std::uint64_t from_ = 0;
};

std::vector<std::string> read(std::string_view octets, std::size_t step, bool want, Limits limits = {}) {
  Log log(want);
  ImapReader reader(log, limits);
  for (std::size_t at = 0; at < octets.size(); at += step) {
    Chunk chunk{.side = Side::client, .offset = at, .octets = octets.substr(at, step), .stamp = {}};
    while (!chunk.octets.empty()) reader.read_unit(chunk);
  }
  reader.finish({});
  return log.lines;
}

void expect_in_any_cut(std::string_view octets, bool want, const std::vector<std::string>& expected) {
  for (std::size_t step = 1; step <= octets.size() + 1; ++step) EXPECT_EQ(read(octets, step, want), expected) << step;
}

TEST(ImapReader, LinesAreUnits) {
  expect_in_any_cut("a NOOP\r\nb LOGOUT\n", false, {"unit 0+8 <a NOOP>", "unit 8+9 <b LOGOUT> lf"});
}

TEST(ImapReader, ShortLiteralsStandInTheText) {
  expect_in_any_cut("a LOGIN {3}\r\nbob {2+}\r\n\r\n\r\nb NOOP\r\n", false,
                    {"literal 3 waits after <a LOGIN {3}>", "literal 2 goes on after <a LOGIN {3}\r\nbob {2+}>",
                     "unit 0+27 <a LOGIN {3}\r\nbob {2+}\r\n\r\n>", "unit 27+8 <b NOOP>"});
}

TEST(ImapReader, WantedLiteralsStayOutOfTheText) {
  expect_in_any_cut("* 1 FETCH (BODY[] {10}\r\na OK x\r\n\r\n)\r\na OK\r\n", true,
                    {"literal 10 waits after <* 1 FETCH (BODY[] {10}>", "octets 24 <a OK x\r\n\r\n> missing 0 next 34",
                     "unit 0+37 <* 1 FETCH (BODY[] {10})>", "unit 37+6 <a OK>"});
}

TEST(ImapReader, EmptyLiteral) {
  expect_in_any_cut("a X {0}\r\n\r\n", true,
                    {"literal 0 waits after <a X {0}>", "octets 0 <> missing 0 next 9", "unit 0+11 <a X {0}>"});
}

TEST(ImapReader, NumberBeyond63BitsIsNoLiteral) {
  expect_in_any_cut("a X {9223372036854775808}\r\nb NOOP\r\n", true,
                    {"too large at 4", "unit 0+27 <a X {9223372036854775808}>", "unit 27+8 <b NOOP>"});
  EXPECT_FALSE(find_imap_announcement("a X {9223372036854775807}", 0)->too_large);
  EXPECT_TRUE(find_imap_announcement("a X {99999999999999999999999}", 0)->too_large);
}

TEST(ImapReader, BracesThatAnnounceNothing) {
  for (const std::string_view line : {"a {}", "a {+}", "a {12", "a 12}", "a {1x}", "a {-1}", "a {1} "}) {
    EXPECT_FALSE(find_imap_announcement(line, 0)) << line;
  }
}

TEST(ImapReader, EndInsideALiteralTellsWhatIsMissing) {
  expect_in_any_cut("* 1 FETCH (BODY[] {9}\r\nabc", true,
                    {"literal 9 waits after <* 1 FETCH (BODY[] {9}>", "octets 23 <abc> missing 6 next 26",
                     "unit 0+26 <* 1 FETCH (BODY[] {9}> unfinished"});
}

TEST(ImapReader, LongLineIsCutToTheLimitAndFramedRight) {
  Limits limits;
  limits.line_octets = 8;
  for (std::size_t step = 1; step < 40; ++step) {
    EXPECT_EQ(read("a 0123456789abcdef\r\nb NOOP\r\n", step, false, limits),
              (std::vector<std::string>{"unit 0+20 <a 012345> truncated", "unit 20+8 <b NOOP>"}));
  }
}

TEST(ImapReader, GapInsideALiteralIsCountedAsItsOctets) {
  Log log(true);
  ImapReader reader(log, {});
  Chunk chunk{.side = Side::server, .offset = 0, .octets = "* 1 FETCH (BODY[] {9}\r\nabc", .stamp = {}};
  reader.read_unit(chunk);
  reader.gap({.side = Side::server, .offset = 26, .length = 4, .stamp = {}});
  chunk = {.side = Side::server, .offset = 30, .octets = "yz)\r\n", .stamp = {}};
  reader.read_unit(chunk);
  EXPECT_EQ(log.lines, (std::vector<std::string>{"literal 9 waits after <* 1 FETCH (BODY[] {9}>",
                                                 "octets 23 <abc(4 lost)yz> missing 0 next 32",
                                                 "unit 0+35 <* 1 FETCH (BODY[] {9})>"}));
}

TEST(ImapReader, GapBeyondTheLiteralBreaksTheUnit) {
  Log log(true);
  ImapReader reader(log, {});
  Chunk chunk{.side = Side::server, .offset = 0, .octets = "* 1 FETCH (BODY[] {9}\r\nabc", .stamp = {}};
  reader.read_unit(chunk);
  reader.gap({.side = Side::server, .offset = 26, .length = 10, .stamp = {}});
  chunk = {.side = Side::server, .offset = 36, .octets = "* OK\r\n", .stamp = {}};
  reader.read_unit(chunk);
  EXPECT_EQ(log.lines.back(), "unit 36+6 <* OK>");
  EXPECT_EQ(log.lines[log.lines.size() - 2], "unit 0+26 <* 1 FETCH (BODY[] {9}> unfinished");
}

}  // namespace
}  // namespace mailparse
