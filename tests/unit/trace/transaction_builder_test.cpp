#include "trace/transaction_builder.hpp"

#include <gtest/gtest.h>

#include "unit/trace/dialogue_script.hpp"

namespace mailparse {
namespace {

using test::DialogueScript;

/// A command with the code of its reply; 0 = no reply was seen.
struct Said {
  std::string_view line;
  std::uint16_t code;
};

struct TransactionCase {
  std::string_view claim;
  std::vector<Said> said;
  std::vector<Outcome> outcomes;
  StreamEnd end = StreamEnd::closed;
  bool begun = true;
};

const std::vector<TransactionCase>& cases() {
  using enum Outcome;
  static const std::vector<TransactionCase> all{
      {"end of data taken", {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"DATA", 354}, {".", 250}}, {accepted}},
      {"end of data refused",
       {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"DATA", 354}, {".", 554}},
       {rejected}},
      {"end of data without reply",
       {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"DATA", 354}, {".", 0}},
       {unknown}},
      {"MAIL refused", {{"MAIL FROM:<a@x>", 550}, {"RCPT TO:<b@x>", 503}, {"DATA", 503}, {"RSET", 250}}, {rejected}},
      {"every RCPT refused",
       {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 550}, {"RCPT TO:<c@x>", 450}, {"QUIT", 221}},
       {rejected}},
      {"one RCPT refused, then RSET",
       {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 550}, {"RCPT TO:<c@x>", 250}, {"RSET", 250}},
       {aborted}},
      {"DATA refused", {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"DATA", 452}, {"QUIT", 221}}, {rejected}},
      {"DATA refused, tried again",
       {{"MAIL FROM:<a@x>", 250}, {"DATA", 503}, {"RCPT TO:<b@x>", 250}, {"DATA", 354}, {".", 250}},
       {accepted}},
      {"RSET", {{"MAIL FROM:<a@x>", 250}, {"RSET", 250}}, {aborted}},
      {"EHLO", {{"MAIL FROM:<a@x>", 250}, {"EHLO c", 250}}, {aborted}},
      {"refused EHLO changes nothing",
       {{"MAIL FROM:<a@x>", 250}, {"EHLO c", 503}, {"RCPT TO:<b@x>", 250}, {"DATA", 354}, {".", 250}},
       {accepted}},
      {"QUIT", {{"MAIL FROM:<a@x>", 250}, {"QUIT", 0}}, {aborted}},
      {"connection closed", {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}}, {aborted}},
      {"connection reset", {{"MAIL FROM:<a@x>", 250}}, {aborted}, StreamEnd::reset},
      {"source ends", {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}}, {unknown}, StreamEnd::cut},
      {"nested MAIL refused",
       {{"MAIL FROM:<a@x>", 250}, {"MAIL FROM:<c@x>", 503}, {"RCPT TO:<b@x>", 250}, {"DATA", 354}, {".", 250}},
       {accepted}},
      {"nested MAIL taken", {{"MAIL FROM:<a@x>", 250}, {"MAIL FROM:<c@x>", 250}}, {aborted, aborted}},
      {"two in a row",
       {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"DATA", 354}, {".", 250}, {"MAIL FROM:<a@x>", 451}},
       {accepted, rejected}},
      {"chunks taken",
       {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"BDAT 5", 250}, {"BDAT 0 LAST", 250}},
       {accepted}},
      {"last chunk refused",
       {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"BDAT 5", 250}, {"BDAT 0 last", 552}},
       {rejected}},
      {"chunk refused", {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"BDAT 5", 452}, {"RSET", 250}}, {rejected}},
      {"chunks without the last",
       {{"MAIL FROM:<a@x>", 250}, {"RCPT TO:<b@x>", 250}, {"BDAT 5", 250}, {"QUIT", 221}},
       {aborted}},
      {"one side only", {{"MAIL FROM:<a@x>", 0}, {"RCPT TO:<b@x>", 0}, {"DATA", 0}, {".", 0}, {"QUIT", 0}}, {unknown}},
      {"recipients without a sender", {{"RCPT TO:<b@x>", 503}, {"DATA", 503}}, {}},
      {"recipients without a sender in midstream",
       {{"RCPT TO:<b@x>", 250}, {"DATA", 354}, {".", 250}},
       {accepted},
       StreamEnd::closed,
       false},
      {"data in midstream", {{"DATA", 354}, {".", 250}}, {accepted}, StreamEnd::closed, false},
      {"nothing but talk", {{"EHLO c", 250}, {"NOOP", 250}, {"VRFY x", 252}, {"QUIT", 221}}, {}},
      {"STARTTLS forgets", {{"MAIL FROM:<a@x>", 250}, {"STARTTLS", 220}}, {aborted}},
  };
  return all;
}

