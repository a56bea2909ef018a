#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/message/message_fields.hpp>

namespace mailparse {
namespace {

/// Codes with severities of everything that a header gives, in order of report.
std::string codes(const std::string& octets) {
  DiagnosticList list;
  Arena arena;
  const Header header = read_header(octets, list);
  (void)read_message_fields(header, arena, list);
  std::string all;
  for (const Diagnostic& d : list.items()) {
    if (!all.empty()) all += ' ';
    all += info(d.code).name;
    all += '(';
    all += to_string(d.severity);
    all += ')';
  }
  return all;
}

const std::string rest = "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\nTo: b@x.example\r\n\r\n";

struct Case {
  std::string from, codes;
};

class Authors : public testing::TestWithParam<Case> {};

TEST_P(Authors, AreChecked) {
  const Case& c = GetParam();
  EXPECT_EQ(codes(c.from + "\r\n" + rest), c.codes) << c.from;
}

INSTANTIATE_TEST_SUITE_P(
    From, Authors,
    testing::Values(
        Case{"From: Alice <alice@sender.example>", ""}, Case{"From: \"Doe, John (Sales)\" <john@x.example>", ""},
        Case{"From: John.Doe [Sales] <john@x.example>", ""},
        Case{"From: \"Legit <admin@legit.example>\" <first@attacker.example>", "from.display-name-address(error)"},
        Case{"From: \"admin@x.example\" <first@mail.x.example>", ""},
        Case{"From: =?utf-8?Q?admin=40legit.example?= <first@attacker.example>", "from.display-name-address(error)"},
        Case{"From: first@attacker.example (admin@legit.example)", "from.comment-address(warning)"},
        Case{"From: undisclosed:;", "from.group-syntax(warning) from.null-address(warning)"},
        Case{"From: <>", "from.null-address(error)"}, Case{"From: admin", "from.no-domain(warning)"},
        Case{"From: MAILER-DAEMON", ""},
        Case{"From: \"x@attacker.example x\"@legit.example", "from.quoted-local-address(warning)"},
        Case{"From: <@a.example,@b.example:user@c.example>", "from.source-route(error)"},
        Case{"From: Legit <admin@legit.example> <first@attacker.example>",
             "from.syntax(error) from.sender-missing(error) from.multiple-addresses(error)"},
        Case{"From: a@x.example, b@y.example\r\nSender: a@x.example", ""},
        Case{"From: a@x.example, b@y.example", "from.sender-missing(error) from.multiple-addresses(warning)"},
        Case{"From: =?utf-8?B?PGFkbWluQGxlZ2l0LmV4YW1wbGU+?=", "from.encoded-word-address(error)"},
        Case{"From: a@x.example\r\nFrom: b@y.example", "from.multiple-headers(error)"},
        Case{"From: nobody here\r\nSender: a@x.example", "from.sender-mismatch(warning) from.syntax(error)"},
        Case{"From: =?utf-8?Q?=E2=80=AEelpmaxe?= <a@x.example>", "text.bidi-control(error)"},
        Case{"From: =?utf-8?Q?Ad=E2=80=8Bmin?= <a@x.example>", "text.invisible(warning)"},
        Case{"From: A                                                  B <a@x.example>",
             "from.display-name-padding(warning)"},
        Case{"Subject: no author", "hdr.missing-from(error)"},
        Case{"From: a@x.example\r\nReceived: from x\r\n Content-Type: text/html\r\n by y; Sat, 21 Nov 2026 10:00:00 "
             "+0000",
             "hdr.field-name-in-continuation(warning)"},
        Case{"From: a@x.example\r\nSubject: a\r\nSubject: b", "hdr.duplicate-unique(error)"},
        Case{"Authentication-Results: mx.example; none\r\nFrom: a@x.example\r\nAuthentication-Results: mx.example; "
             "spf=pass",
             "authres.untrusted-position(warning)"}));

TEST(MessageFields, ReadsEachOfThem) {
  const std::string octets =
      "Received: from a by b; Sat, 21 Nov 2026 10:00:01 +0000\r\n"
      "From: =?koi8-r?B?6dfBzg==?= <ivan@x.example>\r\n"
      "To: b@x.example, G: c@x.example;\r\n"
      "Subject: =?utf-8?Q?=D0=9F?=\r\n =?utf-8?Q?=D1=80?=\r\n"
      "Date: Sat, 21 Nov 2026 12:00:00 +0200\r\n"
      "Message-ID: <1@x.example>\r\n"
      "References: <2@x.example>\r\n <3@x.example>\r\n\r\n";
  DiagnosticList list;
  Arena arena;
  const Header header = read_header(octets, list);
  const MessageFields fields = read_message_fields(header, arena, list);
  EXPECT_TRUE(list.items().empty());
  ASSERT_EQ(fields.from.size(), 1U);
  EXPECT_EQ(fields.from[0].list.mailboxes[0].name, "Иван");
  EXPECT_EQ(fields.to[0].list.mailboxes.size(), 2U);
  EXPECT_EQ(*fields.subject, "Пр");
  EXPECT_EQ(fields.date->text, "Sat, 21 Nov 2026 12:00:00 +0200");
  EXPECT_EQ(fields.date->date->zone, std::chrono::minutes(120));
  EXPECT_EQ(fields.message_id->text, "1@x.example");
  EXPECT_EQ(fields.references.size(), 2U);
  EXPECT_EQ(fields.received.size(), 1U);
  EXPECT_EQ(display_value(header.fields()[1], arena), "Иван <ivan@x.example>");
}

/// Every sample message: no finding points outside the message, and none of the collection's ordinary mail is blamed.
TEST(MessageFields, FindingsOfSamplesLieInside) {
  const std::filesystem::path samples = std::filesystem::path(MAILPARSE_SAMPLES_DIR) / "messages";
  if (!std::filesystem::is_directory(samples)) GTEST_SKIP() << "no samples under " << samples;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(samples)) {
    if (!entry.is_regular_file() || entry.file_size() > 1'000'000) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string octets((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    DiagnosticList list;
    Arena arena;
    const Header header = read_header(octets, list, 0, {.cr_line_ends = cr_ends_lines(octets)});
    (void)read_message_fields(header, arena, list);
    for (const HeaderField& f : header.fields()) {
      ASSERT_EQ(octets.substr(f.offset, f.raw.size()), f.raw) << entry.path();
      ASSERT_EQ(octets.substr(f.value_offset, f.value.size()), f.value) << entry.path();
    }
    for (const Diagnostic& d : list.items()) {
      ASSERT_LE(d.offset + d.length, octets.size()) << entry.path() << ' ' << info(d.code).name;
    }
    ++files;
  }
  EXPECT_GT(files, 100U);
}

}  // namespace
}  // namespace mailparse
