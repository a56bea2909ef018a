#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include <mailparse/base/time.hpp>
#include <mailparse/message/received.hpp>

namespace mailparse {
namespace {

struct Case {
  std::string_view text;
  std::string_view helo, rdns, ip, ident, by, via, with, id, recipient, tls_version, tls_cipher, utc;
};

class Hops : public testing::TestWithParam<Case> {};

TEST_P(Hops, GiveTheirClauses) {
  const Case& c = GetParam();
  DiagnosticList list;
  Arena arena;
  const Received r = read_received({c.text, 0}, arena, list);
  EXPECT_EQ(r.from.helo, c.helo);
  EXPECT_EQ(r.from.rdns, c.rdns);
  EXPECT_EQ(r.from.ip, c.ip);
  EXPECT_EQ(r.from.ident, c.ident);
  EXPECT_EQ(r.by, c.by);
  EXPECT_EQ(r.via, c.via);
  EXPECT_EQ(r.with, c.with);
  EXPECT_EQ(r.id, c.id);
  EXPECT_EQ(r.recipient, c.recipient);
  EXPECT_EQ(r.tls.version, c.tls_version);
  EXPECT_EQ(r.tls.cipher, c.tls_cipher);
  EXPECT_EQ(r.date ? rfc3339(r.date->utc).substr(0, 19) : "", c.utc);
}

constexpr std::string_view d = "2026-11-21T10:00:00";

INSTANTIATE_TEST_SUITE_P(
    ByProgram, Hops,
    testing::Values(
        Case{"from x.y.test\r\n  by example.net\r\n  via TCP\r\n  with ESMTP\r\n  id ABC12345\r\n  for "
             "<mary@example.net>; 21 Nov "
             "2026 10:00:00 +0000",
             "x.y.test", "", "", "", "example.net", "TCP", "ESMTP", "ABC12345", "mary@example.net", "", "", d},
        // Postfix
        Case{"from client.example (mail.example [IPv6:2001:db8::1])\r\n\t(using TLSv1.3 with cipher "
             "TLS_AES_256_GCM_SHA384 "
             "(256/256 bits)\r\n\t key-exchange X25519)\r\n\t(No client certificate requested)\r\n\tby mx.example "
             "(Postfix) with ESMTPS "
             "id 4ABC\r\n\tfor <b@x.example>; Sat, 21 Nov 2026 10:00:00 +0000 (UTC)",
             "client.example", "mail.example", "2001:db8::1", "", "mx.example", "", "ESMTPS", "4ABC", "b@x.example",
             "TLSv1.3", "TLS_AES_256_GCM_SHA384", d},
        Case{"from pc (unknown [192.0.2.1]) (Authenticated sender: bob@x.example) by mx.example (Postfix) with ESMTPSA "
             "id 4ABC; "
             "Sat, 21 Nov 2026 10:00:00 +0000",
             "pc", "", "192.0.2.1", "bob@x.example", "mx.example", "", "ESMTPSA", "4ABC", "", "", "", d},
        // SquirrelMail and another webmail
        Case{"from 192.0.2.1 (SquirrelMail authenticated user bob) by mx.example with HTTP; Sat, 21 Nov 2026 10:00:00 "
             "+0000",
             "192.0.2.1", "", "192.0.2.1", "bob", "mx.example", "", "HTTP", "", "", "", "", d},
        Case{"from 192.0.2.1 ( [192.0.2.1]) as user bob@localhost by mx.example with HTTP; Sat, 21 Nov 2026 10:00:00 "
             "+0000",
             "192.0.2.1", "", "192.0.2.1", "bob@localhost", "mx.example", "", "HTTP", "", "", "", "", d},
        // EzMTS
        Case{"from x.example (192.0.2.1) by 192.0.2.2 (EzMTS MTSSmtp 1.55d5) ; Sat, 21 Nov 2026 10:00:00 +0000 for "
             "<c@d.example>",
             "x.example", "", "192.0.2.1", "", "192.0.2.2", "", "", "", "c@d.example", "", "", d},
        // MessageLabs
        Case{"from x.example (HELO pc.example) (192.0.2.1) by server-7.example with AES256-GCM-SHA384 encrypted SMTP; "
             "21 Nov 2026 10:00:00 -0000",
             "pc.example", "x.example", "192.0.2.1", "", "server-7.example", "", "AES256-GCM-SHA384 encrypted SMTP", "",
             "", "", "AES256-GCM-SHA384", d},
        // Jetsend, which puts an identifier where others have an address
        Case{"from [<12-3@x.example>] ([<12-3@x.example>] helo=y.example) by mx (envelope-from 12-3@x.example) Jetsend "
             "MTA 0.0.1 with "
             "ESMTP; Sat, 21 Nov 2026 10:00:00 +0000",
             "y.example", "", "", "", "mx", "", "ESMTP", "", "", "", "", d},
        // Exim
        Case{"from [192.0.2.1] (helo=pc ident=bob) by mx.example with esmtps (TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256) "
             "(Exim 4.92) "
             "(envelope-from <a@b.example>) id 1abc-0001-Xy for c@d.example; Sat, 21 Nov 2026 10:00:00 +0000",
             "pc", "", "192.0.2.1", "bob", "mx.example", "", "esmtps", "1abc-0001-Xy", "c@d.example", "TLS1.2",
             "ECDHE_RSA_AES_256_GCM_SHA384", d},
        Case{"from out.example ([192.0.2.1]:33672) by mx.example with esmtps  (TLS1.3) tls TLS_AES_256_GCM_SHA384 "
             "(Exim 4.94.2) id "
             "1k; Sat, 21 Nov 2026 10:00:00 +0000",
             "out.example", "", "192.0.2.1", "", "mx.example", "", "esmtps", "1k", "", "TLS1.3",
             "TLS_AES_256_GCM_SHA384", d},
        // Gmail
        Case{"from out.example (out.example. [192.0.2.1]) by mx.google.com with ESMTPS id m16 for <a@gmail.com> "
             "(version=TLS1_3 "
             "cipher=TLS_AES_128_GCM_SHA256 bits=128/128); Sat, 21 Nov 2026 02:00:00 -0800 (PST)",
             "out.example", "out.example.", "192.0.2.1", "", "mx.google.com", "", "ESMTPS", "m16", "a@gmail.com",
             "TLS1_3", "TLS_AES_128_GCM_SHA256", d},
        // Exchange
        Case{"from A.prod.outlook.com (2603:10a6:6:2d::28) by B.prod.outlook.com (2603:10a6:10:1a::22) with Microsoft "
             "SMTP Server "
             "(version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.1; Sat, 21 Nov 2026 10:00:00 "
             "+0000",
             "A.prod.outlook.com", "", "2603:10a6:6:2d::28", "", "B.prod.outlook.com", "", "Microsoft SMTP Server",
             "15.20.1", "", "TLS1_2", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", d},
        // qmail
        Case{"from host.example (HELO pc.local) (joe@192.0.2.7)\r\n  by mx.example with (DHE-RSA-AES256-SHA encrypted) "
             "SMTP; 21 Nov "
             "2026 10:00:00 -0000",
             "pc.local", "host.example", "192.0.2.7", "joe", "mx.example", "", "SMTP", "", "", "", "DHE-RSA-AES256-SHA",
             d},
        // Sendmail
        Case{"from pc (IDENT:root@host.example [192.0.2.9] (may be forged))\r\n\tby mx.example (8.12.6/8.12.6) with "
             "ESMTP id "
             "g9MFWcvb068860\r\n\tfor <jm@x.example>; Sat, 21 Nov 2026 10:00:00 GMT",
             "pc", "host.example", "192.0.2.9", "root", "mx.example", "", "ESMTP", "g9MFWcvb068860", "jm@x.example", "",
             "", d}));

INSTANTIATE_TEST_SUITE_P(
    Wild, Hops,
    testing::Values(
        Case{"from attbi.com (h000.attbi.com[24.128.27.103]) by rw.example (rw) with SMTP id <2003@x>; 21 Nov 2026 "
             "10:00:00 +0000",
             "attbi.com", "h000.attbi.com", "24.128.27.103", "", "rw.example", "", "SMTP", "2003@x", "", "", "", d},
        Case{"from oem [63.232.189.195] by high.example (SMTPD32-7.07) id A4CE; 21 Nov 2026 10:00:00 +0000", "oem", "",
             "63.232.189.195", "", "high.example", "", "", "A4CE", "", "", "", d},
        Case{"(from who@juno.example) by m06.example (jqueuemail) id LRVB3JAJ; 21 Nov 2026 10:00:00 +0000",
             "who@juno.example", "", "", "", "m06.example", "", "", "LRVB3JAJ", "", "", "", d},
        Case{"(qmail 31873 invoked by uid 60001); 21 Nov 2026 10:00:00 -0000", "", "", "", "", "", "", "", "", "", "",
             "", d},
        Case{"by filter.example with SMTP id 12 Sat, 21 Nov 2026 10:00:00 +0000", "", "", "", "", "filter.example", "",
             "SMTP", "12", "", "", "", ""},
        Case{"FROM helo (1.2.3.4 [1.2.3.4]) BY x.example WITH SMTP ID <B@x> FOR <f@b.net>; 21 Nov 2026 10:00:00 +0000",
             "helo", "", "1.2.3.4", "", "x.example", "", "SMTP", "B@x", "f@b.net", "", "", d},
        Case{"from a by b", "a", "", "", "", "b", "", "", "", "", "", "", ""},
        Case{"", "", "", "", "", "", "", "", "", "", "", "", ""}));

TEST(Received, DateWithoutSemicolonIsKeptApart) {
  DiagnosticList list;
  Arena arena;
  const Received r =
      read_received({"by filter.example with SMTP id 12 Sat, 21 Nov 2026 10:00:00 +0000", 0}, arena, list);
  EXPECT_FALSE(r.date);
  ASSERT_TRUE(r.loose_date);
  EXPECT_EQ(rfc3339(r.loose_date->utc), "2026-11-21T10:00:00.000000000Z");
}

TEST(Received, ABracketMayBeTheLastOctet) {
  DiagnosticList list;
  Arena arena;
  EXPECT_EQ(read_received({"by mx.example for <k@x.example>", 0}, arena, list).recipient, "k@x.example");
}

TEST(Received, ClausesMayBeSeparatedBySemicolons) {
  DiagnosticList list;
  Arena arena;
  const Received r =
      read_received({"from localhost (localhost [local]);\r\n\tby mx.example (OpenSMTPD) with ESMTPA id 1e2a;\r\n"
                     "\tfor <k@x.example>;\r\n\tSat, 21 Nov 2026 10:00:00 +0000 (UTC)",
                     0},
                    arena, list);
  EXPECT_EQ(r.by, "mx.example");
  EXPECT_EQ(r.recipient, "k@x.example");
  ASSERT_TRUE(r.date);
}

TEST(Received, TheDateStandsBehindTheLastSemicolonThatHasATime) {
  DiagnosticList list;
  Arena arena;
  const Received x6 =
      read_received({"from a.example ([192.0.2.21])\n\tby b.example with neko (version 4.8) nyaan id 000\n"
                     "\tfor neko@x.example;e0ff9c6a684b9cf1; Sat, 21 Nov 2026 10:00:00 +0000 (a; b)",
                     0},
                    arena, list);
  ASSERT_TRUE(x6.date);
  EXPECT_EQ(rfc3339(x6.date->utc), "2026-11-21T10:00:00.000000000Z");
  EXPECT_EQ(x6.recipient, "neko@x.example");
  const Received behind =
      read_received({"by b.example; (a; b) Sat, 21 Nov 2026 10:00:00 +0000; (more) said", 0}, arena, list);
  ASSERT_TRUE(behind.date);
}

TEST(Received, AParenthesisThatNeverClosesHidesNothing) {
  DiagnosticList list;
  Arena arena;
  const Received r = read_received({"from a.example (by b.example\r\n\t(8.12.10/8.12.11) with ESMTP id m8M\r\n"
                                    "\tfor <x@c.example>; Sat, 21 Nov 2026 10:00:00 GMT",
                                    0},
                                   arena, list);
  EXPECT_EQ(r.from.helo, "a.example");
  EXPECT_EQ(r.by, "b.example");
  EXPECT_EQ(r.with, "ESMTP");
  EXPECT_EQ(r.id, "m8M");
  EXPECT_EQ(r.recipient, "x@c.example");
  ASSERT_TRUE(r.date);
}

TEST(Received, HostileValuesTakeLinearTime) {
  for (const char* unit :
       {"(", "from ", "a(b)", "<", "[", ";", "\"", "id <", "with a ", "(tls cipher=x)", ";(a)", "( ;"}) {
    std::string text = "from x (";
    while (text.size() < 100'000) text += unit;
    DiagnosticList list;
    Arena arena;
    const auto begin = std::chrono::steady_clock::now();
    (void)read_received({text, 0}, arena, list);
    (void)read_received({std::string_view(text).substr(8), 0}, arena, list);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3)) << unit;
  }
}

}  // namespace
}  // namespace mailparse