std::vector<Outcome> outcomes_of(const SessionRecord& session) {
  std::vector<Outcome> outcomes;
  for (const TransactionRecord& transaction : session.transactions) outcomes.push_back(transaction.outcome);
  return outcomes;
}

TEST(TransactionBuilder, KnowsTheOutcome) {
  for (const TransactionCase& c : cases()) {
    DialogueScript script(Protocol::smtp, c.begun);
    for (const Said& said : c.said) {
      const std::uint64_t n = script.command(said.line);
      if (said.code != 0) script.reply(n, said.code);
    }
    if (c.end != StreamEnd::cut) script.close(c.end);
    script.finish([&](const SessionRecord& session) { EXPECT_EQ(outcomes_of(session), c.outcomes) << c.claim; });
  }
}

TEST(TransactionBuilder, PipeliningChangesNothing) {
  for (const TransactionCase& c : cases()) {
    DialogueScript script(Protocol::smtp, c.begun);
    std::vector<std::uint64_t> numbers;
    for (const Said& said : c.said) numbers.push_back(script.command(said.line));
    for (std::size_t index = 0; index < numbers.size(); ++index) {
      if (c.said[index].code != 0) script.reply(numbers[index], c.said[index].code);
    }
    if (c.end != StreamEnd::cut) script.close(c.end);
    script.finish([&](const SessionRecord& session) { EXPECT_EQ(outcomes_of(session), c.outcomes) << c.claim; });
  }
}

TEST(TransactionBuilder, KeepsTheVerdictOnEachRecipient) {
  DialogueScript script;
  script.exchange("MAIL FROM:<>", 250);
  script.exchange("RCPT TO:<yes@x>", 250);
  script.exchange("RCPT TO:<no@x>", 550);
  script.exchange("RCPT TO:<later@x>", 451);
  script.command("RCPT TO:<unseen@x>");
  script.finish([](const SessionRecord& session) {
    const TransactionRecord& mail = session.transactions.at(0);
    EXPECT_EQ(mail.mail_from, "");
    ASSERT_EQ(mail.recipients.size(), 4U);
    EXPECT_EQ(mail.recipients[0].address, "yes@x");
    EXPECT_EQ(mail.recipients[0].outcome, Outcome::accepted);
    EXPECT_EQ(mail.recipients[1].outcome, Outcome::rejected);
    EXPECT_EQ(mail.recipients[1].reply->code, 550);
    EXPECT_EQ(mail.recipients[2].outcome, Outcome::rejected);
    EXPECT_EQ(mail.recipients[3].outcome, Outcome::unknown);
    EXPECT_FALSE(mail.recipients[3].reply);
  });
}

TEST(TransactionBuilder, KeepsPipelinedRecipientsWithARefusedMail) {
  DialogueScript script;
  const std::uint64_t mail = script.command("MAIL FROM:<a@x>");
  const std::uint64_t rcpt = script.command("RCPT TO:<b@x>");
  script.reply(mail, 553);
  script.reply(rcpt, 503);
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.transactions.size(), 1U);
    EXPECT_EQ(session.transactions[0].outcome, Outcome::rejected);
    EXPECT_EQ(session.transactions[0].reply->code, 553);
    EXPECT_EQ(session.transactions[0].recipients.at(0).outcome, Outcome::rejected);
  });
}

/// Recipients b, c and d, of whom c is refused at RCPT; then the data and one reply for each of the other two.
void deliver_to_two(DialogueScript& script, std::uint16_t first, std::uint16_t second) {
  script.exchange("MAIL FROM:<a@x>", 250);
  script.exchange("RCPT TO:<b@x>", 250);
  script.exchange("RCPT TO:<c@x>", 550);
  script.exchange("RCPT TO:<d@x>", 250);
  script.exchange("DATA", 354);
  const std::uint64_t dot = script.exchange(".", first);
  script.reply(dot, second, {"text"}, true);
}

TEST(TransactionBuilder, TiesTheRepliesOfLmtpToTheirRecipients) {
  DialogueScript script(Protocol::lmtp);
  deliver_to_two(script, 452, 250);
  script.finish([](const SessionRecord& session) {
    const TransactionRecord& mail = session.transactions.at(0);
    EXPECT_EQ(mail.outcome, Outcome::accepted);
    EXPECT_EQ(mail.reply->code, 250);
    EXPECT_EQ(mail.recipients.at(0).final_reply->code, 452);
    EXPECT_FALSE(mail.recipients.at(1).final_reply);
    EXPECT_EQ(mail.recipients.at(2).final_reply->code, 250);
  });
}

