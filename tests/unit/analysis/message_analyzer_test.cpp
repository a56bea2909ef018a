// Findings that need more than one fact: who else had a part in the message, and the way it took.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/analysis/message_analyzer.hpp>

namespace mailparse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> codes(const AnalyzedMessage& analyzed) {
  std::vector<std::string> names;
  for (const Diagnostic& finding : analyzed.message.findings) names.emplace_back(info(finding.code).name);
  return names;
}

std::string with_header(std::string_view fields) {
  return std::string(fields) + "Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n\r\ntext\r\n";
}

TEST(MessageAnalyzer, KeepsTheReadersFindingsInOrder) {
  const auto analyzed =
      analyze_message("Reply-To: x@elsewhere.example\r\nFrom: a@here.example\r\nSubject : s\r\n\r\n.\r\n");
  EXPECT_TRUE(std::ranges::is_sorted(analyzed.message.findings, {}, &Diagnostic::offset));
  EXPECT_THAT(codes(analyzed),
              testing::UnorderedElementsAre("hdr.missing-date", "from.reply-to-mismatch", "hdr.space-before-colon"));
}

TEST(MessageAnalyzer, AnyCutGivesTheSame) {
  const std::string text = with_header("From: a@here.example\r\nReply-To: b@there.example\r\n");
  const auto whole = codes(analyze_message(text));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    MessageAnalyzer analyzer;
    analyzer.feed(std::string_view(text).substr(0, cut));
    analyzer.feed(std::string_view(text).substr(cut));
    EXPECT_EQ(codes(analyzer.finish()), whole) << cut;
  }
}

TEST(MessageAnalyzer, AHeaderThatWasAskedForAloneLacksNothing) {
  constexpr std::string_view part = "Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  EXPECT_THAT(codes(analyze_message(part, {}, {.partial = true, .complete = false})), IsEmpty());
  EXPECT_THAT(codes(analyze_message(part)), testing::Contains("mime.multipart.unclosed"));
}

TEST(MessageAnalyzer, TheBodyOfAnIncompleteMessageIsNotJudged) {
  const std::string text = with_header(
      "From: a@b.example\r\nDKIM-Signature: v=1; a=rsa-sha256; d=b.example; s=s; h=from; "
      "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n");
  const auto judged = [&](bool complete) {
    return analyze_message(text, {}, {.complete = complete}).signatures.front();
  };
  EXPECT_EQ(judged(true).result, SignatureResult::fail);
  EXPECT_EQ(judged(false).result, SignatureResult::unchecked);
  EXPECT_FALSE(judged(false).body_matches);
}

