#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <tao/pegtl/contrib/analyze.hpp>

#include <mailparse/message/content_type.hpp>

#include "rfc2045.hpp"

namespace mailparse {
namespace {

/// A value read, with everything its views point into.
template <typename Value>
struct Read {
  std::unique_ptr<Arena> arena = std::make_unique<Arena>();
  Value value;
  std::vector<Diagnostic> diagnostics;

  [[nodiscard]] const Diagnostic* find(Code code) const {
    for (const Diagnostic& d : diagnostics) {
      if (d.code == code) return &d;
    }
    return nullptr;
  }
  [[nodiscard]] std::string codes() const {
    std::string all;
    for (const Diagnostic& d : diagnostics) {
      all += (all.empty() ? "" : " ");
      all += info(d.code).name;
      all += "(";
      all += to_string(d.severity);
      all += ")";
    }
    return all;
  }
};

Read<ContentType> content_type(std::string_view text, bool mime_version = true) {
  Read<ContentType> read;
  DiagnosticList list;
  read.value = read_content_type({text, 1000}, mime_version, *read.arena, list);
  read.diagnostics = list.take();
  return read;
}

Read<ContentDisposition> disposition(std::string_view text) {
  Read<ContentDisposition> read;
  DiagnosticList list;
  read.value = read_content_disposition({text, 1000}, *read.arena, list);
  read.diagnostics = list.take();
  return read;
}

Read<TransferEncodingValue> encoding(std::string_view text) {
  Read<TransferEncodingValue> read;
  DiagnosticList list;
  read.value = read_transfer_encoding({text, 1000}, *read.arena, list);
  read.diagnostics = list.take();
  return read;
}

std::string list_of(const ParameterList& parameters) {
  std::string all;
  for (const Parameter& p : parameters.items) {
    if (!all.empty()) all += "; ";
    all += p.name;
    all += "=";
    all += p.value;
  }
  return all;
}

TEST(ContentType, GrammarIsSound) {
  EXPECT_EQ(tao::pegtl::analyze<rfc2045::content>(), 0U);
  EXPECT_EQ(tao::pegtl::analyze<rfc2045::disposition>(), 0U);
}

struct TypeCase {
  std::string_view text, type, subtype, parameters, codes;
};

class ContentTypes : public testing::TestWithParam<TypeCase> {};

TEST_P(ContentTypes, AreReadAsTheirReadersDo) {
  const TypeCase& c = GetParam();
  const auto read = content_type(c.text);
  EXPECT_EQ(read.value.type, c.type) << c.text;
  EXPECT_EQ(read.value.subtype, c.subtype) << c.text;
  EXPECT_EQ(list_of(read.value.parameters), c.parameters) << c.text;
  EXPECT_EQ(read.codes(), c.codes) << c.text;
}

INSTANTIATE_TEST_SUITE_P(
    Legal, ContentTypes,
    testing::Values(
        TypeCase{"text/plain", "text", "plain", "", ""},
        TypeCase{"TEXT/Plain; CharSet=US-ASCII", "text", "plain", "charset=US-ASCII", ""},
        TypeCase{"text/plain; charset=\"us-ascii\" (comment);", "text", "plain", "charset=us-ascii", ""},
        TypeCase{"text (a) / (b) plain ; a = b", "text", "plain", "a=b", ""},
        TypeCase{"multipart/mixed;\r\n\tboundary=\"a b\"", "multipart", "mixed", "boundary=a b", ""},
        TypeCase{"application/x; name=\"a\\\"b\\\\c\"", "application", "x", "name=a\"b\\c", ""},
        // RFC 2231 3 and 4: continuations, character sets, both.
        TypeCase{"message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.example/x\"", "message",
                 "external-body", "access-type=URL; url=ftp://cs.example/x", ""},
        TypeCase{"application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "application",
                 "x-stuff", "title=This is ***fun***", ""},
        TypeCase{
            "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; "
            "title*2=\"isn't it!\"",
            "application", "x-stuff", "title=This is even more ***fun*** isn't it!", "mime.param.rfc2231-mixed(info)"},
        TypeCase{"a/b; x*1=two; x*0=one-", "a", "b", "x=one-two", "mime.param.rfc2231-out-of-order(info)"},
        // An octet sequence split between sections is joined before conversion.
        TypeCase{"a/b; x*0*=utf-8''%D0; x*1*=%9F", "a", "b", "x=П", ""}));

INSTANTIATE_TEST_SUITE_P(
    Wild, ContentTypes,
    testing::Values(TypeCase{"text/plain; name=my file.txt; a=b", "text", "plain", "name=my file.txt; a=b", ""},
                    TypeCase{"multipart/mixed boundary=foo", "multipart", "mixed", "boundary=foo",
                             "mime.param.missing-semicolon(error)"},
                    TypeCase{"text/plain; charset=utf-8 format=flowed", "text", "plain", "charset=utf-8; format=flowed",
                             "mime.param.missing-semicolon(error)"},
                    TypeCase{"text/plain, charset=utf-8", "text", "plain", "charset=utf-8", "mime.param.syntax(error)"},
                    TypeCase{"text/plain; a=b, charset=utf-8", "text", "plain", "a=b; charset=utf-8",
                             "mime.param.syntax(error)"},
                    TypeCase{"text/plain; charset", "text", "plain", "", "mime.param.syntax(error)"},
                    TypeCase{"text/plain; =x; a=b", "text", "plain", "a=b", "mime.param.syntax(error)"},
                    TypeCase{"multipart/mixed; boundary =foo", "multipart", "mixed", "boundary=foo",
                             "mime.param.space-around-equals(warning)"},
                    TypeCase{"multipart/mixed; boundary(c)=foo", "multipart", "mixed", "boundary=foo",
                             "mime.param.comment-in-name(warning)"},
                    TypeCase{"multipart/mixed; boundary=foo(x)bar", "multipart", "mixed", "boundary=foobar",
                             "mime.param.comment-in-value(error)"},
                    TypeCase{"multipart/mixed; n\x80me=1; boundary=foo", "multipart", "mixed", "boundary=foo",
                             "mime.param.syntax(error)"},
                    TypeCase{"text/plain; name=\"abc", "text", "plain", "name=abc", "mime.quoted.unterminated(error)"},
                    TypeCase{"text/plain; a=b (c", "text", "plain", "a=b", "mime.comment.unterminated(error)"},
                    TypeCase{"multipart; boundary=foo", "multipart", "", "boundary=foo", "mime.ct.syntax(error)"},
                    TypeCase{"text/plain; charset=us-ascii; charset=utf-7", "text", "plain",
                             "charset=us-ascii; charset=utf-7", "mime.param.duplicate(error)"},
                    TypeCase{"text/plain; a=b; a=b", "text", "plain", "a=b; a=b", "mime.param.duplicate(warning)"},
                    TypeCase{"a/b; x*0=a; x*2=c", "a", "b", "x=a", "mime.param.rfc2231-gap(error)"},
                    TypeCase{"a/b; x*00=a; x*01=b", "a", "b", "x=ab", "mime.param.rfc2231-index-syntax(error)"},
                    TypeCase{"a/b; x*0=a; x*4294967296=b; x*99999999999999999999=c", "a", "b", "x=a",
                             "mime.param.rfc2231-index-range(error)"},
                    TypeCase{"a/b; x*=utf-8''50%; y=1", "a", "b", "x=50%; y=1", "mime.param.rfc2231-percent(warning)"},
                    TypeCase{"a/b; x*=x-none''abc", "a", "b", "x=abc", "mime.charset.unknown(warning)"}));

INSTANTIATE_TEST_SUITE_P(
    Boundaries, ContentTypes,
    testing::Values(
        TypeCase{"multipart/mixed", "multipart", "mixed", "", "mime.boundary.missing(error)"},
        TypeCase{"multipart/mixed; boundary=\"\"", "multipart", "mixed", "boundary=", "mime.boundary.empty(error)"},
        TypeCase{"multipart/mixed; boundary=\"foo \"", "multipart", "mixed", "boundary=foo ",
                 "mime.boundary.trailing-space(error)"},
        TypeCase{"multipart/mixed; boundary=\"a\\b\"", "multipart", "mixed", "boundary=ab",
                 "mime.boundary.quoted-pair(warning)"},
        TypeCase{"multipart/mixed; boundary=\"a!b\"", "multipart", "mixed", "boundary=a!b",
                 "mime.boundary.illegal-char(warning)"},
        TypeCase{"multipart/mixed; boundary=\"f\xF6\xF6\"", "multipart", "mixed", "boundary=f\xF6\xF6",
                 "mime.boundary.illegal-char(error)"},
        TypeCase{"multipart/mixed; boundary=foo; boundary=foo", "multipart", "mixed", "boundary=foo; boundary=foo",
                 "mime.param.duplicate(warning)"},
        TypeCase{"multipart/mixed; boundary=foo; boundary=bar", "multipart", "mixed", "boundary=foo; boundary=bar",
                 "mime.boundary.duplicate-param(error)"},
        TypeCase{"multipart/mixed; boundary=foo; boundary*=us-ascii''bar", "multipart", "mixed",
                 "boundary=foo; boundary=bar", "mime.boundary.rfc2231-conflict(error)"},
        TypeCase{"multipart/mixed; boundary*0=fo; boundary*1=o; boundary*1=x", "multipart", "mixed", "boundary=foo",
                 "mime.param.rfc2231-duplicate-section(error) mime.boundary.rfc2231-conflict(error)"},
        TypeCase{"multipart/mixed; boundary=\"abc=?us-ascii?Q?def?=\"", "multipart", "mixed",
                 "boundary=abc=?us-ascii?Q?def?=", "mime.boundary.encoded-word(error)"}));

TEST(ContentType, LoneWordIsOfRfc1049WithoutMimeVersion) {
  EXPECT_EQ(content_type("text", false).codes(), "");
  EXPECT_EQ(content_type("text", true).codes(), "mime.ct.syntax(error)");
}

TEST(ContentType, OffsetsCountFromTheMessage) {
  const auto read = content_type("text/plain; charset=\"koi8-r\"");
  const Parameter* charset = read.value.parameters.find("charset");
  ASSERT_NE(charset, nullptr);
  EXPECT_EQ(charset->offset, 1012U);
  EXPECT_EQ(charset->value_offset, 1020U);
  EXPECT_EQ(charset->value_length, 8U);
  EXPECT_TRUE(charset->quoted);
}

TEST(ContentType, BoundaryKeepsItsOctets) {
  const auto read = content_type("multipart/mixed; boundary=foo(x)bar");
  EXPECT_EQ(read.value.parameters.find_plain("boundary")->octets, "foobar");
  EXPECT_EQ(read.value.parameters.find_plain("boundary")->other, "foo");
}

TEST(ContentType, ParametersBeyondTheLimitStayUnread) {
  std::string text = "a/b";
  for (int i = 0; i < 5000; ++i) text += "; p" + std::to_string(i) + "*0=x";
  const auto read = content_type(text);
  EXPECT_EQ(read.value.parameters.items.size(), 128U);
  EXPECT_EQ(read.codes(), "limit.mime-params(warning)");
}

TEST(ContentType, CommentsNestToALimitOnly) {
  const std::string deep = "a/b; x=y " + std::string(100, '(') + std::string(100, ')');
  EXPECT_EQ(content_type(deep).codes(), "limit.comment-depth(error)");
  const std::string bomb = "a/b; x=y " + std::string(1'000'000, '(');
  EXPECT_EQ(content_type(bomb).codes(), "limit.comment-depth(error)");
}

TEST(ContentDisposition, FileNames) {
  EXPECT_EQ(disposition("attachment; filename=\"a.txt\"").value.parameters.find("filename")->value, "a.txt");
  EXPECT_EQ(disposition("attachment; filename=a.txt; filename*=utf-8'en-US'%D0%B0.txt")
                .value.parameters.find("filename")
                ->value,
            "а.txt");
  const auto word = disposition("attachment; filename=\"=?utf-8?B?Yi5leGU=?=\"");
  EXPECT_EQ(word.value.parameters.find("filename")->value, "b.exe");
  EXPECT_EQ(word.codes(), "attach.filename.encoded-word(warning)");
  EXPECT_EQ(disposition("attachment; filename=\"=?utf-8?B?0LA=?=\"").codes(), "attach.filename.encoded-word(info)");
  EXPECT_EQ(disposition("filename=x.txt").value.parameters.find("filename")->value, "x.txt");
}

TEST(TransferEncoding, OneMechanismAndComments) {
  EXPECT_EQ(encoding("Base64").value.mechanism, "base64");
  EXPECT_EQ(encoding("Base64").codes(), "");
  EXPECT_EQ(encoding("base64 (x)").codes(), "mime.cte.comment(info)");
  EXPECT_EQ(encoding("base64; x=y").codes(), "mime.cte.syntax(warning)");
  EXPECT_EQ(encoding("\"base64\"").codes(), "mime.cte.syntax(error)");
  EXPECT_EQ(encoding("\"base64\"").value.mechanism, "base64");
  EXPECT_EQ(encoding("base64\x01").codes(), "mime.cte.syntax(error)");
  EXPECT_EQ(encoding("=?us-ascii?Q?base64?=").codes(), "mime.cte.encoded-word(error)");
  EXPECT_EQ(encoding("foo").codes(), "mime.cte.unknown(warning)");
}

TEST(MimeVersion, OneDotZeroWithComments) {
  const auto codes = [](std::string_view text) {
    DiagnosticList list;
    check_mime_version({text, 0}, list);
    return list.items().size();
  };
  EXPECT_EQ(codes("1.0"), 0U);
  EXPECT_EQ(codes("1 (a) . (b) 0 (produced by x)"), 0U);
  EXPECT_EQ(codes("2.0"), 1U);
  EXPECT_EQ(codes("1.00"), 1U);
  EXPECT_EQ(codes(""), 1U);
}

}  // namespace
}  // namespace mailparse
