// Reports: what is told is UTF-8 and, all of it together, in proportion to what was read.
// Input: one octet that chooses the kind, the rest is the decoded content of the part.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <mailparse/message/report.hpp>
#include <mailparse/scan/utf8.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

constexpr std::array<std::string_view, 5> types{"message/delivery-status", "message/global-delivery-status",
                                                "message/disposition-notification",
                                                "message/global-disposition-notification", "message/feedback-report"};

/// Adds up what a report tells.
class Told {
 public:
  void operator()(const DeliveryStatus& status) {
    texts({status.envelope_id});
    for (const TypedText& text : {status.reporting_mta, status.gateway, status.received_from_mta}) take(text);
    take(status.arrival);
    take(status.others);
    for (const DeliveryStatus::Recipient& recipient : status.recipients) take(recipient);
  }
  void operator()(const DispositionNotification& notification) {
    texts({notification.user_agent, notification.original_message_id, notification.action_mode,
           notification.sending_mode, notification.disposition});
    for (const TypedText& text : {notification.gateway, notification.original_recipient, notification.final_recipient})
      take(text);
    texts(notification.modifiers);
    texts(notification.errors);
    take(notification.others);
  }
  void operator()(const FeedbackReport& feedback) {
    texts({feedback.feedback_type, feedback.user_agent, feedback.version, feedback.envelope_id, feedback.mail_from,
           feedback.source_ip, feedback.auth_failure, feedback.delivery_result});
    take(feedback.reporting_mta);
    take(feedback.arrival);
    texts(feedback.recipients);
    texts(feedback.domains);
    texts(feedback.uris);
    texts(feedback.authentication_results);
    take(feedback.others);
  }
  std::size_t octets = 0;

 private:
  void texts(const std::vector<std::string>& all) {
    for (const std::string& text : all) {
      require(is_utf8(text));
      octets += text.size();
    }
  }
  void take(const TypedText& text) { texts({text.type, text.text, text.note}); }
  void take(const std::optional<ReportDate>& date) {
    if (date) texts({date->text});
  }
  void take(const std::vector<ReportField>& fields) {
    for (const ReportField& field : fields) texts({field.name, field.value});
  }
  void take(const DeliveryStatus::Recipient& recipient) {
    texts({recipient.action, recipient.status, recipient.log_id});
    for (const TypedText& text : {recipient.final_recipient, recipient.original_recipient, recipient.remote_mta})
      take(text);
    take(recipient.last_attempt);
    take(recipient.will_retry_until);
    take(recipient.others);
    if (!recipient.diagnosis) return;
    take(recipient.diagnosis->said);
    texts({recipient.diagnosis->enhanced});
    if (recipient.diagnosis->code) require(*recipient.diagnosis->code >= 200 && *recipient.diagnosis->code <= 599);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view type = types[data[0] % types.size()];
  require(is_report_type(type));
  const auto report = read_report(type, {reinterpret_cast<const char*>(data) + 1, size - 1});
  require(report.has_value());
  Told told;
  std::visit(told, report->content);
  require(told.octets <= 16 * size + 64);
  return 0;
}
