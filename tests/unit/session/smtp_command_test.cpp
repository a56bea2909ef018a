// src/session/smtp_command.cpp: one command line, read as a tolerant receiver reads it.
#include <string>

#include <gtest/gtest.h>

#include <mailparse/session/smtp_command.hpp>

namespace {

using namespace mailparse;
using namespace std::string_view_literals;

struct Read {
  SmtpCommand command;
  std::vector<Diagnostic> diagnostics;
  /// "code@offset+length code@offset+length"
  [[nodiscard]] std::string codes() const {
    std::string out;
    for (const auto& d : diagnostics) {
      if (!out.empty()) out += ' ';
      out += std::string(info(d.code).name) + '@' + std::to_string(d.offset) + '+' + std::to_string(d.length);
    }
    return out;
  }
};

Read read(std::string_view line) {
  DiagnosticList list;
  auto command = parse_smtp_command(line, 0, list);
  EXPECT_TRUE(command) << line;
  return {command ? std::move(*command) : SmtpCommand{}, list.take()};
}

TEST(SmtpCommand, EachVerbOfTheTableIsFoundInAnyCase) {
  for (unsigned i = 1; i <= static_cast<unsigned>(SmtpVerb::xforward); ++i) {
    const auto verb = static_cast<SmtpVerb>(i);
    std::string name(to_string(verb));
    EXPECT_EQ(find_smtp_verb(name), verb);
    for (char& octet : name) octet = octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet + 32) : octet;
    EXPECT_EQ(find_smtp_verb(name), verb) << name;
  }
  EXPECT_EQ(find_smtp_verb("MAI"), SmtpVerb::unknown);
  EXPECT_EQ(find_smtp_verb("MAILS"), SmtpVerb::unknown);
  EXPECT_EQ(find_smtp_verb(""), SmtpVerb::unknown);
}

TEST(SmtpCommand, LineWithoutAVerbIsAnError) {
  DiagnosticList list;
  EXPECT_EQ(parse_smtp_command("", 0, list).error(), SmtpCommandError::empty);
  EXPECT_EQ(parse_smtp_command(" \t", 0, list).error(), SmtpCommandError::empty);
  EXPECT_EQ(parse_smtp_command("Subject: hi", 0, list).error(), SmtpCommandError::no_verb);
  EXPECT_EQ(parse_smtp_command("<html>", 0, list).error(), SmtpCommandError::no_verb);
  EXPECT_EQ(parse_smtp_command("2 MAIL", 0, list).error(), SmtpCommandError::no_verb);
  EXPECT_TRUE(list.items().empty());
}

TEST(SmtpCommand, UnknownVerbIsACommand) {
  const auto [command, diagnostics] = read("XYZZY plugh");
  EXPECT_EQ(command.verb, SmtpVerb::unknown);
  EXPECT_EQ(command.verb_text, "XYZZY");
  EXPECT_EQ(command.argument, "plugh");
  EXPECT_TRUE(diagnostics.empty());
}

struct PathCase {
  std::string_view line;
  std::string_view address;
  std::string_view domain;
  SmtpDomainKind kind;
  bool well_formed;
  std::string_view codes;
};

