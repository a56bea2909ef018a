#include "json/report_record.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mailparse {
namespace {

std::string record_of(std::string_view type, std::string_view octets, std::optional<ReturnedMessage> returned = {}) {
  auto report = read_report(type, octets);
  EXPECT_TRUE(report) << type;
  if (!report) return {};
  report->returned = std::move(returned);
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  write_report(writer, *report);
  writer.end_object();
  return out;
}

TEST(ReportRecord, DeliveryStatusHasItsRecipients) {
  EXPECT_EQ(record_of("message/delivery-status",
                      "Original-Envelope-Id: e7\r\nReporting-MTA: dns; mx.example (a note)\r\nArrival-Date: yesterday\r\n\r\n"
                      "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
                      "Diagnostic-Code: smtp; 550 5.1.1 nobody\r\nX-Tries: 3\r\n\r\n"
                      "Final-Recipient: rfc822; c@d.example\r\nAction: delayed\r\n"
                      "Will-Retry-Until: Sun, 22 Nov 2026 09:59:40 +0100\r\n"),
            R"-({"delivery_status":{"envelope_id":"e7","reporting_mta":{"type":"dns","name":"mx.example","note":"(a note)"},)-"
            R"("arrival":{"text":"yesterday"},"recipients":[{"final_recipient":{"type":"rfc822","address":"a@b.example"},)"
            R"("action":"failed","status":"5.1.1","diagnostic":{"type":"smtp","text":"550 5.1.1 nobody","code":550,)"
            R"("enhanced":"5.1.1"},"fields":[{"name":"X-Tries","value":"3"}]},)"
            R"({"final_recipient":{"type":"rfc822","address":"c@d.example"},"action":"delayed","will_retry_until":)"
            R"({"text":"Sun, 22 Nov 2026 09:59:40 +0100","utc":"2026-11-22T08:59:40.000000000Z"}}]}})");
}

TEST(ReportRecord, NotificationSaysHowItWasSent) {
  EXPECT_EQ(record_of("message/disposition-notification",
                      "Final-Recipient: rfc822;b@c.example\r\nOriginal-Message-ID: <1@a.example>\r\n"
                      "Disposition: manual-action/MDN-sent-manually; displayed/error\r\nError: twice\r\n"),
            R"({"disposition_notification":{"final_recipient":{"type":"rfc822","address":"b@c.example"},)"
            R"("original_message_id":"1@a.example","action_mode":"manual-action","sending_mode":"mdn-sent-manually",)"
            R"("disposition":"displayed","modifiers":["error"],"errors":["twice"]}})");
}

TEST(ReportRecord, FeedbackStandsWithWhatCameBack) {
  ReturnedMessage returned;
  returned.part = "3";
  returned.subject = "Offer";
  returned.to = {"b@c.example"};
  EXPECT_EQ(record_of("message/feedback-report",
                      "Feedback-Type: abuse\r\nVersion: 1\r\nIncidents: 2\r\nSource-IP: 192.0.2.33\r\n"
                      "Reported-Domain: a.example\r\nReported-Domain: b.example\r\n",
                      std::move(returned)),
            R"({"feedback_report":{"feedback_type":"abuse","version":"1","source_ip":"192.0.2.33","incidents":2,)"
            R"("domains":["a.example","b.example"],"returned":{"part":"3","subject":"Offer","to":["b@c.example"]}}})");
}

}  // namespace
}  // namespace mailparse
