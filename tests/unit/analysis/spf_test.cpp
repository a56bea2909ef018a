#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/analysis/sender_policy.hpp>

#include "unit/analysis/name_server.hpp"

namespace mailparse {
namespace {

using test::NameServer;

struct Question {
  std::string_view ip = "192.0.2.3";
  std::string_view from = "strong-bad@email.example.com";
  std::string_view helo = "mail.example.org";
};

class Spf : public ::testing::Test {
 protected:
  void txt(std::string name, std::string value) { server_.add(DnsType::txt, std::move(name), std::move(value)); }
  void address(std::string name, std::string value) {
    const DnsType type = value.contains(':') ? DnsType::aaaa : DnsType::a;
    server_.add(type, std::move(name), std::move(value));
  }
  SpfRecord evaluate(const Question& question = {}) {
    const auto record = evaluate_spf({question.ip, question.from, question.helo}, {.resolver = &server_});
    EXPECT_TRUE(record.has_value());
    return record.value_or(SpfRecord{});
  }
  /// What "v=spf1 `terms`" of the sender's domain says.
  std::string_view result_of(std::string_view terms, const Question& question = {}) {
    server_ = std::exchange(prepared_, {});
    txt("email.example.com", "v=spf1 " + std::string(terms));
    return to_string(evaluate(question).result);
  }
  /// The name that a macro string becomes: an "exists" asks for it.
  std::string expanded(std::string_view macros, const Question& question = {}) {
    result_of("exists:" + std::string(macros) + " -all", question);
    return server_.asked.back();
  }

