#include <gtest/gtest.h>

#include <mailparse/source/dns_file.hpp>

namespace mailparse {
namespace {

std::string text_of(std::string_view file) {
  DnsAnswers answers;
  const auto read = read_dns_file(file, answers);
  if (!read) return "line " + std::to_string(read.error());
  const auto found = answers.find("s._domainkey.example.org", DnsType::txt);
  return found.empty() ? "" : found.front().data;
}

TEST(DnsFile, ReadsTextRecordsInEveryForm) {
  EXPECT_EQ(text_of("s._domainkey.example.org. 300 IN TXT \"v=DKIM1; p=AB\" \"CD\"\n"), "v=DKIM1; p=ABCD");
  EXPECT_EQ(text_of("S._domainkey.Example.org TXT v=DKIM1; p=ABCD\r\n"), "v=DKIM1; p=ABCD");
  EXPECT_EQ(text_of("s._domainkey.example.org\tv=DKIM1; p=ABCD"), "v=DKIM1; p=ABCD");
  EXPECT_EQ(text_of("; from opendkim-genkey\ns._domainkey.example.org IN TXT ( \"v=DKIM1; \"\n\t\"p=AB\" ) ; key\n"),
            "v=DKIM1; p=AB");
  EXPECT_EQ(text_of("s._domainkey.example.org TXT \"a \\\"quoted\\\" word\""), "a \"quoted\" word");
}

TEST(DnsFile, ReadsAddressesAndExchanges) {
  DnsAnswers answers;
  const auto read = read_dns_file(
      "mx.example.org. A 192.0.2.1\nmx.example.org AAAA 2001:DB8::1\nexample.org 60 MX 5 MX.example.org.\n"
      "example.org NS ns.example.org\n$TTL 3600\n1.2.0.192.in-addr.arpa PTR mx.example.org.\n",
      answers);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, 4U);
  EXPECT_EQ(answers.find("mx.example.org", DnsType::aaaa).front().data, "2001:db8::1");
  EXPECT_EQ(answers.find("example.org", DnsType::mx).front().preference, 5);
  EXPECT_EQ(answers.mail_domains_of("mx.example.org"), std::vector<std::string>{"example.org"});
  EXPECT_EQ(answers.names_of("192.0.2.1"), std::vector<std::string>{"mx.example.org"});
}

TEST(DnsFile, TellsTheLineThatIsNoRecord) {
  EXPECT_EQ(text_of("# fine\n\nexample.org TXT \"x\"\nexample.org A 192.0.2\n"), "line 4");
  EXPECT_EQ(text_of("example.org TXT \"open\n"), "line 1");
  EXPECT_EQ(text_of("example.org TXT ( \"a\"\n\"b\"\n"), "line 1");
  EXPECT_EQ(text_of("alone\n"), "line 1");
  EXPECT_EQ(text_of("example.org NONSENSE x\n"), "line 1");
}

}  // namespace
}  // namespace mailparse
