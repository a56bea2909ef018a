// The rules of grammars/: what each accepts and rejects, that each is reached both ways, and what they cost.
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/analyze.hpp>

#include "exchange.hpp"
#include "grammar/run.hpp"
#include "lenient_smtp.hpp"
#include "postfix.hpp"
#include "rfc1870.hpp"
#include "rfc1985.hpp"
#include "rfc2033.hpp"
#include "rfc2645.hpp"
#include "rfc2852.hpp"
#include "rfc3030.hpp"
#include "rfc3207.hpp"
#include "rfc3339.hpp"
#include "rfc3461.hpp"
#include "rfc3463.hpp"
#include "rfc3865.hpp"
#include "rfc4468.hpp"
#include "rfc4865.hpp"
#include "rfc4954.hpp"
#include "rfc5321.hpp"
#include "rfc6710.hpp"
#include "rfc7293.hpp"
#include "rfc9422.hpp"

namespace {

using namespace mailparse;

template <typename Rule>
void accepts(std::initializer_list<std::string_view> texts) {
  for (const auto text : texts) EXPECT_TRUE(grammar::fits<Rule>(text)) << tao::pegtl::demangle<Rule>() << ": " << text;
}

template <typename Rule>
void rejects(std::initializer_list<std::string_view> texts) {
  for (const auto text : texts) EXPECT_FALSE(grammar::fits<Rule>(text)) << tao::pegtl::demangle<Rule>() << ": " << text;
}

TEST(Rfc5321, Words) {
  using namespace rfc5321;
  accepts<Atom>({"a", "a+b!#$%&'*/=?^_`{|}~-", "j\xC3\xB6rg"});
  rejects<Atom>({"", "a.b", "a b", "a@", "a(", "\xF6"});
  accepts<Dot_string>({"a", "a.b.c"});
  rejects<Dot_string>({".a", "a.", "a..b"});
  accepts<Quoted_string>({R"("")", R"("a b")", R"("a\"b\\")", "\"@,;<>\"", "\"\xC3\xB6\""});
  rejects<Quoted_string>({"\"", "\"a", "\"a\"b\"", "\"a\\\"", "\"a\tb\"", "\"a\\\tb\""});
  accepts<String>({"atom", "\"quoted string\""});
  rejects<String>({"two words", ""});
}

TEST(Rfc5321, Domains) {
  using namespace rfc5321;
  accepts<Domain>({"a", "a.b", "mail-1.example.com", "1.2.3", "x--y.z",
                   "b\xC3\xBC"
                   "cher.example"});
  rejects<Domain>({"", "-a", "a-", "a.-b", "a..b", ".a", "a.", "a_b", "a b"});
  accepts<Ldh_str>({"a", "-a", "a-b-c", "--1"});
  rejects<Ldh_str>({"", "-", "a-", "a.b"});
  accepts<Keyword>({"SIZE", "8BITMIME"});
  accepts<Argument>({"FULL"});
}

TEST(Rfc5321, IPv4Literals) {
  using rfc5321::IPv4_address_literal;
  accepts<IPv4_address_literal>({"0.0.0.0", "255.255.255.255", "192.0.2.1", "001.002.003.004", "249.250.199.99"});
  rejects<IPv4_address_literal>(
      {"256.0.0.1", "1.2.3", "1.2.3.4.5", "1.2.3.", "1.2.3.0004", "a.b.c.d", "300.1.1.1", ""});
}

TEST(Rfc5321, IPv6Literals) {
  using rfc5321::IPv6_address_literal;
  accepts<IPv6_address_literal>({"IPv6:1:2:3:4:5:6:7:8", "ipv6:2001:DB8::1", "IPv6:::", "IPv6:::1",
                                 "IPv6:1::", "IPv6:1:2:3:4:5:6::", "IPv6:::1:2:3:4:5:6", "IPv6:1:2:3::4:5:6",
                                 "IPv6:::192.0.2.1", "IPv6:::ffff:192.0.2.1", "IPv6:1:2:3:4:5:6:192.0.2.1",
                                 "IPv6:1:2::3:4:192.0.2.1", "IPv6:abcd:ef01::"});
  rejects<IPv6_address_literal>({"IPv6:", "IPv6:1:2:3:4:5:6:7", "IPv6:1:2:3:4:5:6:7:8:9", "IPv6:1::2::3",
                                 "IPv6:12345::", "IPv6:g::", "IPv6:1:2:3:4::5:6:7", "IPv6::1", "2001:db8::1",
                                 "IPv6:1:2:3:4:5:6:7:192.0.2.1", "IPv6:1:2:3::4:5:192.0.2.1", "IPv6:::300.0.0.1"});
}

