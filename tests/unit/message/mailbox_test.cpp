#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <mailparse/message/mailbox.hpp>

namespace mailparse {
namespace {

using testing::ElementsAre;

class Collected final : public MboxSink {
 public:
  void on_message_begin(std::uint64_t, std::string_view) override { messages.emplace_back(); }
  void on_message_octets(std::string_view octets) override { messages.back() += octets; }
  void on_message_end(std::uint64_t) override {}
  void on_from_line(const MboxLine& line) override { reasons.emplace_back(to_string(line.reason)); }
  std::vector<std::string> messages;
  std::vector<std::string> reasons;
};

Collected read(const std::string& mbox, MboxVariant* variant = nullptr) {
  Collected whole;
  MboxReader reader(whole);
  reader.feed(mbox);
  reader.finish();
  if (variant != nullptr) *variant = reader.variant();
  for (std::size_t at = 1; at < mbox.size(); ++at) {
    Collected split;
    MboxReader pieces(split);
    pieces.feed(std::string_view(mbox).substr(0, at));
    pieces.feed(std::string_view(mbox).substr(at));
    pieces.finish();
    EXPECT_EQ(split.messages, whole.messages) << "split at " << at;
    EXPECT_EQ(split.reasons, whole.reasons) << "split at " << at;
  }
  return whole;
}

const std::string one = "From a@example.com Mon May  2 16:07:05 2005\n";

TEST(Mailbox, MessagesAreWhatStandsBetweenSeparators) {
  EXPECT_THAT(read(one + "A: 1\n\nx\n\n" + one + "A: 2\n\ny\n").messages, ElementsAre("A: 1\n\nx\n", "A: 2\n\ny\n"));
}

TEST(Mailbox, EmptyLineBeforeASeparatorBelongsToItInBothLineEnds) {
  EXPECT_THAT(
      read(
          "From a@b Mon May  2 16:07:05 2005\r\nA: 1\r\n\r\nx\r\n\r\nFrom a@b Mon May  2 16:07:05 2005\r\nA: 2\r\n\r\n")
          .messages,
      ElementsAre("A: 1\r\n\r\nx\r\n", "A: 2\r\n\r\n"));
}

TEST(Mailbox, AByteOrderMarkInFrontIsOfNoMessage) {
  const std::string mark = "\xEF\xBB\xBF";
  const Collected found = read(mark + one + "A: 1\n\nx\n");
  EXPECT_THAT(found.messages, ElementsAre("A: 1\n\nx\n"));
  EXPECT_THAT(found.reasons, ElementsAre("file-start"));
  EXPECT_TRUE(looks_like_mbox(mark + one + "A: 1\n"));
  EXPECT_THAT(read(mark.substr(0, 2) + one + "A: 1\n").messages, ElementsAre());
}

TEST(Mailbox, ProseThatBeginsWithFromIsText) {
  const Collected found = read(one + "A: 1\n\nFrom here on it is text.\n\nFrom me: hello\n");
  EXPECT_EQ(found.messages.size(), 1u);
  EXPECT_THAT(found.reasons, ElementsAre("file-start", "no-date", "no-date"));
}

TEST(Mailbox, SeparatorWithoutDateNeedsAnEmptyLineAndAField) {
  EXPECT_EQ(read(one + "A: 1\n\nx\n\nFrom 1844@xxx\nA: 2\n\ny\n").messages.size(), 2u);
  EXPECT_EQ(read(one + "A: 1\n\nx\n\nFrom 1844@xxx\nno field\n").messages.size(), 1u);
}

TEST(Mailbox, QuotedLinesTellTheVariant) {
  MboxVariant variant{};
  read(one + "A: 1\n\n>From x\n", &variant);
  EXPECT_EQ(variant, MboxVariant::mboxo);
  read(one + "A: 1\n\n>>From x\n", &variant);
  EXPECT_EQ(variant, MboxVariant::mboxrd);
}

TEST(Mailbox, OctetsOfMessagesStayAsTheyStand) {
  EXPECT_THAT(read(one + "A: 1\n\n>From x\nFrom\n").messages, ElementsAre("A: 1\n\n>From x\nFrom\n"));
}

TEST(Mailbox, StartOfAFileTellsWhetherItIsAnMbox) {
  EXPECT_TRUE(looks_like_mbox(one + "A: 1\n"));
  EXPECT_TRUE(looks_like_mbox("From - \nA: 1\n"));
  EXPECT_FALSE(looks_like_mbox("From: a@example.com\n"));
  EXPECT_FALSE(looks_like_mbox("From : a@example.com\n"));
  EXPECT_FALSE(looks_like_mbox("From here on\nit is prose\n"));
}

}  // namespace
}  // namespace mailparse
