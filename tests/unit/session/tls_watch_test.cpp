#include "session/tls_watch.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

constexpr std::string_view hello("\x16\x03\x01\0\x05\x01\0\0\x01\0", 10);

std::string told(const DiagnosticList& list) {
  std::string out;
  for (const auto& d : list.items()) {
    out += std::string(info(d.code).name) + "(" + std::string(to_string(d.severity)) + ")@" + std::to_string(d.offset) +
           "+" + std::to_string(d.length) + "x" + std::to_string(d.count) + " ";
  }
  return out;
}

TEST(TlsWatch, OverwrittenKeywordIsReportedOnceAndOnlyWithoutTheRealOne) {
  DiagnosticList list;
  TlsWatch watch(list, true, false);
  watch.keyword("XXXXXXXA", 40);
  watch.keywords_end();
  watch.keyword("XXXXXXXA", 90);
  watch.keywords_end();
  EXPECT_EQ(told(list), "starttls.stripped(warning)@40+8x1 ");
  DiagnosticList other;
  TlsWatch with(other, true, false);
  with.keyword("XXXXXXXX", 40);
  with.keyword("starttls", 50);
  with.keyword("X-EXPS", 60);
  with.keywords_end();
  EXPECT_EQ(told(other), "");
}

TEST(TlsWatch, CredentialsInTheClearWeighMoreWhenTlsWasToBeHad) {
  DiagnosticList list;
  TlsWatch watch(list, true, false);
  watch.credentials_in_clear(10, 5);
  watch.keyword("STARTTLS", 0);
  watch.credentials_in_clear(20, 5);
  EXPECT_EQ(told(list), "auth.cleartext(warning)@10+5x1 auth.cleartext(error)@20+5x1 ");
}

TEST(TlsWatch, RefusedAndThenCredentialsIsADowngrade) {
  DiagnosticList list;
  TlsWatch watch(list, true, false);
  watch.asked();
  watch.refused(70, 9);
  watch.credentials_in_clear(20, 5);
  watch.credentials_in_clear(30, 5);
  EXPECT_EQ(told(list), "auth.cleartext(error)@20+5x1 starttls.downgrade(error)@70+9x1 auth.cleartext(error)@30+5x1 ");
}

TEST(TlsWatch, NothingIsInTheClearInsideTls) {
  DiagnosticList list;
  TlsWatch inside(list, true, true);
  inside.credentials_in_clear(20, 5);
  TlsWatch later(list, true, false);
  later.tls_begins({}, 30);
  later.credentials_in_clear(40, 5);
  EXPECT_EQ(told(list), "");
}

TEST(TlsWatch, HeldOctetsAreAnInjectionUnlessTheyAreTheHandshake) {
  DiagnosticList list;
  TlsWatch early(list, true, false);
  early.tls_begins(hello, 30);
  early.first_client_octets(hello, 30);
  EXPECT_EQ(told(list), "");
  TlsWatch watch(list, true, false);
  watch.tls_begins("RSET\r\nMAIL FR", 30);
  watch.first_client_octets("MAIL", 50);
  EXPECT_EQ(told(list), "starttls.command-injection(critical)@30+13x1 ");
}

TEST(TlsWatch, ServerTextBehindTheReplyCountsOnceTheClientBeginsTls) {
  DiagnosticList list;
  TlsWatch watch(list, true, false);
  watch.tls_begins({}, 30);
  watch.first_server_octets("250 AUTH PLAIN\r\n", 80);
  EXPECT_EQ(told(list), "");
  watch.first_client_octets(hello, 30);
  EXPECT_EQ(told(list), "starttls.response-injection(critical)@80+1x1 ");
}

TEST(TlsWatch, NoHandshake) {
  DiagnosticList list;
  TlsWatch watch(list, true, false);
  watch.tls_begins({}, 30);
  watch.first_client_octets("EHLO x\r\n", 30);
  watch.first_server_octets("250 mx\r\n", 80);
  EXPECT_EQ(told(list), "starttls.no-handshake(error)@30+1x1 ");
}

TEST(TlsWatch, TranscriptsProveNothing) {
  DiagnosticList list;
  TlsWatch watch(list, false, false);
  watch.tls_begins("RSET\r\n", 30);
  watch.first_client_octets("EHLO x\r\n", 30);
  watch.first_server_octets("250 mx\r\n", 80);
  EXPECT_EQ(told(list), "");
}

}  // namespace
}  // namespace mailparse
