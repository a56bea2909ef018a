#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/digest.hpp>
#include <mailparse/base/octets.hpp>
#include <mailparse/base/time.hpp>

namespace mailparse {
namespace {

TEST(Octets, ClassesFollowTheRfcs) {
  EXPECT_TRUE(is(OctetClass::atext, '{'));
  EXPECT_FALSE(is(OctetClass::atext, '.'));
  EXPECT_TRUE(is(OctetClass::token, '.'));
  EXPECT_FALSE(is(OctetClass::token, '/'));
  EXPECT_TRUE(is(OctetClass::high, '\x80'));
  EXPECT_FALSE(is(OctetClass::vchar, '\x80'));
  EXPECT_TRUE(is(OctetClass::bchar, ' '));
  EXPECT_FALSE(is(OctetClass::ftext, ':'));
}

TEST(Octets, CaseIsIgnoredForAsciiOnly) {
  EXPECT_TRUE(iequals("MaIl", "mAiL"));
  EXPECT_FALSE(iequals("\xC4", "\xE4"));
  EXPECT_TRUE(istarts_with("rcpt to:", "RCPT"));
  EXPECT_FALSE(istarts_with("RC", "RCPT"));
}

TEST(Octets, TrimTakesBlanksOnly) {
  EXPECT_EQ(trim_blanks(" \t\ra b\n "), "\ra b\n");
}

TEST(Arena, ViewsStayWhileItGrows) {
  Arena arena(8);
  const std::string_view first = arena.copy("abcdefg");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(arena.copy("0123456789"), "0123456789");
  EXPECT_EQ(first, "abcdefg");
  arena.clear();
  EXPECT_EQ(arena.copy("again"), "again");
}

TEST(Arena, BlocksBeginSmallAndDoubleUpToTheLimit) {
  Arena arena(32, 8);
  // Pieces that follow each other in memory lie in one block, of which the first has room for one of 8 octets.
  std::vector<int> pieces_a_block;
  const char* end = nullptr;
  for (int i = 0; i < 15; ++i) {
    const char* const piece = arena.allocate(8);
    if (piece != end) pieces_a_block.push_back(0);
    ++pieces_a_block.back();
    end = piece + 8;
  }
  EXPECT_EQ(pieces_a_block, (std::vector{1, 2, 4, 4, 4}));
}

TEST(Arena, MovesWithItsViews) {
  Arena from(64);
  const std::string_view text = from.copy("kept");
  Arena to(8);
  EXPECT_EQ(to.copy("dropped or kept, nobody asks"), "dropped or kept, nobody asks");
  to = std::move(from);
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(to.copy("more"), "more");
}

TEST(Arena, MakesValuesWhereTheyMayStand) {
  Arena arena(64, 16);
  for (std::size_t count = 0; count < 40; ++count) {
    EXPECT_NE(arena.allocate(1), nullptr);
    const std::span<std::uint64_t> values = arena.make<std::uint64_t>(count);
    ASSERT_EQ(values.size(), count);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data()) % alignof(std::uint64_t), 0U);
    for (std::uint64_t& value : values) EXPECT_EQ(std::exchange(value, ~std::uint64_t{0}), 0U);
  }
}

TEST(Time, Rfc3339HasNineDigits) {
  EXPECT_EQ(rfc3339(Timestamp(std::chrono::nanoseconds(1))), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(rfc3339(Timestamp(std::chrono::nanoseconds(-1))), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(rfc3339(Timestamp(std::chrono::seconds(1795301330))), "2026-11-21T22:48:50.000000000Z");
}

TEST(Digest, KnownVectorsInAnyCut) {
  EXPECT_EQ(digest_hex(DigestKind::md5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(digest_hex(DigestKind::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  Digest digest(DigestKind::sha256);
  for (const char octet : std::string_view("abc")) digest.update({&octet, 1});
  EXPECT_EQ(digest.finish_hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest.finish_hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace mailparse
