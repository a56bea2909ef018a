#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <mailparse/message/file_name.hpp>

namespace mailparse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> codes(std::string_view name) {
  DiagnosticList list;
  check_file_name(name, 0, name.size(), list);
  std::vector<std::string> out;
  for (const Diagnostic& d : list.items()) out.emplace_back(info(d.code).name);
  return out;
}

TEST(FileName, OrdinaryNamesAreSilent) {
  for (const char* name : {"report.pdf", "Отчёт за май.docx", "a/b.txt", "Re: x.eml", "12:30.txt", "v1..2.zip",
                           "שלום.pdf", "archive.tar.gz", "a-b.c"}) {
    EXPECT_THAT(codes(name), IsEmpty()) << name;
  }
}

TEST(FileName, EachFaultHasItsCode) {
  EXPECT_THAT(codes(" "), ElementsAre("attach.name.empty"));
  EXPECT_THAT(codes("../../etc/passwd"), testing::Contains("attach.name.path-component"));
  EXPECT_THAT(codes("C:\\windows\\x.exe"), ElementsAre("attach.name.path-component"));
  EXPECT_THAT(codes("\\\\host\\share\\x"), ElementsAre("attach.name.path-component"));
  EXPECT_THAT(codes("a\x1B[31mb"), ElementsAre("attach.name.control"));
  EXPECT_THAT(codes("a\xE2\x80\xAE"
                    "fdp.exe"),
              ElementsAre("attach.name.bidi"));
  EXPECT_THAT(codes(".bashrc"), ElementsAre("attach.name.dotfile"));
  EXPECT_THAT(codes("-rf.txt"), ElementsAre("attach.name.leading-dash"));
  EXPECT_THAT(codes("a.pdf                              .exe"),
              ElementsAre("attach.name.double-extension", "attach.name.padded-extension"));
  EXPECT_THAT(codes("con.txt"), ElementsAre("attach.name.reserved"));
  EXPECT_THAT(codes("a.txt:evil.exe"), ElementsAre("attach.name.reserved"));
  EXPECT_THAT(codes(std::string(300, 'x') + ".exe"), ElementsAre("attach.name.too-long"));
  EXPECT_THAT(codes("a.exe. ."), ElementsAre("attach.name.trailing-dot-space"));
}

TEST(FileName, SafeNamesStayInTheirFolder) {
  EXPECT_EQ(safe_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe_file_name("C:\\x\\y.exe"), "y.exe");
  EXPECT_EQ(safe_file_name(".."), "unnamed");
  EXPECT_EQ(safe_file_name("..."), "unnamed");
  EXPECT_EQ(safe_file_name("dir/"), "unnamed");
  EXPECT_EQ(safe_file_name("CON.txt"), "_CON.txt");
  EXPECT_EQ(safe_file_name("a\x1B[0m\nb.txt"), "a[0mb.txt");
  EXPECT_EQ(safe_file_name("a\xE2\x80\xAE"
                           "fdp.exe"),
            "afdp.exe");
  EXPECT_EQ(safe_file_name("-rf"), "rf");
  EXPECT_EQ(safe_file_name("a.exe. . "), "a.exe");
  EXPECT_EQ(safe_file_name("Отчёт.pdf"), "Отчёт.pdf");
  EXPECT_EQ(safe_file_name(std::string(5000, 'x') + ".exe").size(), 120u);
  EXPECT_TRUE(safe_file_name(std::string(5000, 'x') + ".exe").ends_with(".exe"));
}

TEST(FileName, ExtensionIsShortAndPlain) {
  EXPECT_EQ(file_extension("A.PDF"), "pdf");
  EXPECT_EQ(file_extension("a"), "");
  EXPECT_EQ(file_extension("a.b c"), "");
  EXPECT_EQ(file_extension("a."), "");
}

}  // namespace
}  // namespace mailparse