TEST(Rfc5321, AddressLiterals) {
  using namespace rfc5321;
  accepts<address_literal>({"[192.0.2.1]", "[IPv6:::1]", "[x-tag:what!ever]"});
  rejects<address_literal>({"[]", "192.0.2.1", "[192.0.2.1", "[IPv6:no]", "[tag:]", "[tag:a[b]", "[-:x]"});
  accepts<General_address_literal>({"tag:content"});
  rejects<General_address_literal>({"IPv6:::1", ":x"});
}

TEST(Rfc5321, Paths) {
  using namespace rfc5321;
  accepts<Reverse_path>({"<>", "<a@b>", "<@x,@y.z:a@b>", R"(<"a b"@[192.0.2.1]>)"});
  rejects<Reverse_path>({"", "a@b", "<a>", "<a@b", "<@x:>", "<@x a@b>", "<a@b>>", "< a@b>"});
  accepts<Forward_path>({"<a@b>"});
  rejects<Forward_path>({"<>", "<Postmaster>"});
  accepts<postmaster>({"<Postmaster>", "<POSTMASTER@x.y>"});
  rejects<postmaster>({"<Postmaster@>", "<master>"});
  accepts<A_d_l>({"@a", "@a,@b.c"});
  rejects<A_d_l>({"a", "@a,", "@a,b"});
  accepts<Mailbox>({"a@b", "\"\"@b"});
  rejects<Mailbox>({"a", "@b", "a@", "a@b@c"});
}

TEST(Rfc5321, Parameters) {
  using namespace rfc5321;
  accepts<esmtp_param>({"SIZE=100", "SMTPUTF8", "8-X=a:b!", "X=\xC3\xB6"});
  rejects<esmtp_param>({"", "-X", "X=", "X=a=b", "X=a b", "X_Y=1"});
  accepts<Mail_parameters>({"SIZE=1 BODY=7BIT"});
  rejects<Mail_parameters>({"SIZE=1  BODY=7BIT", " SIZE=1", "SIZE=1 "});
  accepts<Rcpt_parameters>({"NOTIFY=NEVER"});
}

TEST(Rfc5321, Commands) {
  using namespace rfc5321;
  accepts<ehlo>({"EHLO a", "ehlo [192.0.2.1]"});
  rejects<ehlo>({"EHLO", "EHLO ", "EHLO a b", "EHLO  a", "EHLO a_b"});
  accepts<helo>({"HELO a.b"});
  rejects<helo>({"HELO [192.0.2.1]", "HELO"});
  accepts<mail>({"MAIL FROM:<>", "mail from:<a@b> SIZE=1 X"});
  rejects<mail>({"MAIL FROM: <>", "MAIL FROM:a@b", "MAIL FROM:<a@b>SIZE=1", "MAIL TO:<a@b>"});
  accepts<rcpt>({"RCPT TO:<a@b>", "RCPT TO:<postmaster>", "RCPT TO:<postmaster@b> NOTIFY=NEVER"});
  rejects<rcpt>({"RCPT TO:<>", "RCPT TO: <a@b>", "RCPT FROM:<a@b>"});
  accepts<data>({"DATA", "data"});
  rejects<data>({"DATA ", "DAT"});
  accepts<rset>({"RSET"});
  rejects<rset>({"RSET x"});
  accepts<vrfy>({"VRFY a", "VRFY \"a b\""});
  rejects<vrfy>({"VRFY", "VRFY a b"});
  accepts<expn>({"EXPN list"});
  rejects<expn>({"EXPN"});
  accepts<help>({"HELP", "HELP MAIL"});
  rejects<help>({"HELP "});
  accepts<noop>({"NOOP", "NOOP x"});
  rejects<noop>({"NOOP x y"});
  accepts<quit>({"QUIT"});
  rejects<quit>({"QUIT now"});
  accepts<send>({"SEND FROM:<a@b>"});
  rejects<send>({"SEND TO:<a@b>"});
  accepts<soml>({"SOML FROM:<a@b>"});
  rejects<soml>({"SOML"});
  accepts<saml>({"SAML FROM:<a@b>"});
  rejects<saml>({"SAML FROM:<a>"});
  accepts<turn>({"TURN"});
  rejects<turn>({"TURN x"});
}