TEST(MessageAnalyzer, TimesOfASignatureAreToldAsFarAsATimestampHolds) {
  const auto signed_at = [](const std::string& seconds) {
    const auto analyzed = analyze_message(
        with_header("From: a@b.example\r\nDKIM-Signature: v=1; a=rsa-sha256; d=b.example; s=s; h=from; t=" + seconds +
                    "; x=" + seconds + "; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"));
    const SignatureRecord& record = analyzed.signatures.front();
    EXPECT_EQ(record.signed_at, record.expires) << seconds;
    return record.signed_at ? rfc3339(*record.signed_at) : "nothing";
  };
  EXPECT_EQ(signed_at("0"), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(signed_at("9223372036"), "2262-04-11T23:47:16.000000000Z");
  for (const char* const beyond : {"9223372037", "9223372036854775807", "9223372036854775808", "18446744073709551615"})
    EXPECT_EQ(signed_at(beyond), "nothing") << beyond;
}

TEST(AuthorAgainstOthers, RepliesElsewhereAreTold) {
  const auto found = codes(analyze_message(with_header("From: a@bank.example\r\nReply-To: b@mail.thief.test\r\n")));
  EXPECT_THAT(found, ElementsAre("from.reply-to-mismatch"));
}

TEST(AuthorAgainstOthers, RepliesWithinTheOrganisationAreNot) {
  for (const char* reply_to : {"b@bank.example", "b@Reply.BANK.example.", "bounce@a.b.c.bank.example", "list:;"}) {
    const std::string fields = std::string("From: a@mail.bank.example\r\nReply-To: ") + reply_to + "\r\n";
    EXPECT_THAT(codes(analyze_message(with_header(fields))), IsEmpty()) << reply_to;
  }
  EXPECT_THAT(codes(analyze_message(with_header("From: a@x.co.uk\r\nReply-To: b@y.co.uk\r\n"))),
              ElementsAre("from.reply-to-mismatch"));
}

TEST(AuthorAgainstOthers, EnvelopeOfAnotherOrganisationIsTold) {
  TransactionRecord transaction;
  const auto found = [&](std::string_view sender, std::string_view fields) {
    transaction.mail_from = sender;
    return codes(analyze_message(with_header(fields), {}, {nullptr, &transaction}));
  };
  EXPECT_THAT(found("x@thief.test", "From: a@bank.example\r\n"), ElementsAre("from.envelope-mismatch"));
  EXPECT_THAT(found("bounce@mx.bank.example", "From: a@bank.example\r\n"), IsEmpty());
  EXPECT_THAT(found("x@lists.test", "From: a@bank.example\r\nSender: x@lists.test\r\n"), IsEmpty());
  EXPECT_THAT(found("", "From: a@bank.example\r\n"), IsEmpty());
}

std::string with_hops(std::string_view upper, std::string_view lower) {
  const auto hop = [](std::string_view date) {
    return "Received: from a.example (a.example [192.0.2.1]) by mx.a.example; " + std::string(date) + "\r\n";
  };
  return with_header(hop(upper) + hop(lower) + "From: a@here.example\r\n");
}

TEST(Hops, TimeThatGoesBackIsTold) {
  const auto found =
      codes(analyze_message(with_hops("Mon, 02 Nov 2026 10:00:00 +0000", "Mon, 02 Nov 2026 10:20:00 +0000")));
  EXPECT_THAT(found, ElementsAre("received.time-travel"));
}

TEST(Hops, SkewedClocksAndZonesAreNot) {
  EXPECT_THAT(codes(analyze_message(with_hops("Mon, 02 Nov 2026 10:00:00 +0000", "Mon, 02 Nov 2026 12:05:00 +0200"))),
              IsEmpty());
}

TEST(Hops, TakenLongBeforeItWasWritten) {
  const auto found =
      codes(analyze_message(with_hops("Mon, 02 Nov 2026 10:00:00 +0000", "Sat, 31 Oct 2026 08:00:00 +0000")));
  EXPECT_THAT(found, ElementsAre("received.before-date"));
}

std::vector<std::string> chain(std::string_view upper, std::string_view lower) {
  const std::string date = "; Mon, 02 Nov 2026 10:00:00 +0000\r\n";
  return codes(analyze_message(with_header("Received: " + std::string(upper) + date +
                                           "Received: " + std::string(lower) + date + "From: a@here.example\r\n")));
}

TEST(Hops, AHostThatNeverHadItBreaksTheChain) {
  EXPECT_THAT(chain("from x.test (x.test [192.0.2.1]) by mx.c.example", "from a.example by b.example"),
              ElementsAre("received.break"));
}

TEST(Hops, NamesOfOneOrganisationAndNoNamesDoNot) {
  const char* const lower = "from a.example by out3.mail.b.example";
  EXPECT_THAT(chain("from mta.b.example by mx.c.example", lower), IsEmpty());
  EXPECT_THAT(chain("from x (out3.mail.b.example [192.0.2.1]) by mx.c.example", lower), IsEmpty());
  EXPECT_THAT(chain("from localhost (localhost [127.0.0.1]) by mx.c.example", lower), IsEmpty());
  EXPECT_THAT(chain("from [192.0.2.1] by mx.c.example", lower), IsEmpty());
  EXPECT_THAT(chain("by mx.c.example", lower), IsEmpty());
  EXPECT_THAT(chain("from x.test by mx.c.example", "from a.example"), IsEmpty());
}

std::vector<std::string> part(std::string_view type, std::string_view name, std::string_view base64) {
  std::string text = "From: a@here.example\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n";
  text.append("Content-Type: ").append(type).append("\r\nContent-Disposition: attachment; filename=\"").append(name);
  text.append("\"\r\nContent-Transfer-Encoding: base64\r\n\r\n").append(base64).append("\r\n");
  return codes(analyze_message(text));
}

constexpr std::string_view program = "TVqQAAMAAAAEAAAA//8AALgA";  // MZ, as Windows programs begin
constexpr std::string_view picture = "iVBORw0KGgoAAAANSUhEUgAA";

TEST(Attachments, ProgramsUnderAHarmlessTypeOrNameAreTold) {
  EXPECT_THAT(part("image/png", "cat", program), ElementsAre("attach.type-mismatch"));
  EXPECT_THAT(part("application/octet-stream", "report.PDF", program), ElementsAre("attach.type-mismatch"));
  EXPECT_THAT(part("application/pdf", "setup.exe", program), ElementsAre("attach.type-mismatch"));
}

TEST(Attachments, ProgramsUnderTheirOwnNameAreNot) {
  EXPECT_THAT(part("application/octet-stream", "setup.exe", program), IsEmpty());
  EXPECT_THAT(part("application/x-msdownload", "setup", program), IsEmpty());
  EXPECT_THAT(part("image/png", "cat.png", picture), IsEmpty());
}

TEST(Attachments, DocumentsExtensionBeforeThatOfAProgram) {
  for (const char* name : {"invoice.pdf.exe", "x.DOC.Scr", "a.jpg .exe", "a.txt.js. "})
    EXPECT_THAT(part("application/octet-stream", name, program), testing::Contains("attach.name.double-extension"))
        << name;
  for (const char* name : {"jquery.min.js", "setup.exe", "report.2026.pdf", "archive.tar.gz", "exe.pdf"})
    EXPECT_THAT(part("application/octet-stream", name, picture),
                testing::Not(testing::Contains("attach.name.double-extension")))
        << name;
}

std::vector<std::string> links(std::string_view html) {
  return codes(analyze_message(
      "From: a@here.example\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/html; "
      "charset=utf-8\r\n\r\n" +
      std::string(html) + "\r\n"));
}

TEST(Links, TextThatShowsAnotherHost) {
  for (const char* shown :
       {"https://www.bank.example/login", "www.bank.example", "bank.example/login", " http://BANK.example "})
    EXPECT_THAT(links("<a href='http://evil.test/x'>" + std::string(shown) + "</a>"), ElementsAre("link.text-mismatch"))
        << shown;
}

TEST(Links, TextThatShowsTheSameOrNoHost) {
  for (const char* shown : {"http://bank.example", "www.bank.example/x", "sign in", "report.pdf", "version 1.5",
                            "a@b.example", "see www.evil.test for more"})
    EXPECT_THAT(links("<a href='http://mail.bank.example/'>" + std::string(shown) + "</a>"), IsEmpty()) << shown;
}

TEST(Links, HostInThePlaceOfTheUser) {
  EXPECT_THAT(links("<a href='https://www.bank.example@evil.test/'>x</a>"), ElementsAre("link.userinfo"));
  EXPECT_THAT(links("<a href='https://evil.test/a@bank.example'>x</a><a href='ftp://joe@h.example/'>x</a>"), IsEmpty());
}

TEST(Links, HostsOfSeveralScripts) {
  EXPECT_THAT(links("<a href='http://p\xD0\xB0ypal.example/'>x</a>"), ElementsAre("link.mixed-script"));
  EXPECT_THAT(links("<a href='http://b\xC3\xBC"
                    "cher.example/'>x</a>"),
              IsEmpty());
}

TEST(Formulas, SubjectAuthorAndFileName) {
  EXPECT_THAT(codes(analyze_message(with_header("Subject: =1+1\r\nFrom: \"@SUM(1)\" <a@here.example>\r\n"))),
              ElementsAre("out.csv-formula", "out.csv-formula"));
  EXPECT_THAT(part("application/octet-stream", "+cmd.txt", picture), ElementsAre("out.csv-formula"));
  EXPECT_THAT(codes(analyze_message(with_header("Subject: 1=1\r\nFrom: a@here.example\r\n"))), IsEmpty());
}

}  // namespace
}  // namespace mailparse
