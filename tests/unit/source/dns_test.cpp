#include <gtest/gtest.h>

#include <mailparse/source/dns.hpp>
#include <mailparse/source/dns_answers.hpp>

namespace mailparse {
namespace {

using namespace std::string_literals;

std::string number(unsigned value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)};
}

std::string name(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t dot = std::min(text.size(), text.find('.'));
    out.push_back(static_cast<char>(dot));
    out.append(text, 0, dot);
    text.remove_prefix(std::min(text.size(), dot + 1));
  }
  return out + '\0';
}

struct Answer {
  std::string owner;  ///< in wire form
  unsigned type;
  std::string data;
};

std::string response(std::string_view question, const std::vector<Answer>& answers, unsigned flags = 0x8180) {
  std::string out = number(1) + number(flags) + number(1) + number(static_cast<unsigned>(answers.size())) + number(0) +
                    number(0) + name(question) + number(1) + number(1);
  for (const Answer& answer : answers)
    out += answer.owner + number(answer.type) + number(1) + number(0) + number(300) +
           number(static_cast<unsigned>(answer.data.size())) + answer.data;
  return out;
}

const std::string asked = "\xC0\x0C"s;

TEST(DnsResponse, ReadsEachType) {
  const auto read =
      read_dns_response(response("Example.ORG", {{asked, 1, "\xC0\0\2\1"s},
                                                 {asked, 28, "\x20\1\xD\xB8"s + std::string(11, '\0') + '\1'},
                                                 {asked, 15, number(10) + "\2mx\xC0\x0C"s},
                                                 {asked, 12, name("host.example")},
                                                 {asked, 16, "\3v=s\4pf1 "s},
                                                 {asked, 2, name("ns.example.org")}}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->question, "example.org");
  ASSERT_EQ(read->answers.size(), 5U) << "NS says nothing about mail";
  EXPECT_EQ(read->answers[0].data, "192.0.2.1");
  EXPECT_EQ(read->answers[1].data, "2001:db8::1");
  EXPECT_EQ(read->answers[2].data, "mx.example.org");
  EXPECT_EQ(read->answers[2].preference, 10);
  EXPECT_EQ(read->answers[3].data, "host.example");
  EXPECT_EQ(read->answers[4].data, "v=spf1 ");
}

TEST(DnsResponse, TakesOnlyWhatBelongsToTheQuestion) {
  const auto read = read_dns_response(response(
      "a.example",
      {{asked, 5, name("b.example")}, {name("b.example"), 1, "\xC0\0\2\1"s}, {name("c.example"), 1, "\xC0\0\2\2"s}}));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->answers.size(), 2U);
  EXPECT_EQ(read->answers[1].name, "b.example");
}

TEST(DnsResponse, RefusesWhatIsNoAnswer) {
  EXPECT_FALSE(read_dns_response(response("a.example", {}, 0x0100))) << "a query";
  EXPECT_FALSE(read_dns_response(response("a.example", {}, 0x8183))) << "NXDOMAIN";
  EXPECT_FALSE(read_dns_response(response("a.example", {}, 0x8380))) << "truncated";
  EXPECT_FALSE(read_dns_response(response("a.example", {}, 0xA980))) << "an update";
}

TEST(DnsResponse, PointersLeadBackwardsOrNowhere) {
  const std::string fixed = number(1) + number(0x8180) + number(1) + number(0) + number(0) + number(0);
  EXPECT_FALSE(read_dns_response(fixed + "\xC0\x0C"s + number(1) + number(1))) << "to itself";
  EXPECT_FALSE(read_dns_response(fixed + "\xC0\x20"s + number(1) + number(1) + std::string(40, '\1'))) << "forwards";
  EXPECT_FALSE(read_dns_response(fixed + "\1a\xC0\x0C"s + number(1) + number(1))) << "a loop with a label";
}