TEST(Rfc5321, Replies) {
  using namespace rfc5321;
  accepts<Reply_line>({"250", "250 ", "250 Ok", "250-", "250-a\tb", "550 \xC3\xB6"});
  rejects<Reply_line>({"25", "2500", "199 x", "600 x", "260 x", "250\tx", "250 \x01", "+OK"});
  accepts<Greeting>({"220 mx.example", "220 [192.0.2.1] ready", "220-mx.example hello"});
  rejects<Greeting>({"220", "220 ", "221 mx", "220 mx_x"});
  accepts<ehlo_line>({"SIZE", "SIZE 100", "AUTH PLAIN LOGIN", "8BITMIME", "X-Y a=b"});
  rejects<ehlo_line>({"", "-X", "AUTH=LOGIN", "SIZE  1", "SIZE "});
  accepts<ehlo_ok_rsp>({"mx.example", "mx.example greets you \x01!"});
  rejects<ehlo_ok_rsp>({"", "mx.example\nx"});
}

TEST(SmtpExtensions, Rules) {
  accepts<rfc1870::size_value>({"0", "12345678901234567890"});
  rejects<rfc1870::size_value>({"", "123456789012345678901", "-1"});
  accepts<rfc1985::etrn>({"ETRN a", "ETRN @a", "ETRN #q"});
  rejects<rfc1985::etrn>({"ETRN", "ETRN @", "ETRN a b"});
  accepts<rfc2033::lhlo>({"LHLO a"});
  rejects<rfc2033::lhlo>({"LHLO"});
  accepts<rfc2645::atrn>({"ATRN", "ATRN a.b,c"});
  rejects<rfc2645::atrn>({"ATRN ", "ATRN a,", "ATRN a b"});
  accepts<rfc2852::by_value>({"120;R", "-9;NT", "+1;rt"});
  rejects<rfc2852::by_value>({"120", ";R", "1;X", "1234567890;R"});
  accepts<rfc3030::bdat>({"BDAT 0", "BDAT 10 LAST", "bdat 10 last"});
  rejects<rfc3030::bdat>({"BDAT", "BDAT LAST", "BDAT +1", "BDAT 1 LAST "});
  accepts<rfc3030::body_value>({"7BIT", "8bitmime", "BINARYMIME"});
  rejects<rfc3030::body_value>({"", "8BIT"});
  accepts<rfc3207::starttls>({"STARTTLS"});
  rejects<rfc3207::starttls>({"STARTTLS x"});
  accepts<rfc3339::date_time>({"2026-11-21T22:48:50Z", "2026-11-21t22:48:50.123+01:00"});
  rejects<rfc3339::date_time>({"2026-11-21", "2026-11-21T22:48:50", "26-11-21T22:48:50Z"});
  accepts<rfc3461::xtext>({"", "abc", "a+2Bb"});
  rejects<rfc3461::xtext>({"a+b", "a=b", "+2b", "a b"});
  accepts<rfc3461::original_recipient_address>({"rfc822;a@b", "utf-8;\xC3\xB6@b", "x400;/C+3DUS"});
  rejects<rfc3461::original_recipient_address>({"a@b", ";x", "rfc822;\xC3\xB6"});
  accepts<rfc3461::notify_value>({"NEVER", "success,delay"});
  rejects<rfc3461::notify_value>({"NEVER,DELAY", "", "DELAY,"});
  accepts<rfc3461::ret_value>({"FULL", "hdrs"});
  rejects<rfc3461::ret_value>({"NONE"});
  accepts<rfc3463::status_code>({"2.0.0", "5.999.999"});
  rejects<rfc3463::status_code>({"3.0.0", "2.0", "2.1000.0"});
  accepts<rfc3865::Solicitation_keywords>({"a", "org.example:ADV,com.example:X_y-1"});
  rejects<rfc3865::Solicitation_keywords>({"", "1a", "a,"});
  accepts<rfc4468::burl_cmd>({"BURL imap://h/x", "BURL imap://h LAST"});
  rejects<rfc4468::burl_cmd>({"BURL", "BURL a b"});
  accepts<rfc4865::hold_for_value>({"1", "999999999"});
  rejects<rfc4865::hold_for_value>({"", "1234567890"});
  accepts<rfc4865::hold_until_value>({"2026-11-21T22:48:50Z"});
  rejects<rfc4865::hold_until_value>({"now"});
  accepts<rfc4954::auth_command>(
      {"AUTH PLAIN", "AUTH SCRAM-SHA-256 AAAA", "auth EXTERNAL =", "AUTH PLAIN AAA=", "AUTH PLAIN AA=="});
  rejects<rfc4954::auth_command>({"AUTH", "AUTH PLAIN ", "AUTH PLAIN A", "AUTH PLAIN A===", "AUTH A B C"});
  accepts<rfc4954::cancel_response>({"*"});
  rejects<rfc4954::cancel_response>({"**"});
  accepts<rfc6710::priority_value>({"0", "9", "-9"});
  rejects<rfc6710::priority_value>({"-0", "10", "+1"});
  accepts<rfc7293::rrvs_value>({"2026-11-21T22:48:50Z", "2026-11-21T22:48:50Z;C"});
  rejects<rfc7293::rrvs_value>({"2026-11-21T22:48:50Z;", "2026-11-21T22:48:50Z;X"});
  accepts<rfc9422::limits>({"RCPTMAX=20", "RCPTMAX=20 MAILMAX=5 X"});
  rejects<rfc9422::limits>({"", "=1", "A=;"});
  accepts<postfix::xclient>({"XCLIENT NAME=a ADDR=192.0.2.1", "XCLIENT NAME=[UNAVAILABLE]"});
  rejects<postfix::xclient>({"XCLIENT", "XCLIENT NAME", "XCLIENT NAME=a b"});
  accepts<postfix::xforward>({"XFORWARD NAME=a+2Bb"});
  rejects<postfix::xforward>({"XFORWARD NAME=a+b"});
  accepts<exchange::x_exps>({"X-EXPS GSSAPI", "X-EXPS NTLM AAAA"});
  rejects<exchange::x_exps>({"X-EXPS"});
  accepts<exchange::x_anonymoustls>({"X-ANONYMOUSTLS"});
  rejects<exchange::x_anonymoustls>({"X-ANONYMOUSTLS x"});
}