TEST(SmtpCommand, PathsAreRead) {
  using enum SmtpDomainKind;
  const PathCase cases[] = {
      {"MAIL FROM:<a@b.example>", "a@b.example", "b.example", name, true, ""},
      {"mail from:<a@b.example>", "a@b.example", "b.example", name, true, ""},
      {"RCPT TO:<\"john \\\"x\\\" doe\"@b.example>", "\"john \\\"x\\\" doe\"@b.example", "b.example", name, true, ""},
      {"RCPT TO:<\"a>b\"@c>", "\"a>b\"@c", "c", name, true, ""},
      {"RCPT TO:<a@[192.0.2.1]>", "a@[192.0.2.1]", "[192.0.2.1]", ipv4_literal, true, ""},
      {"RCPT TO:<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]", ipv6_literal, true, ""},
      {"RCPT TO:<a@[x-tag:any.thing]>", "a@[x-tag:any.thing]", "[x-tag:any.thing]", general_literal, true, ""},
      {"MAIL FROM:<>", "", "", none, true, ""},
      {"RCPT TO:<Postmaster>", "Postmaster", "", none, true, ""},
      {"RCPT TO:<postmaster@b.example>", "postmaster@b.example", "b.example", name, true, ""},
      {"MAIL FROM:<j\xC3\xB6rg@b\xC3\xBC.example>", "j\xC3\xB6rg@b\xC3\xBC.example", "b\xC3\xBC.example", name, true,
       ""},
      // what is forgiven without a word
      {"MAIL FROM: <a@b.example>", "a@b.example", "b.example", name, true, ""},
      {"MAIL FROM:\t <a@b.example>", "a@b.example", "b.example", name, true, ""},
      {"MAIL FROM:<a@my_host.example>", "a@my_host.example", "my_host.example", name, false, ""},
      {"MAIL FROM:<a..b.@docomo.example>", "a..b.@docomo.example", "docomo.example", name, false, ""},
      {"MAIL FROM:<j\xF6rg@b.example>", "j\xF6rg@b.example", "b.example", name, false, ""},
      // a source route
      {"RCPT TO:<@a.example,@b.example:c@d.example>", "c@d.example", "d.example", name, true,
       "smtp.path.source-route@9+21"},
      // what is not forgiven still gives the address
      {"MAIL FROM:a@b.example", "a@b.example", "b.example", name, false, "smtp.path.syntax@10+1"},
      {"MAIL FROM: a@b.example", "a@b.example", "b.example", name, false, "smtp.path.syntax@11+1"},
      {"MAIL FROM <a@b.example>", "a@b.example", "b.example", name, true, "smtp.path.syntax@10+1"},
      {"MAIL <a@b.example>", "a@b.example", "b.example", name, true, "smtp.path.syntax@5+1"},
      {"MAIL FROM:Bob <a@b.example>", "a@b.example", "b.example", name, false, "smtp.path.syntax@10+1"},
      {"MAIL FROM:<a@b.example", "a@b.example", "b.example", name, false, "smtp.path.syntax@22+0"},
      {"MAIL FROM:<(any@legit.example>", "(any@legit.example", "legit.example", name, false, "smtp.path.syntax@11+1"},
      {"MAIL FROM:<any@legit.example'@any.attacker.example>", "any@legit.example'@any.attacker.example",
       "any.attacker.example", name, false, "smtp.path.syntax@28+1"},
      {"RCPT TO:<bob>", "bob", "", none, false, "smtp.path.syntax@12+1"},
      {"RCPT TO:<.bob@b.example>", ".bob@b.example", "b.example", name, false, "smtp.path.syntax@9+1"},
      {"RCPT TO:<a@b.example>,<c@d.example>", "a@b.example", "b.example", name, true, "smtp.path.syntax@21+1"},
      {"RCPT TO:<a@[300.0.0.1]>", "a@[300.0.0.1]", "[300.0.0.1]", malformed, false, "smtp.path.syntax@15+1"},
      {"RCPT TO:<a@-b.example>", "a@-b.example", "-b.example", malformed, false, "smtp.path.syntax@11+1"},
      {"MAIL FROM:<@a.example:(c@d.example>", "(c@d.example", "d.example", name, false,
       "smtp.path.syntax@22+1 smtp.path.source-route@11+10"},
  };
  for (const auto& c : cases) {
    const auto result = read(c.line);
    ASSERT_TRUE(result.command.path) << c.line;
    EXPECT_EQ(result.command.path->address, c.address) << c.line;
    EXPECT_EQ(result.command.path->domain, c.domain) << c.line;
    EXPECT_EQ(result.command.path->domain_kind, c.kind) << c.line;
    EXPECT_EQ(result.command.path->well_formed, c.well_formed) << c.line;
    EXPECT_EQ(result.codes(), c.codes) << c.line;
  }
}

TEST(SmtpCommand, NullPathIsNotAnAbsentOne) {
  EXPECT_TRUE(read("MAIL FROM:<>").command.path->null_path);
  EXPECT_TRUE(read("MAIL FROM:Nobody <>").command.path->null_path);
  const auto nothing = read("MAIL FROM:");
  EXPECT_FALSE(nothing.command.path);
  EXPECT_EQ(nothing.codes(), "smtp.path.syntax@10+0");
}

