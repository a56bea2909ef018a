// Every odd end of data, whatever the replies say of it, in every cut: the same verdict.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/session/smtp_session.hpp>

#include "unit/session/event_log.hpp"

namespace {

using namespace mailparse;
using mailparse::testing::escape;
using mailparse::testing::EventLog;

using namespace std::string_view_literals;

constexpr std::array ends{"\n.\n"sv,       "\n.\r\n"sv,     "\r\n.\n"sv,    "\r\n.\r\r\n"sv, "\r\r\n.\r\r\n"sv,
                          "\r.\r"sv,       "\r.\n"sv,       "\r.\r\n"sv,    "\n.\r"sv,       "\r\n.\r"sv,
                          "\r\n\0.\r\n"sv, "\r\n.\0\r\n"sv, "\r\n. \r\n"sv, "\r\n.\t\r\n"sv};

/// What came back after the data.
enum class Replies { of_one_mail, of_two_mails, none };

struct Scene {
  std::string before;  ///< of the data, to the odd end
  std::string end;
  Replies replies{};
};

constexpr std::string_view inner =
    "MAIL FROM:<admin@legit.example>\r\nRCPT TO:<bob@mx.example>\r\nDATA\r\nSubject: inner\r\n\r\ntext\r\n.\r\n";

/// The data arrives in two pieces, the first one of `cut` octets.
struct Result {
  std::string text;
  std::vector<std::string> codes;
};

Result run(const Scene& scene, std::size_t cut) {
  EventLog log(true);
  SmtpSession session(log, {});
  std::array<std::uint64_t, 2> offsets{};
  const auto say = [&](Side side, std::string_view octets) {
    std::uint64_t& offset = offsets[static_cast<std::size_t>(side)];
    if (!octets.empty()) session.on_chunk({side, offset, octets, {}});
    offset += octets.size();
  };
  say(Side::server, "220 mx.example ESMTP\r\n");
  say(Side::client, "EHLO c.example\r\n");
  say(Side::server, "250-mx.example\r\n250 PIPELINING\r\n");
  say(Side::client, "MAIL FROM:<ann@c.example>\r\nRCPT TO:<bob@mx.example>\r\nDATA\r\n");
  say(Side::server, "250 Ok\r\n250 Ok\r\n354 Go ahead\r\n");
  const std::string data = scene.before + scene.end + std::string(inner);
  say(Side::client, std::string_view(data).substr(0, cut));
  say(Side::client, std::string_view(data).substr(cut));
  if (scene.replies == Replies::of_two_mails)
    say(Side::server, "250 Ok\r\n250 Ok\r\n250 Ok\r\n354 Go ahead\r\n250 Ok\r\n");
  if (scene.replies == Replies::of_one_mail) say(Side::server, "250 Ok\r\n");
  if (scene.replies == Replies::none) {
    for (const Side side : {Side::client, Side::server}) session.on_end(side, StreamEnd::cut, {});
    return {log.text(), log.codes()};
  }
  say(Side::client, "QUIT\r\n");
  say(Side::server, "221 Bye\r\n");
  for (const Side side : {Side::server, Side::client}) session.on_end(side, StreamEnd::closed, {});
  return {log.text(), log.codes()};
}

bool has(const Result& result, std::string_view code) {
  return std::ranges::find(result.codes, code) != result.codes.end();
}

void judge(const Scene& scene, const Result& result) {
  EXPECT_TRUE(has(result, "smtp.eod.nonstandard(error)")) << result.text;
  const bool succeeded = scene.replies == Replies::of_two_mails;
  EXPECT_EQ(has(result, "smtp.smuggling.succeeded(critical)"), succeeded) << result.text;
  EXPECT_EQ(has(result, "smtp.smuggling.attempt(error)"), !succeeded) << result.text;
  if (succeeded) {
    // What the server took is a mail like others: commands with their replies.
    EXPECT_NE(result.text.find("MAIL \"MAIL FROM:<admin@legit.example>\""), std::string::npos) << result.text;
    EXPECT_NE(result.text.find("RCPT \"RCPT TO:<bob@mx.example>\""), std::string::npos) << result.text;
  } else {
    const std::string_view verdict = scene.replies == Replies::of_one_mail ? " not-accepted @" : " unknown @";
    EXPECT_NE(result.text.find(verdict), std::string::npos) << result.text;
    EXPECT_NE(result.text.find("MAIL:admin@legit.example RCPT:bob@mx.example DATA"), std::string::npos) << result.text;
  }
  EXPECT_EQ(result.text.find("BROKEN"), std::string::npos) << result.text;
}

TEST(SmtpSmuggling, EachEndEachVerdictEachCut) {
  const std::array before{std::string("Subject: outer\r\n\r\nouter"), std::string("Subject: outer")};
  for (const std::string_view end : ends) {
    for (const std::string& text : before) {
      for (const Replies replies : {Replies::of_one_mail, Replies::of_two_mails, Replies::none}) {
        const Scene scene{text, std::string(end), replies};
        const Result whole = run(scene, 0);
        SCOPED_TRACE(escape(end) + " replies " + std::to_string(static_cast<int>(replies)));
        judge(scene, whole);
        const std::size_t size = text.size() + end.size() + inner.size();
        for (std::size_t cut = 1; cut < size; ++cut) {
          const Result result = run(scene, cut);
          ASSERT_EQ(result.text, whole.text) << "cut at " << cut;
          ASSERT_EQ(result.codes, whole.codes) << "cut at " << cut;
        }
      }
    }
  }
}

/// An end of a live conversation cannot wait for what follows: it says when the server has spoken.
TEST(SmtpSmuggling, SettledTheReplyIsThatOfTheStrictEnd) {
  for (const std::string_view end : ends) {
    SCOPED_TRACE(escape(end));
    EventLog log(false);
    SmtpSession session(log, {});
    std::array<std::uint64_t, 2> offsets{};
    const auto say = [&](Side side, std::string_view octets) {
      session.on_chunk({side,
                        std::exchange(offsets[static_cast<std::size_t>(side)],
                                      offsets[static_cast<std::size_t>(side)] + octets.size()),
                        octets,
                        {}});
    };
    say(Side::server, "220 mx.example ESMTP\r\n");
    say(Side::client, "DATA\r\n");
    say(Side::server, "354 Go ahead\r\n");
    say(Side::client, "Subject: outer\r\n\r\nouter" + std::string(end) + std::string(inner));
    say(Side::server, "250 Taken\r\n");
    session.settle();
    EXPECT_NE(log.text().find("250 \"Taken\""), std::string::npos) << log.text();
    EXPECT_EQ(log.text().find(" MAIL \"MAIL"), std::string::npos) << log.text();
  }
}

/// Two odd ends, with a line or nothing between: whichever the server took, the mail behind the second one is told of.
/// Some pairs have a strict end where they meet, which is no trick.
TEST(SmtpSmuggling, TwoEndsInOneMessage) {
  const std::array between{std::string(), std::string("more"), std::string("Mailing list"), std::string("NOOP"),
                           std::string("HELO\r\nmore")};
  for (const std::string_view first : ends) {
    for (const std::string_view second : ends) {
      for (const std::string& text : between) {
        const std::string pair = std::string(first) + text + std::string(second);
        if (pair.contains("\r\n.\r\n")) continue;
        for (const Replies replies : {Replies::of_one_mail, Replies::of_two_mails, Replies::none}) {
          const Scene scene{"Subject: outer\r\n\r\nouter", pair, replies};
          SCOPED_TRACE(escape(pair) + " replies " + std::to_string(static_cast<int>(replies)));
          const Result whole = run(scene, 0);
          judge(scene, whole);
          for (const std::size_t cut : {23U, 25U, 27U, 33U, 40U}) ASSERT_EQ(run(scene, cut).text, whole.text) << cut;
        }
      }
    }
  }
}

TEST(SmtpSmuggling, TwoEndsInTheHeader) {
  for (const std::string_view first : ends) {
    for (const std::string_view second : ends) {
      const std::string pair = std::string(first) + "more" + std::string(second);
      for (const Replies replies : {Replies::of_one_mail, Replies::of_two_mails}) {
        const Scene scene{"Subject: outer", pair, replies};
        SCOPED_TRACE(escape(pair));
        judge(scene, run(scene, 0));
      }
    }
  }
}

}  // namespace