TEST(LenientPaths, EachLeniencyAndNoMore) {
  using lenient_smtp::any_path;
  accepts<any_path>(
      {"<>", "<a@b>", "<a..b@c>", "<a.@c>", "<a@b_c.d>", "<_a@_b>", "<\xF6@b>", "<a@\xFC.b>", "<Postmaster>"});
  rejects<any_path>({"<.a@b>", "<a@b.>", "<a@.b>", "<a@-b>", "<a b@c>", "<a>", "a@b", "<a@b\x01>"});
}

/// Rules that begin and end well or not, by name.
struct Reached {
  std::set<std::string_view> started;
  std::set<std::string_view> succeeded;
  std::set<std::string_view> failed;
  std::uint64_t starts = 0;
};

template <typename Rule>
struct Counting : grammar::Control<Rule> {
  template <typename Input>
  static void start(const Input&, grammar::Watch&, Reached& reached) {
    reached.started.insert(tao::pegtl::demangle<Rule>());
    ++reached.starts;
  }
  template <typename Input>
  static void success(const Input&, grammar::Watch&, Reached& reached) {
    reached.succeeded.insert(tao::pegtl::demangle<Rule>());
  }
  template <typename Input>
  static void failure(const Input&, grammar::Watch&, Reached& reached) noexcept {
    reached.failed.insert(tao::pegtl::demangle<Rule>());
  }
};