TEST(SmtpCommand, ParametersAreSplitAndJudged) {
  const auto command =
      read("MAIL FROM:<a@b> SIZE=100 BODY=8bitmime  smtputf8 RET=HDRS ENVID=QQ+3D SIZE=x X-Y=1").command;
  ASSERT_EQ(command.parameters.size(), 7U);
  EXPECT_EQ(command.find(EsmtpKeyword::size)->value, "100");
  EXPECT_TRUE(command.find(EsmtpKeyword::size)->well_formed);
  EXPECT_TRUE(command.find(EsmtpKeyword::body)->well_formed);
  EXPECT_FALSE(command.find(EsmtpKeyword::smtputf8)->value);
  EXPECT_TRUE(command.find(EsmtpKeyword::smtputf8)->well_formed);
  EXPECT_FALSE(command.parameters[5].well_formed) << "SIZE=x";
  EXPECT_TRUE(command.parameters[6].well_formed);
  EXPECT_EQ(command.parameters[6].known, EsmtpKeyword::unknown);
  EXPECT_EQ(command.find(EsmtpKeyword::notify), nullptr);
  EXPECT_FALSE(command.well_formed) << "two blanks, and SIZE=x";
}

TEST(SmtpCommand, ParameterValuesFollowTheirRfc) {
  const std::pair<std::string_view, bool> cases[] = {
      {"SIZE=", false},
      {"SIZE", false},
      {"SIZE=99999999999999999999", true},
      {"SIZE=999999999999999999999", false},
      {"BODY=7BIT", true},
      {"BODY=BINARYMIME", true},
      {"BODY=9BIT", false},
      {"BY=120;R", true},
      {"BY=-5;NT", true},
      {"BY=120", false},
      {"RET=FULL", true},
      {"RET=NONE", false},
      {"NOTIFY=SUCCESS,FAILURE,DELAY", true},
      {"NOTIFY=NEVER", true},
      {"NOTIFY=NEVER,DELAY", false},
      {"ORCPT=rfc822;bob+40b.example", true},
      {"ORCPT=rfc822;bob=b", false},
      {"ORCPT=bob", false},
      {"ORCPT=utf-8;j\xC3\xB6rg@b", true},
      {"AUTH=<>", true},
      {"AUTH=e+3Dmc2@example.com", true},
      {"AUTH=e+3g", false},
      {"HOLDFOR=86400", true},
      {"HOLDFOR=1d", false},
      {"HOLDUNTIL=2026-11-21T22:48:50Z", true},
      {"HOLDUNTIL=tomorrow", false},
      {"MT-PRIORITY=-9", true},
      {"MT-PRIORITY=0", true},
      {"MT-PRIORITY=-0", false},
      {"MT-PRIORITY=10", false},
      {"RRVS=1999-12-31T23:59:59Z;C", true},
      {"RRVS=1999", false},
      {"SOLICIT=org.example:ADV:ADLT", true},
      {"SOLICIT=1", false},
      {"REQUIRETLS", true},
      {"REQUIRETLS=1", false},
      {"PRDR", true},
      {"SMTPUTF8=1", false},
      {"-X=1", false},
      {"X=", false},
      {"X", true},
  };
  for (const auto& [parameter, well_formed] : cases) {
    const auto line = "MAIL FROM:<a@b> " + std::string(parameter);
    const auto command = read(line).command;
    ASSERT_EQ(command.parameters.size(), 1U) << line;
    EXPECT_EQ(command.parameters[0].well_formed, well_formed) << line;
  }
}

TEST(SmtpCommand, BdatSizesAreRead) {
  struct Case {
    std::string_view line;
    std::optional<std::uint64_t> size;
    bool last;
    std::string_view codes;
  };
  const Case cases[] = {
      {"BDAT 0 LAST", 0, true, ""},
      {"bdat 1000 last", 1000, true, ""},
      {"BDAT 64", 64, false, ""},
      {"BDAT 9223372036854775807", 9223372036854775807U, false, ""},
      {"BDAT 9223372036854775808", std::nullopt, false, "smtp.bdat.size-range@5+19"},
      {"BDAT 18446744073709551616 LAST", std::nullopt, false, "smtp.bdat.size-range@5+20"},
      {"BDAT +5 LAST", std::nullopt, false, "smtp.bdat.syntax@5+2"},
      {"BDAT -1", std::nullopt, false, "smtp.bdat.syntax@5+2"},
      {"BDAT 0x10 LAST", std::nullopt, false, "smtp.bdat.syntax@5+4"},
      {"BDAT", std::nullopt, false, "smtp.bdat.syntax@4+0"},
      {"BDAT 5 X", std::nullopt, false, "smtp.bdat.syntax@7+1"},
      {"BDAT 5 LAST X", std::nullopt, false, "smtp.bdat.syntax@12+1"},
  };
  for (const auto& c : cases) {
    const auto result = read(c.line);
    EXPECT_EQ(result.command.chunk.has_value(), c.size.has_value()) << c.line;
    if (c.size && result.command.chunk) {
      EXPECT_EQ(result.command.chunk->size, *c.size) << c.line;
      EXPECT_EQ(result.command.chunk->last, c.last) << c.line;
    }
    EXPECT_EQ(result.codes(), c.codes) << c.line;
  }
}

