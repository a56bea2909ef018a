#include <string>

#include <gtest/gtest.h>

#include <mailparse/message/date.hpp>
#include <mailparse/message/message.hpp>
#include <mailparse/message/report.hpp>

namespace mailparse {
namespace {

DeliveryStatus delivery(std::string_view octets) {
  const auto report = read_report("message/delivery-status", octets);
  EXPECT_TRUE(report);
  return std::get<DeliveryStatus>(report->content);
}

TEST(DeliveryStatus, PerMessageAndPerRecipientFields) {
  const DeliveryStatus status = delivery(
      "Original-Envelope-Id: QQ314159\r\nReporting-MTA: dns; cs.example (192.0.2.7)\r\n"
      "Received-From-MTA: DNS; client.example\r\nArrival-Date: Sat, 21 Nov 2026 10:00:00 +0200\r\n"
      "X-Postfix-Queue-ID: 4ABC\r\n\r\n"
      "Original-Recipient: rfc822;louisl@larry.example\r\nFinal-Recipient: rfc822;<louisl@larry.example>\r\n"
      "Action: failed\r\nStatus: 4.0.0 (weird)\r\nRemote-MTA: dns;larry.example. [192.0.2.9]\r\n"
      "Diagnostic-Code: smtp; 426 connection timed out\r\nLast-Attempt-Date: Sat, 21 Nov 2026 09:00:00 +0000\r\n\r\n"
      "Final-Recipient: rfc822;ok@b.example\r\nAction: Delivered\r\nStatus: 2.1.5\r\n"
      "Diagnostic-Code: smtp;550-5.7.1 first\r\n 550 5.7.1 second\r\nX-Vendor: more\r\n");
  EXPECT_EQ(status.envelope_id, "QQ314159");
  EXPECT_EQ(status.reporting_mta.type, "dns");
  EXPECT_EQ(status.reporting_mta.text, "cs.example");
  EXPECT_EQ(status.reporting_mta.note, "(192.0.2.7)");
  EXPECT_EQ(status.received_from_mta.text, "client.example");
  ASSERT_TRUE(status.arrival && status.arrival->utc);
  EXPECT_EQ(rfc3339(*status.arrival->utc), "2026-11-21T08:00:00.000000000Z");
  ASSERT_EQ(status.others.size(), 1U);
  EXPECT_EQ(status.others[0].name, "X-Postfix-Queue-ID");
  ASSERT_EQ(status.recipients.size(), 2U);
  const DeliveryStatus::Recipient& first = status.recipients[0];
  EXPECT_EQ(first.original_recipient.text, "louisl@larry.example");
  EXPECT_EQ(first.final_recipient.type, "rfc822");
  EXPECT_EQ(first.final_recipient.text, "louisl@larry.example");
  EXPECT_EQ(first.action, "failed");
  EXPECT_EQ(first.status, "4.0.0");
  EXPECT_EQ(first.remote_mta.text, "larry.example.");
  ASSERT_TRUE(first.diagnosis);
  EXPECT_EQ(first.diagnosis->code, 426);
  EXPECT_EQ(first.diagnosis->enhanced, "");
  const DeliveryStatus::Recipient& second = status.recipients[1];
  EXPECT_EQ(second.action, "delivered");
  EXPECT_EQ(second.diagnosis->code, 550);
  EXPECT_EQ(second.diagnosis->enhanced, "5.7.1");
  EXPECT_EQ(second.diagnosis->said.text, "550-5.7.1 first 550 5.7.1 second");
  ASSERT_EQ(second.others.size(), 1U);
}

TEST(DeliveryStatus, ForgottenEmptyLinesDoNotJoinRecipients) {
  const DeliveryStatus status = delivery(
      "Reporting-MTA: dns;a.example\nFinal-Recipient: rfc822;x@b.example\nAction: failed\nStatus: 5.1.1\n"
      "Final-Recipient: y@b.example\nAction: failed\n\nStatus: 5.2.2\n");
  EXPECT_EQ(status.reporting_mta.text, "a.example");
  ASSERT_EQ(status.recipients.size(), 2U);
  EXPECT_EQ(status.recipients[0].final_recipient.text, "x@b.example");
  EXPECT_EQ(status.recipients[1].final_recipient.type, "");
  EXPECT_EQ(status.recipients[1].final_recipient.text, "y@b.example");
  EXPECT_EQ(status.recipients[1].status, "5.2.2");
}

TEST(DeliveryStatus, ProseAndAReturnedHeaderAreNoRecipients) {
  const DeliveryStatus status = delivery(
      "This is a report.\nIt says:\n\nFinal-Recipient: rfc822;x@b.example\nAction: failed\n\n"
      "Received: from c by d; x\nFrom: s@c.example\nSubject: hi\n");
  ASSERT_EQ(status.recipients.size(), 1U);
  EXPECT_EQ(status.others.size(), 3U);
}

TEST(DeliveryStatus, RepliesThatLostTheirIndentAndFieldsInAnyOrder) {
  const DeliveryStatus status = delivery(
      "Reporting-MTA: dns; s.example\n\nDiagnostic-Code: smtp; 550-Please authenticate.\n"
      "550-m.example [192.0.2.1]:11111 is not permitted\n550 to relay\nStatus: 5.0.0\nAction: failed\n"
      "Final-Recipient: rfc822; x@b.example\n");
  ASSERT_EQ(status.recipients.size(), 1U);
  EXPECT_EQ(status.recipients[0].final_recipient.text, "x@b.example");
  EXPECT_EQ(status.recipients[0].diagnosis->said.text,
            "550-Please authenticate. 550-m.example [192.0.2.1]:11111 is not permitted 550 to relay");
}

TEST(DeliveryStatus, AddressesOfUtf8AreUnescaped) {
  const DeliveryStatus status = delivery("Final-Recipient: utf-8; \\x{43A}\\x{43e}\\x{D800}t@b.example\n");
  EXPECT_EQ(status.recipients.at(0).final_recipient.text, "ко\\x{D800}t@b.example");
}

TEST(DeliveryStatus, NothingInIt) {
  EXPECT_TRUE(delivery("").recipients.empty());
  EXPECT_TRUE(delivery("\n\n\n").recipients.empty());
  EXPECT_TRUE(delivery("no field").recipients.empty());
}

TEST(DispositionNotification, EveryField) {
  const auto report =
      read_report("message/disposition-notification",
                  "Reporting-UA: joes-pc.cs.example; Foomail 97.1\nOriginal-Recipient: rfc822;Joe@b.example\n"
                  "Final-Recipient: rfc822;Joe@b.example\nOriginal-Message-ID: <199509192301.23456@example.org>\n"
                  "Disposition: manual-action/MDN-sent-manually; displayed/error,x-late\nError: broken\nX-More: 1\n");
  const auto& mdn = std::get<DispositionNotification>(report->content);
  EXPECT_EQ(mdn.user_agent, "joes-pc.cs.example; Foomail 97.1");
  EXPECT_EQ(mdn.final_recipient.text, "Joe@b.example");
  EXPECT_EQ(mdn.original_message_id, "199509192301.23456@example.org");
  EXPECT_EQ(mdn.action_mode, "manual-action");
  EXPECT_EQ(mdn.sending_mode, "mdn-sent-manually");
  EXPECT_EQ(mdn.disposition, "displayed");
  ASSERT_EQ(mdn.modifiers.size(), 2U);
  EXPECT_EQ(mdn.modifiers[1], "x-late");
  EXPECT_EQ(mdn.errors.size(), 1U);
  EXPECT_EQ(mdn.others.size(), 1U);
}

TEST(FeedbackReport, EveryField) {
  const auto report = read_report(
      "message/feedback-report",
      "Feedback-Type: Abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\nOriginal-Mail-From: <s@a.example>\n"
      "Original-Rcpt-To: <u@b.example>\nOriginal-Rcpt-To: <v@b.example>\n"
      "Received-Date: Thu, 8 Mar 2005 14:00:00 EDT\nSource-IP: 192.0.2.1\nIncidents: 12\n"
      "Authentication-Results: mail.example; spf=fail\nReported-Domain: a.example\nReported-URI: http://a.example/\n"
      "Auth-Failure: DKIM\nDelivery-Result: reject\nAbuse-Type: complaint\n");
  const auto& arf = std::get<FeedbackReport>(report->content);
  EXPECT_EQ(arf.feedback_type, "abuse");
  EXPECT_EQ(arf.mail_from, "s@a.example");
  EXPECT_EQ(arf.recipients.size(), 2U);
  ASSERT_TRUE(arf.arrival && arf.arrival->utc);
  EXPECT_EQ(arf.source_ip, "192.0.2.1");
  EXPECT_EQ(arf.incidents, 12U);
  EXPECT_EQ(arf.domains.size(), 1U);
  EXPECT_EQ(arf.uris.size(), 1U);
  EXPECT_EQ(arf.auth_failure, "dkim");
  EXPECT_EQ(arf.delivery_result, "reject");
  EXPECT_EQ(arf.others.size(), 1U);
}

/// A report whose third part is `returned`.
std::string report_with(const std::string& kind, const std::string& returned) {
  return "From: a@b.example\nMIME-Version: 1.0\nContent-Type: " + kind +
         "; boundary=x\n\n--x\n\nSorry.\n--x\nContent-Type: message/delivery-status\n\n"
         "Reporting-MTA: dns;a.example\n\nFinal-Recipient: rfc822;x@b.example\nAction: failed\n--x\n" +
         returned + "\n--x--\n";
}

const ReturnedMessage& returned_in(const Message& message) {
  const MessagePart* part = message.part("2");
  EXPECT_TRUE(part != nullptr && part->report != nullptr && part->report->returned);
  return *part->report->returned;
}

TEST(Report, ReturnedMailIsLinked) {
  const std::string original =
      "From: s@c.example\nTo: x@b.example, y@b.example\nMessage-ID: <1@c>\nSubject: =?utf-8?q?=C3=A4?=\n\nHi\n";
  for (const std::string kind : {"multipart/report; report-type=delivery-status", "multipart/mixed"}) {
    for (const std::string type : {"message/rfc822", "text/rfc822-headers", "message/global-headers", "text/plain"}) {
      const Message message = read_message(report_with(kind, "Content-Type: " + type + "\n\n" + original));
      const ReturnedMessage& returned = returned_in(message);
      EXPECT_EQ(returned.part, "3");
      EXPECT_EQ(returned.message_id, "1@c");
      EXPECT_EQ(returned.subject, "ä");
      ASSERT_EQ(returned.to.size(), 2U);
      EXPECT_EQ(returned.to[1], "y@b.example");
    }
  }
}

TEST(Report, ReturnedMailInBase64IsLinked) {
  const Message message = read_message(report_with("multipart/report",
                                                   "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
                                                   "RnJvbTogc0BjLmV4YW1wbGUKTWVzc2FnZS1JRDogPDFAYz4KCkhpCg=="));
  EXPECT_EQ(returned_in(message).message_id, "1@c");
}

TEST(Report, MailWithoutReportHasNone) {
  const Message message = read_message(
      "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\nFrom: a\n\nx\n--x--\n");
  for (const MessagePart& part : message.parts) EXPECT_EQ(part.report, nullptr);
}

}  // namespace
}  // namespace mailparse
