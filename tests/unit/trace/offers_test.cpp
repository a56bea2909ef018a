#include "trace/offers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mailparse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Offers, OfEhloStandBehindTheFirstLine) {
  const std::vector<std::string_view> lines{"mail.example", "SIZE 1000", "AUTH PLAIN  LOGIN", "STARTTLS"};
  ReplyEvent reply;
  reply.code = 250;
  reply.lines = lines;
  const auto offers = read_offers(Protocol::smtp, "EHLO", reply);
  ASSERT_TRUE(offers);
  ASSERT_EQ(offers->size(), 3U);
  EXPECT_EQ((*offers)[1].keyword, "AUTH");
  EXPECT_THAT((*offers)[1].arguments, ElementsAre("PLAIN", "LOGIN"));
  EXPECT_TRUE(offers_tls((*offers)[2].keyword));
  EXPECT_FALSE(read_offers(Protocol::smtp, "HELO", reply));
  reply.code = 502;
  EXPECT_FALSE(read_offers(Protocol::smtp, "EHLO", reply));
}

TEST(Offers, OfCapaStandBehindTheStatusLine) {
  const std::vector<std::string_view> lines{"Capability list", "TOP", "SASL PLAIN CRAM-MD5", "stls"};
  ReplyEvent reply;
  reply.status = "+OK";
  reply.lines = lines;
  const auto offers = read_offers(Protocol::pop3, "CAPA", reply);
  ASSERT_TRUE(offers);
  ASSERT_EQ(offers->size(), 3U);
  EXPECT_THAT((*offers)[1].arguments, ElementsAre("PLAIN", "CRAM-MD5"));
  EXPECT_TRUE(offers_tls((*offers)[2].keyword));
  EXPECT_FALSE(read_offers(Protocol::pop3, "UIDL", reply));
}

TEST(Offers, OfImapStandInAResponseOrInACode) {
  for (const std::string_view line :
       {"CAPABILITY IMAP4rev1 AUTH=PLAIN STARTTLS", "[CAPABILITY IMAP4rev1 AUTH=PLAIN STARTTLS] ready"}) {
    ReplyEvent reply;
    reply.tag = "*";
    reply.lines = std::span(&line, 1);
    const auto offers = read_offers(Protocol::imap, "", reply);
    ASSERT_TRUE(offers) << line;
    ASSERT_EQ(offers->size(), 3U) << line;
    EXPECT_EQ((*offers)[1].keyword, "AUTH");
    EXPECT_THAT((*offers)[1].arguments, ElementsAre("PLAIN"));
    EXPECT_EQ((*offers)[2].keyword, "STARTTLS");
    EXPECT_THAT((*offers)[2].arguments, IsEmpty());
  }
  const std::string_view other = "3 EXISTS";
  ReplyEvent reply;
  reply.lines = std::span(&other, 1);
  EXPECT_FALSE(read_offers(Protocol::imap, "", reply));
}

}  // namespace
}  // namespace mailparse
