#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/analysis/sender_policy.hpp>
#include <mailparse/source/dns_file.hpp>

#include "unit/analysis/name_server.hpp"

namespace mailparse {
namespace {

using test::NameServer;

constexpr std::string_view zone = R"(
example.net.          IN TXT "v=spf1 ip4:192.0.2.0/28 a mx include:_spf.example.com ~all"
example.net           A     192.0.2.100
example.net           MX    10 mx.example.net.
mx.example.net        AAAA  2001:db8::25
_spf.example.com      TXT   "v=spf1 ip4:198.51.100.0/24 -all"
strict.example        TXT   "v=spf1 ip6:2001:db8::/32 -all"
moved.example         TXT   "v=spf1 redirect=strict.example"
loop.example          TXT   "v=spf1 include:loop.example -all"
two.example           TXT   "v=spf1 -all"
two.example           TXT   "v=spf1 +all"
broken.example        TXT   "v=spf1 ip4:300.1.2.3 -all"
other.example         TXT   "google-site-verification=x"
asks.example          TXT   "v=spf1 exists:%{ir}.%{l1r-}.sp._spf.%{d2} -all"
1.2.0.192.bob.sp._spf.asks.example A 127.0.0.2
absent.example        TXT   "v=spf1 include:nothing-known.example -all"
neutral.example       TXT   "v=spf1 ?all"
silent.example        TXT   "v=spf1"
_dmarc.example.net    TXT   "v=DMARC1; p=reject; sp=quarantine; aspf=s"
)";

SignatureRecord signature(std::string domain, SignatureResult result) {
  SignatureRecord record;
  record.domain = std::move(domain);
  record.result = result;
  return record;
}

class SenderPolicy : public ::testing::Test {
 protected:
  SenderPolicy() { EXPECT_TRUE(read_dns_file(zone, records_)); }
  std::string spf(std::string_view ip, std::string_view from, std::string_view helo = "client.example") {
    const auto record = evaluate_spf({ip, from, helo}, dns_);
    return record ? std::string(to_string(record->result)) : "nothing";
  }

  DnsAnswers records_;
  DnsSources dns_{.file = &records_};
};

TEST_F(SenderPolicy, FollowsTheTermsInTheirOrder) {
  EXPECT_EQ(spf("192.0.2.1", "a@example.net"), "pass") << "ip4";
  EXPECT_EQ(spf("192.0.2.16", "a@example.net"), "softfail") << "outside of the network";
  EXPECT_EQ(spf("192.0.2.100", "a@EXAMPLE.net"), "pass") << "a";
  EXPECT_EQ(spf("2001:db8::25", "a@example.net"), "pass") << "mx";
  EXPECT_EQ(spf("198.51.100.7", "a@example.net"), "pass") << "include";
  EXPECT_EQ(spf("203.0.113.7", "a@example.net"), "softfail") << "-all of an include does not count";
  EXPECT_EQ(spf("2001:db8:1::1", "a@strict.example"), "pass");
  EXPECT_EQ(spf("192.0.2.1", "a@strict.example"), "fail");
  EXPECT_EQ(spf("192.0.2.1", "a@moved.example"), "fail") << "redirect";
  EXPECT_EQ(spf("192.0.2.1", "a@neutral.example"), "neutral");
  EXPECT_EQ(spf("192.0.2.1", "a@silent.example"), "neutral");
}

TEST_F(SenderPolicy, ExpandsMacros) {
  EXPECT_EQ(spf("192.0.2.1", "bob@asks.example"), "pass");
  EXPECT_EQ(spf("192.0.2.2", "bob@asks.example"), "unchecked") << "no answer is known";
}

TEST_F(SenderPolicy, TakesTheNameOfTheClientForTheNullSender) {
  const auto record = evaluate_spf({"192.0.2.1", "", "strict.example"}, dns_);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->identity, "helo");
  EXPECT_EQ(record->result, SpfResult::fail);
  EXPECT_EQ(record->mechanism, "-all");
}