TEST(TransactionBuilder, LmtpIsRejectedWhenNobodyTookIt) {
  DialogueScript script(Protocol::lmtp);
  deliver_to_two(script, 452, 550);
  script.finish([](const SessionRecord& session) {
    EXPECT_EQ(session.transactions.at(0).outcome, Outcome::rejected);
    EXPECT_EQ(session.transactions.at(0).recipients.at(2).final_reply->code, 550);
  });
}

TEST(TransactionBuilder, FurtherRepliesInSmtpBelongToRecipientsToo) {
  DialogueScript script;
  deliver_to_two(script, 250, 550);
  script.finish([](const SessionRecord& session) {
    EXPECT_EQ(session.transactions.at(0).outcome, Outcome::accepted);
    EXPECT_EQ(session.transactions.at(0).recipients.at(0).final_reply->code, 250);
    EXPECT_EQ(session.transactions.at(0).recipients.at(2).final_reply->code, 550);
  });
}

TEST(TransactionBuilder, PrdrAnswersEachRecipientAndThenTheWhole) {
  DialogueScript script;
  script.exchange("MAIL FROM:<a@x> PRDR", 250);
  script.exchange("RCPT TO:<b@x>", 250);
  script.exchange("RCPT TO:<c@x>", 250);
  script.exchange("DATA", 354);
  const std::uint64_t dot = script.exchange(".", 353);
  script.reply(dot, 250, {"b"}, true);
  script.reply(dot, 550, {"c"}, true);
  script.reply(dot, 250, {"all"}, true);
  script.finish([](const SessionRecord& session) {
    const TransactionRecord& mail = session.transactions.at(0);
    EXPECT_EQ(mail.outcome, Outcome::accepted);
    EXPECT_EQ(mail.recipients.at(0).outcome, Outcome::accepted);
    EXPECT_EQ(mail.recipients.at(0).final_reply->text[0], "b");
    EXPECT_EQ(mail.recipients.at(1).outcome, Outcome::rejected);
    EXPECT_EQ(mail.recipients.at(1).reply->code, 250);
    EXPECT_EQ(mail.recipients.at(1).final_reply->text[0], "c");
  });
}

TEST(TransactionBuilder, OneReplyInSmtpIsNobodysInParticular) {
  DialogueScript script;
  script.exchange("MAIL FROM:<a@x>", 250);
  script.exchange("RCPT TO:<b@x>", 250);
  script.exchange("DATA", 354);
  script.exchange(".", 250);
  script.finish(
      [](const SessionRecord& session) { EXPECT_FALSE(session.transactions.at(0).recipients.at(0).final_reply); });
}

TEST(TransactionBuilder, GivesPipelinedMessagesToTheirTransactions) {
  DialogueScript script;
  std::vector<std::uint64_t> numbers;
  for (const std::string_view text : {"one", "second"}) {
    numbers.push_back(script.command("MAIL FROM:<a@x>"));
    numbers.push_back(script.command("RCPT TO:<b@x>"));
    const std::uint64_t chunk = script.command("BDAT 9 LAST");
    numbers.push_back(chunk);
    script.message(chunk, text, MessageEnd::bdat_last, chunk);
  }
  for (const std::uint64_t n : numbers) script.reply(n, 250);
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.transactions.size(), 2U);
    EXPECT_EQ(session.transactions[0].message->size, 3U);
    EXPECT_EQ(session.transactions[1].message->size, 6U);
  });
}

TEST(TransactionBuilder, AMessageWithoutItsCommandsHasATransactionOfItsOwn) {
  DialogueScript script(Protocol::smtp, false);
  script.message(0, "rest of a message", MessageEnd::crlf_dot_crlf);
  script.finish([](const SessionRecord& session) {
    ASSERT_EQ(session.transactions.size(), 1U);
    EXPECT_FALSE(session.transactions[0].mail_from);
    EXPECT_EQ(session.transactions[0].message->size, 17U);
  });
}

TEST(TransactionBuilder, TellsTheExchangeThatBeganEachTransaction) {
  std::vector<TransactionRecord> transactions;
  TransactionBuilder builder(transactions, {.limit = 100});
  const auto say = [&](std::uint64_t n, std::string_view verb, std::uint16_t code) {
    Exchange exchange;
    exchange.n = n;
    exchange.command.emplace().verb = verb;
    exchange.reply.emplace().code = code;
    builder.settle(exchange);
  };
  say(2, "MAIL", 250);
  say(3, "RSET", 250);
  say(4, "MAIL", 250);
  say(5, "RCPT", 250);
  say(6, "MAIL", 250);
  builder.finish(true);
  ASSERT_EQ(transactions.size(), 3U);
  EXPECT_EQ(transactions[0].first_exchange, 2U);
  EXPECT_EQ(transactions[1].first_exchange, 4U);
  EXPECT_EQ(transactions[2].first_exchange, 6U);
}

}  // namespace
}  // namespace mailparse
