#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/scan/base64.hpp>

#include "scan/base64_scalar.hpp"
#include "unit/scan/every_target.hpp"
#include "unit/scan/lines_by_hand.hpp"

namespace mailparse {
namespace {

struct Decoded {
  std::string text;
  Base64Report report;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(const std::vector<std::string_view>& pieces) {
  Base64Decoder decoder;
  Decoded decoded;
  for (const std::string_view piece : pieces) {
    std::vector<char> out(Base64Decoder::room(piece.size()));
    decoded.text.append(out.data(), decoder.decode(piece, out));
  }
  std::array<char, 2> last;
  decoded.text.append(last.data(), decoder.finish(last));
  decoded.report = decoder.report();
  EXPECT_EQ(decoded.report.decoded, decoded.text.size());
  return decoded;
}

TEST(Base64, ExamplesOfRfc4648) {
  const std::string_view text = "foobar";
  const std::array<std::string_view, 7> encoded = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_EQ(base64_encode(text.substr(0, size)), encoded[size]);
    const Decoded decoded = decode({encoded[size]});
    EXPECT_EQ(decoded.text, text.substr(0, size));
    EXPECT_EQ(decoded.report.illegal.count + decoded.report.truncated.count + decoded.report.trailing_bits.count, 0U);
    EXPECT_EQ(decoded.report.padded, size % 3 != 0);
  }
}

TEST(Base64, BlanksAndLineEndsAreNothing) {
  EXPECT_EQ(decode({"Z m\t9\r\nv"}).text, "foo");
  EXPECT_EQ(decode({"Z m\t9\r\nv"}).report.illegal.count, 0U);
}

TEST(Base64, OtherOctetsAreSkippedAndCounted) {
  const Decoded decoded = decode({"Zm-9_v\x80"});
  EXPECT_EQ(decoded.text, "foo");
  EXPECT_EQ(decoded.report.illegal, (Occurrences{3, 2}));
  EXPECT_EQ(decode({"Zm9v="}).report.illegal, (Occurrences{1, 4}));
}

TEST(Base64, DataAfterPaddingIsDecodedAndTold) {
  const Decoded decoded = decode({"Zg==\r\nb28="});
  EXPECT_EQ(decoded.text, "foo");
  EXPECT_EQ(decoded.report.after_padding, (Occurrences{3, 6}));
  EXPECT_EQ(decoded.report.decoded_at_padding, 1U);
  EXPECT_EQ(decoded.report.truncated.count, 0U);
}

TEST(Base64, GroupsCutShort) {
  for (const auto& [encoded, text, stops] :
       {std::tuple<std::string_view, std::string_view, std::uint64_t>{"Zm9vZ", "foo", 5},
        {"Zm9vYg", "foob", 6},
        {"Zm9vYmE", "fooba", 7},
        {"Zm9vYg=", "foob", 7},
        {"Zg=b28=", "foo", 3},
        {"Zm9vZ===", "foo", 5}}) {
    const Decoded decoded = decode({encoded});
    EXPECT_EQ(decoded.text, text);
    EXPECT_EQ(decoded.report.truncated, (Occurrences{1, stops})) << encoded;
  }
}

TEST(Base64, TrailingBitsThatAreNotZero) {
  EXPECT_EQ(decode({"Zh=="}).report.trailing_bits, (Occurrences{1, 2}));
  EXPECT_EQ(decode({"Zh=="}).text, "f");
  EXPECT_EQ(decode({"Zm9"}).report.trailing_bits, (Occurrences{1, 3}));
  EXPECT_EQ(decode({"Zm8"}).report.trailing_bits.count, 0U);
}

TEST(Base64, TheSameHoweverItIsCut) {
  for (const std::string_view text : {"Zm9v\r\nYmFy", "Zg==Zg==", "Z=m9vY!mE", "=Zm9v==", "Zm9vYg=x==Zm"}) {
    const Decoded whole = decode({text});
    test::for_each_cut(text, [&](const auto& pieces) { EXPECT_EQ(decode(pieces), whole) << text; });
  }
}

/// The fast decoder against the plain one, from the same state.
void expect_same(std::string_view octets, std::string_view before) {
  Base64Decoder fast;
  std::vector<char> out(Base64Decoder::room(octets.size()) + Base64Decoder::room(before.size()));
  (void)fast.decode(before, out);
  Base64State plain = fast.state();
  std::vector<char> plain_out(out.size());
  const std::size_t size = fast.decode(octets, std::span(out).first(Base64Decoder::room(octets.size())));
  const std::size_t plain_size = scalar::decode_base64(plain, octets, plain_out.data());
  ASSERT_EQ(fast.state(), plain);
  ASSERT_EQ(std::string_view(out.data(), size), std::string_view(plain_out.data(), plain_size));
}

/// Base64 in lines of `line` octets with an irregular octet now and then.
std::string irregular(std::mt19937_64& random, std::size_t size, std::size_t line, std::size_t oddity) {
  std::string text;
  while (text.size() < size) {
    if (line != 0 && text.size() % (line + 2) == line) text += "\r\n";
    if (oddity != 0 && random() % oddity == 0) {
      text += static_cast<char>(random());
    } else {
      text += scalar::base64_alphabet[random() % 64];
    }
  }
  text.resize(size);
  return text;
}

TEST(Base64, EqualsThePlainOneAtEveryLengthAndAlignment) {
  test::GuardedPage page;
  std::mt19937_64 random(1);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 256; ++size) {
      const std::string text = irregular(random, size, size % 3 == 0 ? 76 : 1 + size % 50, size % 7 == 0 ? 20 : 0);
      test::at_every_alignment(
          page, text, [&](std::string_view view) { expect_same(view, std::string_view("Zm9").substr(0, size % 4)); });
    }
  });
}

TEST(Base64, EqualsThePlainOneOnRandomOctets) {
  std::mt19937_64 random(2);
  test::on_every_target([&] {
    for (int i = 0; i < 2000; ++i) {
      expect_same(irregular(random, random() % 3000, random() % 100, random() % 300), i % 3 == 0 ? "Zm9vZ" : "");
      expect_same(test::random_text(random, random() % 300, "AZaz09+/=\r\n !", 5), "");
    }
  });
}

TEST(Base64, EveryOctetIsJudgedAlikeInAVector) {
  test::on_every_target([&] {
    for (unsigned octet = 0; octet < 256; ++octet) {
      for (std::size_t at = 0; at < 32; at += 3) {
        std::string text(64, 'Q');
        text[at] = static_cast<char>(octet);
        expect_same(text, "");
      }
    }
  });
}

TEST(Base64, WritesNoMoreThanItsRoom) {
  test::GuardedPage page;
  std::mt19937_64 random(3);
  test::on_every_target([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      const std::string text = irregular(random, size, 76, 0);
      const std::size_t room = Base64Decoder::room(size);
      Base64Decoder decoder;
      (void)decoder.decode(text, {page.page() + page.size() - room, room});
    }
  });
}

TEST(Base64, EncodingIsUndoneByDecoding) {
  std::mt19937_64 random(4);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string octets;
    for (std::size_t i = 0; i < size; ++i) octets += static_cast<char>(random());
    EXPECT_EQ(decode({base64_encode(octets)}).text, octets);
  }
}

}  // namespace
}  // namespace mailparse