TEST(SmtpCommand, AuthSplitsMechanismAndInitialResponse) {
  const auto plain = read("AUTH plain AGEAYg==").command;
  EXPECT_EQ(plain.mechanism, "plain");
  EXPECT_EQ(plain.initial_response, "AGEAYg==");
  EXPECT_TRUE(plain.well_formed);
  EXPECT_FALSE(read("AUTH LOGIN").command.initial_response);
  EXPECT_EQ(read("AUTH EXTERNAL =").command.initial_response, "=");
  EXPECT_EQ(read("X-EXPS GSSAPI").command.mechanism, "GSSAPI");
}

TEST(SmtpCommand, NulIsReportedOnceAtItsPlace) {
  EXPECT_EQ(read("NOOP a\0b\0"sv).codes(), "smtp.command.nul@6+1");
  const auto path = read("MAIL FROM:<a@b\0.c>"sv);
  EXPECT_EQ(path.codes(), "smtp.command.nul@14+1 smtp.path.syntax@14+1");
  EXPECT_EQ(path.command.path->address, "a@b\0.c"sv);
}

TEST(SmtpCommand, WellFormedLinesFitTheRuleOfTheirVerb) {
  for (const auto line : {"HELO host.example",
                          "EHLO [192.0.2.1]",
                          "LHLO x",
                          "DATA",
                          "RSET",
                          "QUIT",
                          "NOOP",
                          "NOOP x",
                          "HELP",
                          "HELP MAIL",
                          "VRFY bob",
                          "EXPN \"a list\"",
                          "TURN",
                          "SEND FROM:<a@b>",
                          "SOML FROM:<a@b>",
                          "SAML FROM:<>",
                          "ETRN @b.example",
                          "ETRN #queue",
                          "ATRN",
                          "ATRN a.example,b.example",
                          "STARTTLS",
                          "BURL imap://u@h/x;uid=1 LAST",
                          "BURL imap://h",
                          "XCLIENT NAME=a ADDR=192.0.2.1",
                          "XFORWARD NAME=[UNAVAILABLE]",
                          "X-ANONYMOUSTLS",
                          "X-EXPS NTLM"}) {
    EXPECT_TRUE(read(line).command.well_formed) << line;
  }
  for (const auto line :
       {"HELO", "HELO [192.0.2.1]", "EHLO", "EHLO a b", "DATA x", "RSET x", "QUIT x", "VRFY", "TURN x", "ETRN",
        "ATRN ,", "STARTTLS x", "BURL", "XCLIENT NAME", "AUTH", "XYZZY", "RCPT TO:<>"}) {
    EXPECT_FALSE(read(line).command.well_formed) << line;
  }
}

TEST(SmtpCommand, XtextIsDecoded) {
  Arena arena;
  EXPECT_EQ(decode_xtext("plain", arena), "plain");
  EXPECT_EQ(decode_xtext("a+2Bb+3Dc", arena), "a+b=c");
  EXPECT_EQ(decode_xtext("a+2b", arena), std::nullopt) << "hexchar is upper case";
  EXPECT_EQ(decode_xtext("a b", arena), std::nullopt);
}

TEST(SmtpCommand, LocalPartIsUnquoted) {
  Arena arena;
  EXPECT_EQ(unquote_local_part("plain", arena), "plain");
  EXPECT_EQ(unquote_local_part("\"a b\"", arena), "a b");
  EXPECT_EQ(unquote_local_part(R"("a\"b\\")", arena), R"(a"b\)");
}

TEST(SmtpCommand, LongHostileLinesTakeLinearTime) {
  // Each would be quadratic for a reader that starts over at every octet.
  for (const auto* part : {"@a,", "<", "\"", "\\", "a@", "::", "=", " ", "\t:"}) {
    std::string line = "RCPT TO:<";
    while (line.size() < 60'000) line += part;
    const auto result = read(line);
    EXPECT_LE(result.diagnostics.size(), 3U);
  }
}

}  // namespace
