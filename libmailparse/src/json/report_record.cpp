#include "json/report_record.hpp"

#include <mailparse/json/names.hpp>
#include <mailparse/message/date.hpp>

namespace mailparse {
namespace {

class ReportWriter {
 public:
  explicit ReportWriter(JsonWriter& writer) : writer_(writer) {}

  void operator()(const DeliveryStatus& status) {
    writer_.begin_object(names::delivery_status);
    writer_.string_if(names::envelope_id, status.envelope_id);
    typed(names::reporting_mta, names::name, status.reporting_mta);
    typed(names::gateway, names::name, status.gateway);
    typed(names::received_from_mta, names::name, status.received_from_mta);
    date(names::arrival, status.arrival);
    writer_.begin_array(names::recipients);
    for (const DeliveryStatus::Recipient& recipient : status.recipients) write(recipient);
    writer_.end_array();
    fields(status.others);
  }

  void operator()(const DispositionNotification& mdn) {
    writer_.begin_object(names::disposition_notification);
    writer_.string_if(names::user_agent, mdn.user_agent);
    typed(names::gateway, names::name, mdn.gateway);
    typed(names::original_recipient, names::address, mdn.original_recipient);
    typed(names::final_recipient, names::address, mdn.final_recipient);
    writer_.string_if(names::original_message_id, mdn.original_message_id);
    writer_.string_if(names::action_mode, mdn.action_mode);
    writer_.string_if(names::sending_mode, mdn.sending_mode);
    writer_.string_if(names::disposition, mdn.disposition);
    writer_.strings_if(names::modifiers, mdn.modifiers);
    writer_.strings_if(names::errors, mdn.errors);
    fields(mdn.others);
  }

  void operator()(const FeedbackReport& report) {
    writer_.begin_object(names::feedback_report);
    writer_.string_if(names::feedback_type, report.feedback_type);
    writer_.string_if(names::user_agent, report.user_agent);
    writer_.string_if(names::version, report.version);
    writer_.string_if(names::envelope_id, report.envelope_id);
    writer_.string_if(names::mail_from, report.mail_from);
    writer_.strings_if(names::recipients, report.recipients);
    typed(names::reporting_mta, names::name, report.reporting_mta);
    date(names::arrival, report.arrival);
    writer_.string_if(names::source_ip, report.source_ip);
    if (report.incidents) writer_.uint(names::incidents, *report.incidents);
    writer_.strings_if(names::domains, report.domains);
    writer_.strings_if(names::uris, report.uris);
    writer_.strings_if(names::authentication_results, report.authentication_results);
    writer_.string_if(names::auth_failure, report.auth_failure);
    writer_.string_if(names::delivery_result, report.delivery_result);
    fields(report.others);
  }

  /// Ends the object that one of the others began.
  void finish(const std::optional<ReturnedMessage>& returned) {
    if (returned) {
      writer_.begin_object(names::returned);
      writer_.string_if(names::part, returned->part);
      writer_.string_if(names::message_id, returned->message_id);
      writer_.string_if(names::subject, returned->subject);
      writer_.string_if(names::date, returned->date);
      writer_.strings_if(names::from, returned->from);
      writer_.strings_if(names::to, returned->to);
      writer_.end_object();
    }
    writer_.end_object();
  }

 private:
  void typed(std::string_view name, std::string_view text_name, const TypedText& value) {
    if (value.empty()) return;
    writer_.begin_object(name);
    writer_.string_if(names::type, value.type);
    writer_.string(text_name, value.text);
    writer_.string_if(names::note, value.note);
    writer_.end_object();
  }

  void date(std::string_view name, const std::optional<ReportDate>& date) {
    if (!date) return;
    writer_.begin_object(name);
    writer_.string(names::text, date->text);
    if (date->utc) writer_.string(names::utc, rfc3339(*date->utc));
    writer_.end_object();
  }

  void fields(const std::vector<ReportField>& others) {
    if (others.empty()) return;
    writer_.begin_array(names::fields);
    for (const ReportField& field : others) {
      writer_.begin_object();
      writer_.string(names::name, field.name);
      writer_.string(names::value, field.value);
      writer_.end_object();
    }
    writer_.end_array();
  }

  void write(const DeliveryStatus::Recipient& recipient) {
    writer_.begin_object();
    typed(names::final_recipient, names::address, recipient.final_recipient);
    typed(names::original_recipient, names::address, recipient.original_recipient);
    writer_.string_if(names::action, recipient.action);
    writer_.string_if(names::status, recipient.status);
    typed(names::remote_mta, names::name, recipient.remote_mta);
    if (recipient.diagnosis) {
      writer_.begin_object(names::diagnostic);
      writer_.string_if(names::type, recipient.diagnosis->said.type);
      writer_.string(names::text, recipient.diagnosis->said.text);
      if (recipient.diagnosis->code) writer_.integer(names::code, *recipient.diagnosis->code);
      writer_.string_if(names::enhanced, recipient.diagnosis->enhanced);
      writer_.end_object();
    }
    date(names::last_attempt, recipient.last_attempt);
    date(names::will_retry_until, recipient.will_retry_until);
    writer_.string_if(names::log_id, recipient.log_id);
    fields(recipient.others);
    writer_.end_object();
  }

  JsonWriter& writer_;
};

}  // namespace

void write_report(JsonWriter& writer, const Report& report) {
  ReportWriter to(writer);
  std::visit(to, report.content);
  to.finish(report.returned);
}

}  // namespace mailparse