  NameServer server_;
  NameServer prepared_;  ///< what the next record finds beside itself
};

TEST_F(Spf, ExpandsTheMacrosOfRfc7208) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{h}", "mail.example.org"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
      {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
      {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
      {"a%%b%_c%-d.%{d1}.", "a%b c%20d.com"},
  };
  for (const auto& [macros, name] : cases) EXPECT_EQ(expanded(macros), name) << macros;
  EXPECT_EQ(expanded("%{ir}.%{v}._spf.%{d2}", {.ip = "2001:db8::cb01"}),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
}

TEST_F(Spf, NamesTheGreetingWhereNobodySends) {
  txt("mail.example.org", "v=spf1 exists:%{l}.%{o}.%{s} -all");
  const SpfRecord record = evaluate({.from = ""});
  EXPECT_EQ(record.identity, "helo");
  EXPECT_EQ(server_.asked.back(), "postmaster.mail.example.org.postmaster@mail.example.org");
}

TEST_F(Spf, IsSilentWithoutADomainOrAnAddress) {
  EXPECT_FALSE(evaluate_spf({"192.0.2.3", "no-domain", "h.example"}, {.resolver = &server_}));
  EXPECT_FALSE(evaluate_spf({"192.0.2.3", "", ""}, {.resolver = &server_}));
  EXPECT_FALSE(evaluate_spf({"nowhere", "a@b.example", "h.example"}, {.resolver = &server_}));
}

TEST_F(Spf, SaysThatABrokenMacroIsAnError) {
  for (const std::string_view macros :
       {"%", "%x", "%{", "%{}", "%{d", "%{d0}", "%{d999}", "%{d99999999999}", "%{d2x}", "%{q}"})
    EXPECT_EQ(result_of("exists:" + std::string(macros) + " -all"), "permerror") << macros;
}

TEST_F(Spf, CutsALongNameFromTheLeft) {
  const std::string label(60, 'a');
  std::string name = label;
  for (int i = 0; i < 5; ++i) name += "." + label;
  EXPECT_EQ(expanded(name), label + "." + label + "." + label + "." + label);
  EXPECT_EQ(result_of("exists:" + std::string(300, 'a') + " -all"), "permerror") << "nothing to cut";
  std::string many;
  for (int i = 0; i < 200; ++i) many += "%{s}";
  EXPECT_EQ(result_of("exists:" + many + " -all"), "permerror") << "more than any name";
}

TEST_F(Spf, ReadsNetworks) {
  EXPECT_EQ(result_of("ip4:192.0.2.3 -all"), "pass");
  EXPECT_EQ(result_of("ip4:192.0.2.0/30 -all"), "pass");
  EXPECT_EQ(result_of("ip4:192.0.2.4/30 -all"), "fail");
  EXPECT_EQ(result_of("ip4:0.0.0.0/0 -all"), "pass");
  EXPECT_EQ(result_of("ip6:::/0 -all"), "fail") << "another family";
  for (const std::string_view broken :
       {"ip4:192.0.2.0/33", "ip4:192.0.2.0/", "ip4:192.0.2.0/x", "ip4:192.0.2.0/1x", "ip4:2001:db8::1", "ip6:192.0.2.1",
        "ip4", "ip4:", "ip6:1::/129", "a//129", "a/33", "frob:x"})
    EXPECT_EQ(result_of(std::string(broken) + " -all"), "permerror") << broken;
}

TEST_F(Spf, CountsOtherNetworksOfNames) {
  prepared_.add(DnsType::a, "email.example.com", "192.0.2.200");
  EXPECT_EQ(result_of("a/24 -all"), "pass");
  prepared_.add(DnsType::aaaa, "host.example", "2001:db8::1");
  EXPECT_EQ(result_of("a:host.example//64 -all", {.ip = "2001:db8::2"}), "pass");
  prepared_.add(DnsType::aaaa, "host.example", "2001:db8::1");
  EXPECT_EQ(result_of("a:host.example/24//64 -all", {.ip = "2001:db8:1::2"}), "fail");
  prepared_.add(DnsType::a, "host.example", "not an address");
  EXPECT_EQ(result_of("a:host.example -all"), "fail");
}

TEST_F(Spf, FollowsIncludesAndRedirects) {
  const std::pair<std::string_view, std::string_view> included[] = {{"v=spf1 +all", "pass"},
                                                                    {"v=spf1 -all", "softfail"},
                                                                    {"v=spf1 ~all", "softfail"},
                                                                    {"v=spf1 ?all", "softfail"},
                                                                    {"v=spf1 ip4:x", "permerror"},
                                                                    {"nothing", "permerror"},
                                                                    {"v=spf1 a:failing.x", "temperror"}};
  for (const auto& [record, result] : included) {
    prepared_.add(DnsType::txt, "in.example", std::string(record));
    EXPECT_EQ(result_of("include:in.example ~all"), result) << record;
  }
  EXPECT_EQ(result_of("include ~all"), "permerror");
  EXPECT_EQ(result_of("include:failing.example ~all"), "temperror");
  prepared_.add(DnsType::txt, "in.example", "v=spf1 -all");
  EXPECT_EQ(result_of("redirect=in.example"), "fail");
  EXPECT_EQ(result_of("redirect=nowhere.example"), "permerror") << "RFC 7208 6.1";
  EXPECT_EQ(result_of("redirect=a.example redirect=b.example"), "permerror");
  EXPECT_EQ(result_of("redirect=%{q}"), "permerror");
  EXPECT_EQ(result_of("redirect="), "permerror");
  EXPECT_EQ(result_of("exp=why.example ?all"), "neutral") << "an explanation decides nothing";
}

TEST_F(Spf, AsksMailExchangers) {
  for (int i = 0; i < 10; ++i) {
    prepared_.add(DnsType::mx, "email.example.com", "mx" + std::to_string(i) + ".example");
    prepared_.add(DnsType::a, "mx" + std::to_string(i) + ".example", "192.0.2." + std::to_string(i));
  }
  const NameServer ten = prepared_;
  EXPECT_EQ(result_of("mx -all"), "pass");
  prepared_ = ten;
  EXPECT_EQ(result_of("mx -all", {.ip = "192.0.2.77"}), "fail");
  prepared_ = ten;
  prepared_.add(DnsType::mx, "email.example.com", "mx10.example");
  EXPECT_EQ(result_of("mx -all"), "permerror") << "RFC 7208 4.6.4: ten at most";
  prepared_.add(DnsType::mx, "email.example.com", "failing.example");
  EXPECT_EQ(result_of("mx -all"), "temperror");
  EXPECT_EQ(result_of("mx -all"), "fail") << "there is none";
}

TEST_F(Spf, ConfirmsNamesOfTheClient) {
  prepared_.add(DnsType::ptr, "3.2.0.192.in-addr.arpa", "host.email.example.com");
  prepared_.add(DnsType::a, "host.email.example.com", "192.0.2.3");
  const NameServer confirmed = prepared_;
  EXPECT_EQ(result_of("ptr -all"), "pass");
  prepared_ = confirmed;
  EXPECT_EQ(result_of("ptr:email.example.com -all"), "pass");
  prepared_ = confirmed;
  EXPECT_EQ(result_of("ptr:host.email.example.com -all"), "pass") << "the name itself";
  prepared_ = confirmed;
  EXPECT_EQ(result_of("ptr:mail.example.com -all"), "fail") << "as long, but another";
  prepared_.add(DnsType::ptr, "3.2.0.192.in-addr.arpa", "host.email.example.com");
  EXPECT_EQ(result_of("ptr -all"), "fail") << "a name without its address";
  EXPECT_EQ(result_of("ptr -all"), "fail") << "no name";
}

TEST_F(Spf, NamesTheClientByItsValidatedName) {
  const std::string reverse = "3.2.0.192.in-addr.arpa";
  const auto client_is = [&](std::string name) {
    prepared_.add(DnsType::ptr, reverse, name);
    prepared_.add(DnsType::a, std::move(name), "192.0.2.3");
  };
  EXPECT_EQ(expanded("%{p}.x.example"), "unknown.x.example") << "no name";
  prepared_.add(DnsType::ptr, reverse, "liar.example.com");
  EXPECT_EQ(expanded("%{p}"), "unknown") << "a name without its address";
  prepared_.add(DnsType::ptr, reverse, "failing.example.com");
  EXPECT_EQ(expanded("%{p}"), "unknown") << "a name that cannot be looked up";
  client_is("mx.other.example");
  EXPECT_EQ(expanded("%{p}.x.example"), "mx.other.example.x.example") << "of another domain";
  client_is("mx.other.example");
  client_is("host.email.example.com");
  EXPECT_EQ(expanded("%{p2r}"), "email.host") << "rather one below the domain";
  client_is("mx.other.example");
  client_is("host.email.example.com");
  client_is("email.example.com");
  EXPECT_EQ(expanded("%{p}.%{P}"), "email.example.com.email.example.com") << "rather the domain itself";
  EXPECT_EQ(std::ranges::count(server_.asked, reverse), 1) << "asked once";
  for (int i = 0; i < 10; ++i) prepared_.add(DnsType::ptr, reverse, "liar" + std::to_string(i) + ".example");
  client_is("email.example.com");
  EXPECT_EQ(expanded("%{p}"), "unknown") << "RFC 7208 4.6.4: the first ten";
}

TEST_F(Spf, CountsTheQuestionForTheNameOfTheClient) {
  std::string terms;
  for (int i = 0; i < 9; ++i) {
    prepared_.add(DnsType::a, "h" + std::to_string(i) + ".example", "198.51.100.1");
    terms += "a:h" + std::to_string(i) + ".example ";
  }
  const NameServer hosts = prepared_;
  EXPECT_EQ(result_of(terms + "exists:%{p} -all"), "permerror") << "RFC 7208 4.6.4: the eleventh";
  prepared_ = hosts;
  EXPECT_EQ(result_of(terms + "exists:%{i}.x.example -all"), "fail");
}

TEST_F(Spf, BoundsLookUps) {
  EXPECT_EQ(result_of("a:v1.example a:v2.example -all"), "fail") << "two in vain";
  EXPECT_EQ(result_of("a:v1.example a:v2.example a:v3.example -all"), "permerror") << "RFC 7208 4.6.4: three in vain";
  std::string terms;
  for (int i = 0; i < 11; ++i) {
    prepared_.add(DnsType::a, "h" + std::to_string(i) + ".example", "198.51.100.1");
    terms += "a:h" + std::to_string(i) + ".example ";
  }
  EXPECT_EQ(result_of(terms + "-all"), "permerror") << "RFC 7208 4.6.4: ten at most";
}

}  // namespace
}  // namespace mailparse