template <typename Rule>
void trace(std::string_view text, Reached& reached) {
  tao::pegtl::memory_input<tao::pegtl::tracking_mode::lazy, tao::pegtl::eol::crlf, const char*> in(
      text.data(), text.data() + text.size(), "");
  grammar::Watch watch{.furthest = text.data(), .depth = 0, .depth_limit = 64, .too_deep = false};
  (void)tao::pegtl::parse<grammar::whole<Rule>, grammar::no_action, Counting>(in, watch, reached);
}

TEST(Rfc5321, EveryRuleIsReachedBothWays) {
  using namespace rfc5321;
  Reached reached;
  for (const std::string_view line :
       {"MAIL FROM:<@a-b.c,@d:\"q\\\" \xC3\xB6\"@[192.0.2.255]> SIZE=1 X", "MAIL FROM:<>", "MAIL FROM:x",
        "MAIL FROM:<a.b!@[IPv6:1:2:3:4:5:6:7:8]>", "MAIL FROM:<a@[IPv6:1::2]>", "MAIL FROM:<a@[IPv6:::1.2.3.4]>",
        "MAIL FROM:<a@[IPv6:1:2:3:4:5:6:1.2.3.4]>", "MAIL FROM:<a@[tag:x]>", "MAIL FROM:<a@[.]>",
        "MAIL FROM:<a@[tag:\x01]>", "MAIL FROM:<a@-", "MAIL FROM:<a@b> -", "MAIL FROM:<a@b> X=", "QUIT"}) {
    trace<mail>(line, reached);
  }
  for (const std::string_view line :
       {"RCPT TO:<a@b> X=1", "RCPT TO:<Postmaster>", "RCPT TO:<a@b> -", "RCPT TO:<", "RCPT"})
    trace<rcpt>(line, reached);
  for (const std::string_view line : {"EHLO [1.2.3.4]", "EHLO a", "EHLO -", "x"}) trace<ehlo>(line, reached);
  trace<helo>("HELO a", reached);
  trace<helo>("x", reached);
  const auto both = [&]<typename Rule>(std::string_view good, std::string_view bad) {
    trace<Rule>(good, reached);
    trace<Rule>(bad, reached);
  };
  both.template operator()<data>("DATA", "x");
  both.template operator()<rset>("RSET", "x");
  both.template operator()<vrfy>("VRFY a", "x");
  both.template operator()<expn>("EXPN \"a\"", "EXPN ");
  both.template operator()<help>("HELP", "x");
  both.template operator()<noop>("NOOP", "x");
  both.template operator()<quit>("QUIT", "x");
  both.template operator()<Reply_line>("250 x", "x");
  both.template operator()<Reply_line>("250 ", "250 \x01");
  both.template operator()<Greeting>("220 a b", "x");
  both.template operator()<ehlo_ok_rsp>("a b", "-");
  both.template operator()<ehlo_ok_rsp>("a b", "a ");
  both.template operator()<ehlo_line>("A b", "-");
  both.template operator()<ehlo_line>("A b", "A ");
  both.template operator()<Keyword>("A", "-");
  both.template operator()<Argument>("A", "@");
  both.template operator()<IPv6_addr>("1:2:3:4:5:6:7:8", "1");
  both.template operator()<IPv6_addr>("1:2:3:4:5:6:1.2.3.4", "g");
  both.template operator()<IPv6_addr>("::1.2.3.4", "1:2:3:4:5:6:7:");
  std::set<std::string> both_ways;
  for (const std::string_view rule : reached.started) {
    // Rules that cannot fail, or that only bind others together, are no rules of the ABNF.
    if (!rule.starts_with("rfc5321::") || rule.contains('<')) continue;
    EXPECT_TRUE(reached.succeeded.contains(rule)) << rule << " never fits";
    EXPECT_TRUE(reached.failed.contains(rule)) << rule << " never fails";
    both_ways.insert(std::string(rule));
  }
  const std::set<std::string> all = {"A_d_l",
                                     "Argument",
                                     "At_domain",
                                     "Atom",
                                     "Domain",
                                     "Dot_string",
                                     "Forward_path",
                                     "General_address_literal",
                                     "Greeting",
                                     "IPv4_address_literal",
                                     "IPv6_addr",
                                     "IPv6_address_literal",
                                     "IPv6_comp",
                                     "IPv6_full",
                                     "IPv6_hex",
                                     "IPv6v4_comp",
                                     "IPv6v4_full",
                                     "Keyword",
                                     "Let_dig",
                                     "Local_part",
                                     "Mail_parameters",
                                     "Mailbox",
                                     "Path",
                                     "QcontentSMTP",
                                     "Quoted_string",
                                     "Rcpt_parameters",
                                     "Reply_code",
                                     "Reply_line",
                                     "Reverse_path",
                                     "Snum",
                                     "Standardized_tag",
                                     "String",
                                     "address_literal",
                                     "atext",
                                     "data",
                                     "dcontent",
                                     "ehlo",
                                     "ehlo_greet",
                                     "ehlo_keyword",
                                     "ehlo_line",
                                     "ehlo_ok_rsp",
                                     "ehlo_param",
                                     "esmtp_keyword",
                                     "esmtp_param",
                                     "esmtp_value",
                                     "expn",
                                     "helo",
                                     "help",
                                     "mail",
                                     "noop",
                                     "qtextSMTP",
                                     "quit",
                                     "quoted_pairSMTP",
                                     "rcpt",
                                     "rset",
                                     "sub_domain",
                                     "textstring",
                                     "vrfy"};
  for (const std::string& rule : all) EXPECT_TRUE(both_ways.contains("rfc5321::" + rule)) << rule << " is not reached";
}