TEST(DnsResponse, SurvivesEveryCut) {
  const std::string whole = response("example.org", {{asked, 15, number(10) + "\2mx\xC0\x0C"s}, {asked, 16, "\3abc"s}});
  ASSERT_TRUE(read_dns_response(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_dns_response(whole.substr(0, size))) << size;
}

TEST(DnsResponse, ShowsOddOctetsOfNamesAsNumbers) {
  const auto read = read_dns_response(response("\x1b[31m.a\\b", {}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->question, "\\027[31m.a\\092b");
}

class Kept final : public DnsSink {
 public:
  void on_dns(std::string_view message, const Stamp&) override { messages.emplace_back(message); }
  std::vector<std::string> messages;
};

TEST(DnsStream, CutsMessagesWhereverItIsSplit) {
  const std::string octets = number(3) + "abc" + number(0) + number(2) + "de" + number(9) + "open";
  for (std::size_t split = 0; split <= octets.size(); ++split) {
    Kept kept;
    DnsStream stream;
    stream.push(std::string_view(octets).substr(0, split), {}, kept);
    stream.push(std::string_view(octets).substr(split), {}, kept);
    EXPECT_EQ(kept.messages, (std::vector<std::string>{"abc", "", "de"})) << split;
  }
}

TEST(DnsStream, IsSilentBehindAGap) {
  Kept kept;
  DnsStream stream;
  stream.push(number(3) + "a", {}, kept);
  stream.lose();
  stream.push("bc" + number(1) + "d", {}, kept);
  EXPECT_TRUE(kept.messages.empty());
}

Stamp at(int second) {
  return {Timestamp(std::chrono::seconds(second)), 0, 0};
}

TEST(DnsAnswers, NamesAddressesByAnswersOfAllKinds) {
  DnsAnswers answers;
  answers.on_dns(
      response("www.example.org", {{asked, 5, name("host.example.org")}, {name("host.example.org"), 1, "\xC0\0\2\1"s}}),
      at(1));
  answers.on_dns(response("1.2.0.192.in-addr.arpa", {{asked, 12, name("ptr.example.org")}}), at(2));
  EXPECT_EQ(answers.names_of("192.0.2.1"),
            (std::vector<std::string>{"ptr.example.org", "www.example.org", "host.example.org"}));
  ASSERT_EQ(answers.find("WWW.example.org.", DnsType::a).size(), 1U);
  EXPECT_EQ(answers.find("www.example.org", DnsType::a).front().data, "192.0.2.1");
}

TEST(DnsAnswers, ReadsReverseNamesOfIpv6) {
  DnsAnswers answers;
  answers.on_dns(response("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                          {{asked, 12, name("six.example.org")}}),
                 at(1));
  EXPECT_EQ(answers.names_of("2001:db8::1"), std::vector<std::string>{"six.example.org"});
}

TEST(DnsAnswers, KnowWhatWasSeenBefore) {
  DnsAnswers answers;
  answers.on_dns(response("a.example", {{asked, 1, "\xC0\0\2\1"s}}), at(10));
  EXPECT_TRUE(answers.names_of("192.0.2.1", at(10).time).empty());
  EXPECT_EQ(answers.names_of("192.0.2.1", at(11).time).size(), 1U);
  answers.on_dns(response("a.example", {{asked, 1, "\xC0\0\2\1"s}}), at(20));
  EXPECT_EQ(answers.names_of("192.0.2.1", at(11).time).size(), 1U) << "seen again does not mean seen later";
}

TEST(DnsAnswers, TheOneSeenLastComesFirst) {
  DnsAnswers answers;
  const auto a = [&](std::string_view host, int second) {
    answers.on_dns(response(host, {{asked, 1, "\xC0\0\2\1"s}}), at(second));
  };
  a("one.example", 1);
  a("two.example", 2);
  a("one.example", 3);
  EXPECT_EQ(answers.names_of("192.0.2.1"), (std::vector<std::string>{"one.example", "two.example"}));
}

TEST(DnsAnswers, LinkDomainsToTheirExchanges) {
  DnsAnswers answers;
  answers.on_dns(response("example.org", {{asked, 15, number(10) + name("MX.example.org")}}), at(1));
  EXPECT_EQ(answers.mail_domains_of("mx.example.org"), std::vector<std::string>{"example.org"});
  EXPECT_EQ(answers.find("example.org", DnsType::mx).front().preference, 10);
}

TEST(DnsAnswers, ForgetWhatWasNotSeenForLongest) {
  DnsAnswers answers(16 * 1024);
  for (int host = 0; host < 1000; ++host) {
    answers.on_dns(response("host" + std::to_string(host) + ".example", {{asked, 1, "\xC0\0\2\1"s}}), at(host));
    answers.on_dns(response("always.example", {{asked, 16, "\1x"s}}), at(host));
  }
  EXPECT_TRUE(answers.find("host1.example", DnsType::a).empty());
  EXPECT_EQ(answers.find("host999.example", DnsType::a).size(), 1U);
  EXPECT_EQ(answers.find("always.example", DnsType::txt).size(), 1U);
}

}  // namespace
}  // namespace mailparse