TEST_F(SenderPolicy, EndsWhereARecordIsWrong) {
  EXPECT_EQ(spf("192.0.2.1", "a@loop.example"), "permerror");
  EXPECT_EQ(spf("192.0.2.1", "a@two.example"), "permerror");
  EXPECT_EQ(spf("192.0.2.1", "a@broken.example"), "permerror");
}

TEST_F(SenderPolicy, DoesNotGuessWhatIsNotKnown) {
  EXPECT_EQ(spf("192.0.2.1", "a@absent.example"), "unchecked");
  EXPECT_EQ(spf("192.0.2.1", "a@never-heard-of.example"), "nothing");
  EXPECT_EQ(spf("not an address", "a@example.net"), "nothing");
}

TEST_F(SenderPolicy, AsksForWhatIsNotKnown) {
  NameServer resolver;
  resolver.add(DnsType::txt, "live.example", "v=spf1 include:_spf.example.com include:failing.test -all");
  resolver.add(DnsType::txt, "voids.example", "v=spf1 a:x.example a:y.example a:z.example -all");
  resolver.add(DnsType::txt, "nowhere.example", "v=spf1 redirect=silent.test");
  dns_.resolver = &resolver;
  EXPECT_EQ(spf("198.51.100.7", "a@live.example"), "pass") << "the file knows the include";
  EXPECT_EQ(resolver.asked, std::vector<std::string>({"live.example", "live.example"}));
  EXPECT_EQ(spf("192.0.2.1", "a@live.example"), "temperror");
  EXPECT_EQ(spf("192.0.2.1", "a@never-heard-of.example"), "none");
  EXPECT_EQ(spf("192.0.2.1", "a@failing.test"), "temperror");
  EXPECT_EQ(spf("192.0.2.1", "a@voids.example"), "permerror") << "RFC 7208 4.6.4: two look-ups may find nothing";
  EXPECT_EQ(spf("192.0.2.1", "a@nowhere.example"), "permerror") << "RFC 7208 6.1";
}

TEST_F(SenderPolicy, DmarcWithoutAnAnswerIsTemporary) {
  NameServer resolver;
  resolver.add(DnsType::txt, "_dmarc.live.example", "v=DMARC1; p=none");
  dns_.resolver = &resolver;
  const auto judged = [&](std::string_view domain, SignatureResult result) {
    const auto record = evaluate_dmarc(domain, std::nullopt, {signature(std::string(domain), result)}, dns_);
    return std::string(record ? to_string(record->result) : "nothing");
  };
  EXPECT_EQ(judged("live.example", SignatureResult::pass), "pass");
  EXPECT_EQ(judged("live.example", SignatureResult::temperror), "temperror");
  EXPECT_EQ(judged("other.example", SignatureResult::pass), "nothing");
}

TEST_F(SenderPolicy, DmarcWantsOneAlignedPass) {
  const auto judged = [&](std::string_view from, std::vector<SignatureRecord> signatures) {
    const auto record = evaluate_dmarc("example.net", evaluate_spf({"192.0.2.1", from, "c"}, dns_), signatures, dns_);
    return std::string(record ? to_string(record->result) : "nothing");
  };
  EXPECT_EQ(judged("a@example.net", {}), "pass");
  EXPECT_EQ(judged("a@strict.example", {}), "fail");
  EXPECT_EQ(judged("a@strict.example", {signature("mail.example.net", SignatureResult::pass)}), "pass");
  EXPECT_EQ(judged("a@strict.example", {signature("example.com", SignatureResult::pass)}), "fail");
  EXPECT_EQ(judged("a@strict.example", {signature("example.net", SignatureResult::unchecked)}), "unchecked");
}

TEST_F(SenderPolicy, DmarcOfASubdomainIsThatOfItsOrganisation) {
  const auto record = evaluate_dmarc("news.example.net", std::nullopt, {}, dns_);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->policy, "quarantine");
  EXPECT_FALSE(evaluate_dmarc("example.org", std::nullopt, {}, dns_));
}

}  // namespace
}  // namespace mailparse