TEST(Rfc5321, CostIsBoundedPerOctet) {
  const auto repeat = [](std::string_view part) {
    std::string text = "MAIL FROM:<";
    while (text.size() < 20'000) text += part;
    return text;
  };
  for (const std::string_view part :
       {"@a,", "a", "a.", "\"", "\\\"", "\xC3\xB6", "@", "a-", "[1:", "[IPv6:1:", "1.1.1.", ">", " X=1", "::"}) {
    const std::string text = repeat(part);
    Reached reached;
    trace<rfc5321::mail>(text, reached);
    trace<lenient_smtp::any_path>(std::string_view(text).substr(10), reached);
    EXPECT_LT(static_cast<double>(reached.starts) / static_cast<double>(text.size()), 40.0) << part;
  }
}

TEST(Grammars, AnalysisFindsNoLoopWithoutProgress) {
  using tao::pegtl::analyze;
  EXPECT_EQ(analyze<rfc5321::mail>(), 0U);
  EXPECT_EQ(analyze<rfc5321::rcpt>(), 0U);
  EXPECT_EQ(analyze<rfc5321::ehlo>(), 0U);
  EXPECT_EQ(analyze<rfc5321::Reply_line>(), 0U);
  EXPECT_EQ(analyze<rfc5321::Greeting>(), 0U);
  EXPECT_EQ(analyze<rfc5321::ehlo_ok_rsp>(), 0U);
  EXPECT_EQ(analyze<rfc5321::ehlo_line>(), 0U);
  EXPECT_EQ(analyze<rfc5321::vrfy>(), 0U);
  EXPECT_EQ(analyze<lenient_smtp::any_path>(), 0U);
  EXPECT_EQ(analyze<rfc1985::etrn>(), 0U);
  EXPECT_EQ(analyze<rfc2645::atrn>(), 0U);
  EXPECT_EQ(analyze<rfc2852::by_value>(), 0U);
  EXPECT_EQ(analyze<rfc3030::bdat>(), 0U);
  EXPECT_EQ(analyze<rfc3461::original_recipient_address>(), 0U);
  EXPECT_EQ(analyze<rfc3461::notify_value>(), 0U);
  EXPECT_EQ(analyze<rfc3463::reply_prefix>(), 0U);
  EXPECT_EQ(analyze<rfc3865::Solicitation_keywords>(), 0U);
  EXPECT_EQ(analyze<rfc4468::burl_cmd>(), 0U);
  EXPECT_EQ(analyze<rfc4865::hold_until_value>(), 0U);
  EXPECT_EQ(analyze<rfc4954::auth_command>(), 0U);
  EXPECT_EQ(analyze<rfc7293::rrvs_value>(), 0U);
  EXPECT_EQ(analyze<rfc9422::limits>(), 0U);
  EXPECT_EQ(analyze<postfix::xclient>(), 0U);
  EXPECT_EQ(analyze<exchange::x_exps>(), 0U);
}

}  // namespace
