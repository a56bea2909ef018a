#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <tao/pegtl/contrib/analyze.hpp>

#include <mailparse/message/address.hpp>

#include "grammar/run.hpp"
#include "rfc5322.hpp"

namespace mailparse::grammar {
template <>
inline constexpr bool nests<rfc5322::comment> = true;
}

namespace mailparse {
namespace {

struct Read {
  std::unique_ptr<Arena> arena = std::make_unique<Arena>();
  AddressList list;
  std::vector<Diagnostic> diagnostics;
  [[nodiscard]] std::string codes() const {
    std::string all;
    for (const Diagnostic& d : diagnostics) {
      all += (all.empty() ? "" : " ");
      all += info(d.code).name;
    }
    return all;
  }
};

Read read(std::string_view text, const Limits& limits = {}) {
  Read read;
  DiagnosticList list;
  read.list = read_addresses({text, 100}, *read.arena, list, limits);
  read.diagnostics = list.take();
  return read;
}

/// `Name <address>, {Group: Name <address>}`.
std::string shown(const AddressList& list) {
  std::string all;
  for (const Mailbox& m : list.mailboxes) {
    if (!all.empty()) all += " | ";
    if (m.group) {
      all += '{';
      all += list.groups[*m.group].name;
      all += "} ";
    }
    all += m.name;
    all += '<';
    all += m.address;
    all += '>';
  }
  return all;
}

TEST(Address, GrammarIsSound) {
  EXPECT_EQ(tao::pegtl::analyze<rfc5322::list_item>(), 0U);
  EXPECT_EQ(tao::pegtl::analyze<rfc5322::mailbox_list>(), 0U);
  EXPECT_EQ(tao::pegtl::analyze<rfc5322::msg_id>(), 0U);
  EXPECT_EQ(tao::pegtl::analyze<rfc5322::date_time>(), 0U);
}

struct Case {
  std::string_view text, shown, codes;
  bool misfit = false;
};

class Addresses : public testing::TestWithParam<Case> {};

TEST_P(Addresses, AreReadAsTheirReadersDo) {
  const Case& c = GetParam();
  const Read r = read(c.text);
  EXPECT_EQ(shown(r.list), c.shown) << c.text;
  EXPECT_EQ(r.codes(), c.codes) << c.text;
  EXPECT_EQ(r.list.misfit.has_value(), c.misfit) << c.text;
}

INSTANTIATE_TEST_SUITE_P(
    Legal, Addresses,
    testing::Values(
        Case{"", "", ""}, Case{"jdoe@machine.example", "<jdoe@machine.example>", ""},
        Case{"John Doe <jdoe@machine.example>", "John Doe<jdoe@machine.example>", ""},
        Case{"\"Joe Q. Public\" <john.q.public@example.com>", "Joe Q. Public<john.q.public@example.com>", ""},
        Case{"Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
             "Mary Smith<mary@x.test> | <jdoe@example.org> | Who?<one@y.test>", ""},
        Case{"<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
             "<boss@nil.test> | Giant; \"Big\" Box<sysservices@example.net>", ""},
        Case{"A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
             "{A Group} Ed Jones<c@a.test> | {A Group} <joe@where.test> | {A Group} John<jdoe@one.test>", ""},
        Case{"Undisclosed recipients:;", "", ""},
        Case{"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete<pete@silly.test>", ""},
        Case{"A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n     joe@example.org,\r\n"
             "  John <jdoe@one.test> (my dear friend); (the end of the group)",
             "{A Group} Chris Jones<c@public.example> | {A Group} <joe@example.org> | {A Group} John<jdoe@one.test>",
             ""},
        Case{"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", "", ""},
        // RFC 5322 A.6: obsolete forms.
        Case{"Joe Q. Public <john.q.public@example.com>", "Joe Q. Public<john.q.public@example.com>", ""},
        Case{"Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
             "Mary Smith<mary@example.net> | <jdoe@test.example>", ""},
        Case{"John Doe <jdoe@machine(comment).  example>", "John Doe<jdoe@machine.example>", ""},
        Case{"pete@x.test (Pete Cottontail)", "Pete Cottontail<pete@x.test>", ""},
        Case{"\"quoted@local\"@x.test", "<\"quoted@local\"@x.test>", ""},
        Case{"user@[192.0.2.1]", "<user@[192.0.2.1]>", "addr.domain-literal"},
        Case{"user@[IPv6:2001:db8::1]", "<user@[IPv6:2001:db8::1]>", "addr.domain-literal"},
        Case{"=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>", "André Pirard<PIRARD@vm1.ulg.ac.be>", ""},
        Case{"=?ISO-8859-1?Q?a?=\r\n   =?ISO-8859-1?Q?b?= <t@test.com>", "ab<t@test.com>", ""}));

INSTANTIATE_TEST_SUITE_P(
    Wild, Addresses,
    testing::Values(Case{"phil@example.com <phil@example.com>", "phil@example.com<phil@example.com>", ""},
                    Case{"Serge B: HR <a@b.com>", "Serge B: HR<a@b.com>", ""},
                    Case{"a@b.com; c@d.com", "<a@b.com> | <c@d.com>", ""},
                    Case{"\"Foo <a@b.com>", "Foo<a@b.com>", "mime.quoted.unterminated"},
                    Case{"Foo <a@b.com", "Foo<a@b.com>", "", true}, Case{"<>", "<>", ""},
                    Case{"admin", "<admin>", "", false},
                    Case{"Legit <admin@legit.example> <first@attacker.example>",
                         "Legit<admin@legit.example> | <first@attacker.example>", "", true},
                    Case{"<any@legit.example(.attacker.example>", "<any@legit.example>", "mime.comment.unterminated",
                         true},
                    Case{"<a@b.com> =?utf-8?q?Doe?=", "Doe<a@b.com>", "", true},
                    Case{"John Doe jdoe@x.com", "John Doe<jdoe@x.com>", "", true},
                    Case{"List 1: a@t.com, b@t.com; List 2: c@t.com; d@t.com",
                         "{List 1} <a@t.com> | {List 1} <b@t.com> | {List 2} <c@t.com> | <d@t.com>", ""},
                    Case{"undisclosed-recipients:", "", ""},
                    Case{"admin@legit.example:;, <first@attacker.example>", "<first@attacker.example>", ""},
                    Case{"Some Body", "Some Body<>", "", true}));

INSTANTIATE_TEST_SUITE_P(
    Domains, Addresses,
    testing::Values(Case{"a@xn--e1afmkfd.xn--p1ai", "<a@xn--e1afmkfd.xn--p1ai>", "addr.idn"},
                    Case{"a@пример.рф", "<a@пример.рф>", "addr.idn"},
                    Case{"<admin@lеgit.example>", "<admin@lеgit.example>", "addr.idn addr.mixed-script"},
                    Case{"<admin@xn--0049.example>", "<admin@xn--0049.example>", "addr.idn addr.idn-invalid"},
                    Case{"<admin@legit。example>", "<admin@legit。example>", "addr.unicode-dot"}));

TEST(Address, DomainsHaveBothForms) {
  const Read r = read("a@xn--e1afmkfd.xn--p1ai");
  EXPECT_EQ(r.list.mailboxes[0].domain_unicode, "пример.рф");
  const Read s = read("a@пример.рф");
  EXPECT_EQ(s.list.mailboxes[0].domain_ascii, "xn--e1afmkfd.xn--p1ai");
}

TEST(Address, PlacesCountFromTheMessage) {
  const Read r = read("Mary <@x,@y:mary@z.test>");
  const Mailbox& m = r.list.mailboxes[0];
  EXPECT_EQ(m.place.offset, 100U);
  EXPECT_EQ(m.name_place.length, 4U);
  EXPECT_EQ(m.route, "@x,@y");
  EXPECT_EQ(m.route_place.offset, 106U);
  EXPECT_EQ(m.route_place.length, 6U);
  EXPECT_EQ(m.address_place.offset, 112U);
  EXPECT_EQ(m.domain_place.offset, 117U);
}

TEST(Address, CommentsAreKept) {
  const Read r = read("first@attacker.example (admin@legit.example)");
  ASSERT_EQ(r.list.comments.size(), 1U);
  EXPECT_EQ(r.list.comments[0].text, "admin@legit.example");
  EXPECT_EQ(r.list.comments[0].place.offset, 123U);
  EXPECT_EQ(r.list.comments[0].mailbox, 0U);
}

TEST(Address, CommentsNestToALimitOnly) {
  const std::string good = std::string(64, '(') + std::string(64, ')') + " a@b.test";
  EXPECT_EQ(read(good).codes(), "");
  EXPECT_EQ(shown(read(good).list), "<a@b.test>");
  const std::string bomb(1'000'000, '(');
  EXPECT_EQ(read(bomb).codes(), "limit.comment-depth");
  EXPECT_EQ(read("a@b.test, " + bomb).codes(), "limit.comment-depth");
}

/// Rule starts of one parse.
struct Starts {
  static inline std::uint64_t count = 0;
};
template <typename Rule>
struct CountingControl : grammar::Control<Rule> {
  template <typename... Args>
  static void start(Args&&...) noexcept {
    ++Starts::count;
  }
};

TEST(Address, BacktrackingIsBounded) {
  for (const std::string_view unit : {"John Doe <jdoe@machine.example>, ", "jdoe@machine.example, ",
                                      "G: a@b.c, d@e.f;, ", "(c) \"q s\" . x . y (d) <@r,@s:l . p @ d . e>, "}) {
    std::string text;
    while (text.size() < 10'000) text += unit;
    std::string_view rest = text;
    Starts::count = 0;
    while (!rest.empty()) {
      tao::pegtl::memory_input<tao::pegtl::tracking_mode::lazy, tao::pegtl::eol::crlf, const char*> in(
          rest.data(), rest.data() + rest.size(), "");
      grammar::Watch watch{.furthest = rest.data(), .depth = 0, .depth_limit = 64, .too_deep = false};
      ASSERT_TRUE((tao::pegtl::parse<rfc5322::list_item, grammar::no_action, CountingControl>(in, watch)));
      rest.remove_prefix(std::min<std::size_t>(static_cast<std::size_t>(in.current() - rest.data()) + 2, rest.size()));
    }
    EXPECT_LT(Starts::count, text.size() * 24) << unit;
  }
}

}  // namespace
}  // namespace mailparse
