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

TEST(FileName, EachDirectionThatIsLeftOpenTurnsTheEndRound) {
  for (const char* name : {"a\u202Efdp.exe", "a\u202Dfdp.exe", "a.fdp\u202Eexe", "a\u202Bfdp.exe", "a\u2067fdp.exe",
                           "a\u202B\u202C\u202Bfdp.exe", "no extension \u2067"}) {
    EXPECT_THAT(codes(name), ElementsAre("attach.name.bidi")) << name;
  }
  // What is closed before the extension, opens in it, or is a mark only.
  for (const char* name :
       {"a\u202Bb\u202Cc.exe", "a\u2067b\u2069c.exe", "a\u202C\u2069b.txt", "a.b\u2067", "\u200Fa.txt", "\u061Ca.txt"})
    EXPECT_THAT(codes(name), IsEmpty()) << name;
}

TEST(FileName, DevicesAreThoseOfWindows) {
  for (const char* name : {"con", "PRN", "aux.tar.gz", "Nul .txt", "com1", "LPT9.txt", "com\u00B9.txt", "lpt\u00B3",
                           "CONIN$", "conout$.txt"}) {
    EXPECT_THAT(codes(name), ElementsAre("attach.name.reserved")) << name;
    EXPECT_EQ(safe_file_name(name), "_" + std::string(name));
  }
  for (const char* name : {"com", "com0", "com10", "comx", "lpt.txt", "console.txt", "col1", "com\u00B4"})
    EXPECT_THAT(codes(name), IsEmpty()) << name;
}

TEST(FileName, StreamsOfOtherFilesAreReserved) {
  for (const char* name : {"a.txt:evil.exe", "a.txt::$DATA", "a.txt:$x", "a.h5:2"})
    EXPECT_THAT(codes(name), ElementsAre("attach.name.reserved")) << name;
  for (const char* name : {"a.txt:", "10:30", ".txt:x", "a.:x", "a.1st:x", "a.b c:x", "Re.: x", "a.txt:-"})
    EXPECT_THAT(codes(name), testing::Not(testing::Contains("attach.name.reserved"))) << name;
}

TEST(FileName, BlanksOfAllKindsPad) {
  for (const char* blank : {" ", "\t", "\u00A0", "\u3000", "\u2003"}) {
    std::string name = "a.pdf";
    for (int i = 0; i < 20; ++i) name += blank;
    EXPECT_THAT(codes(name + ".xyz"), testing::Contains("attach.name.padded-extension")) << name;
  }
  EXPECT_THAT(codes("a\x7F"), ElementsAre("attach.name.control"));
  EXPECT_THAT(codes("a\u0085"), ElementsAre("attach.name.control"));
  EXPECT_THAT(codes("\U0001F4C4.pdf"), IsEmpty()) << "a character of four octets";
}

TEST(FileName, SafeNamesHoldNothingThatCannotBeSeen) {
  EXPECT_EQ(safe_file_name("a\uFEFFb\u200Bc\u200Dd\u2067e\u200Ff\u061Cg.txt"), "abcdefg.txt");
  EXPECT_EQ(safe_file_name("a<b>c:d\"e|f?g*h.txt"), "a_b_c_d_e_f_g_h.txt");
  EXPECT_EQ(safe_file_name("a\xFF\xE2.txt"), "a__.txt") << "not UTF-8";
  EXPECT_EQ(safe_file_name("\u2603 \U0001F4C4.txt\t"), "\u2603 \U0001F4C4.txt");
}

TEST(FileName, LongNamesAreCutBetweenCharacters) {
  std::string snow;
  for (int i = 0; i < 100; ++i) snow += "\u2603";
  EXPECT_EQ(safe_file_name("x" + snow), ("x" + snow).substr(0, 118)) << "no extension";
  EXPECT_EQ(safe_file_name(snow + ".txt"), snow.substr(0, 114) + ".txt");
  EXPECT_EQ(safe_file_name(std::string(119, 'x') + ". " + std::string(60, 'y')), std::string(119, 'x'));
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
