#include <string>

#include <gtest/gtest.h>

#include <mailparse/message/authentication_results.hpp>

namespace mailparse {
namespace {

struct Reading {
  std::string text;
  std::size_t findings = 0;
};

Reading read(std::string_view value) {
  DiagnosticList list;
  Arena arena;
  const AuthenticationResults r = read_authentication_results({value, 0}, arena, list);
  Reading reading;
  reading.findings = list.items().size();
  std::string& out = reading.text;
  out = r.authserv_id;
  if (r.none) out += " none";
  for (const AuthResult& result : r.results) {
    out += " | ";
    out += result.method;
    out += '=';
    out += result.result;
    for (const AuthProperty& p : result.properties) {
      out += ' ';
      out += p.name;
      out += '=';
      out += p.value;
    }
  }
  return reading;
}

TEST(AuthenticationResults, ExamplesOfTheRfc) {
  EXPECT_EQ(read("example.org 1; none").text, "example.org none");
  EXPECT_EQ(read("example.com;\r\n spf=pass smtp.mailfrom=example.net").text,
            "example.com | spf=pass smtp.mailfrom=example.net");
  EXPECT_EQ(
      read("example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=fail smtp.mailfrom=example.net").text,
      "example.com | auth=pass smtp.auth=sender@example.net | spf=fail smtp.mailfrom=example.net");
  EXPECT_EQ(
      read(
          "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot "
          "can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462")
          .findings,
      0U);
}

TEST(AuthenticationResults, AsGmailAndMicrosoftWriteThem) {
  EXPECT_EQ(read("mx.google.com; dkim=pass header.i=@x.example header.s=s1 header.b=\"abc/d+e=\"; spf=pass "
                 "(google.com: domain of "
                 "a@x.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@x.example")
                .text,
            "mx.google.com | dkim=pass header.i=@x.example header.s=s1 header.b=abc/d+e= | spf=pass "
            "smtp.mailfrom=a@x.example");
  const Reading microsoft =
      read("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=none (message not signed) header.d=none");
  EXPECT_EQ(microsoft.text, " | spf=pass smtp.mailfrom=x.example | dkim=none header.d=none");
  EXPECT_EQ(microsoft.findings, 0U);
  EXPECT_EQ(read("spf=none (sender IP is ) smtp.mailfrom=<>; ").findings, 0U);
  EXPECT_EQ(read("mx.example; spf=pass smtp.mailfrom=<a@b.example>").findings, 0U);
  EXPECT_EQ(read("mx.example; spf=pass smtp.mailfrom=<a@b@c.example>").findings, 1U);
}

TEST(AuthenticationResults, UnbalancedOnesAreTold) {
  EXPECT_EQ(read("a.example; spf=pass (oh").findings, 1U);
  EXPECT_EQ(read("a.example; spf=pass reason=\"oh").findings, 1U);
  EXPECT_EQ(read("a.example; spf=pass smtp.mailfrom=\"a b(c\"").findings, 1U);
}

}  // namespace
}  // namespace mailparse
