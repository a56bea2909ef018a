#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <mailparse/message/mime_tree.hpp>

namespace mailparse {
namespace {

using testing::ElementsAre;

std::vector<std::string> paths(std::string_view message) {
  DiagnosticList findings;
  std::vector<std::string> out;
  for (const MimeNode& node : read_mime_tree(message, findings).nodes) out.push_back(node.path);
  return out;
}

TEST(MimeTree, SectionNumbersAreThoseOfImap) {
  EXPECT_THAT(paths("\nx\n"), ElementsAre("1"));
  EXPECT_THAT(paths("Content-Type: message/rfc822\n\nA: b\n\nx\n"), ElementsAre("1", "1.1"));
  EXPECT_THAT(
      paths("Content-Type: multipart/mixed; boundary=a\n\n--a\n\n1\n"
            "--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n2.1\n--b\n\n2.2\n--b--\n"
            "--a\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\n3.1\n--c--\n"
            "--a--\n"),
      ElementsAre("0", "1", "2", "2.1", "2.2", "3", "3.0", "3.1"));
}

TEST(MimeTree, SpansTileTheMessage) {
  const std::string message = "Content-Type: multipart/mixed; boundary=a\n\npre\n--a\n\n1\n--a--\npost";
  DiagnosticList findings;
  const MimeTree tree = read_mime_tree(message, findings);
  std::uint64_t next = 0;
  for (const MimeSpan& span : tree.spans) {
    EXPECT_EQ(span.offset, next);
    next += span.length;
  }
  EXPECT_EQ(next, message.size());
  EXPECT_EQ(tree.octets, message.size());
}

TEST(MimeTree, DiagnosticsNameTheirPart) {
  DiagnosticList findings;
  static_cast<void>(read_mime_tree(
      "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/x\n\nx\n--a--\n", findings));
  ASSERT_EQ(findings.items().size(), 1u);
  EXPECT_EQ(findings.items()[0].code, Code::mime_boundary_missing);
  EXPECT_EQ(findings.items()[0].part, "1");
}

}  // namespace
}  // namespace mailparse
