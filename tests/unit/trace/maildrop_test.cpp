#include "trace/maildrop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace mailparse;
using ::testing::ElementsAre;
using ::testing::Pair;

/// The exchanges of a session, `reply` with its status in front; none where it is empty.
class Session {
 public:
  Session& said(std::string_view command, std::string_view reply) {
    Exchange exchange;
    exchange.command = CommandRecord{};
    exchange.command->verb = command.substr(0, 4);
    exchange.command->text = command;
    if (!reply.empty()) {
      exchange.reply = ReplyRecord{};
      exchange.reply->status = reply.substr(0, reply.find(' '));
    }
    const std::string_view text = reply.substr(std::min(reply.size(), reply.find(' ') + 1));
    if (exchange.reply) exchange.reply->text = {&text, 1};
    maildrop_.settle(exchange);
    return *this;
  }
  [[nodiscard]] std::optional<MaildropRecord> record() const { return maildrop_.finish(); }
  [[nodiscard]] std::vector<std::pair<std::uint64_t, std::string_view>> marks() const {
    std::vector<std::pair<std::uint64_t, std::string_view>> marks;
    for (const MarkedMessage& one : maildrop_.finish().value_or(MaildropRecord{}).marks)
      marks.emplace_back(one.number, to_string(one.mark));
    return marks;
  }

 private:
  Maildrop maildrop_;
};

TEST(Maildrop, QuitRemovesWhatIsMarked) {
  Session session;
  session.said("DELE 2", "+OK gone").said("DELE 1", "+OK gone").said("QUIT", "+OK bye");
  EXPECT_THAT(session.marks(), ElementsAre(Pair(1, "expunged"), Pair(2, "expunged")));
}

TEST(Maildrop, WithoutQuitNothingIsRemoved) {
  EXPECT_THAT(Session().said("DELE 1", "+OK").marks(), ElementsAre(Pair(1, "deleted")));
  EXPECT_THAT(Session().said("DELE 1", "+OK").said("QUIT", "").marks(), ElementsAre(Pair(1, "deleted")));
  EXPECT_THAT(Session().said("DELE 1", "+OK").said("QUIT", "-ERR some not removed").marks(),
              ElementsAre(Pair(1, "deleted")));
}

TEST(Maildrop, ResetTakesMarksBackAndTheyCanBeGivenAgain) {
  Session session;
  session.said("DELE 1", "+OK").said("DELE 2", "+OK").said("RSET", "+OK").said("DELE 2", "+OK").said("QUIT", "+OK");
  EXPECT_THAT(session.marks(), ElementsAre(Pair(1, "unmarked"), Pair(2, "expunged")));
}

TEST(Maildrop, OnlyWhatTheServerAgreedToCounts) {
  Session session;
  session.said("DELE 1", "-ERR no such message").said("DELE 2", "").said("DELE x", "+OK").said("DELE 3x", "+OK");
  session.said("DELE 99999999999999999999", "+OK").said("DELE", "+OK").said("QUIT", "+OK");
  EXPECT_FALSE(session.record());
}

TEST(Maildrop, TheFirstStatTellsTheSize) {
  Session session;
  session.said("STAT", "+OK 2 320 octets").said("DELE 1", "+OK").said("STAT", "+OK 1 200");
  const auto record = session.record();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->messages, 2U);
  EXPECT_EQ(record->octets, 320U);
}

TEST(Maildrop, StatThatIsNoDropListingTellsNothing) {
  for (const std::string_view reply : {"+OK", "+OK two 320", "+OK 2", "+OK 2,320", "+OK -1 5"})
    EXPECT_FALSE(Session().said("STAT", reply).record()) << reply;
}

}  // namespace
