// Reports for machines: what became of a mail (DSN), what a reader did with it (MDN), what it was complained of (ARF).
// Layer: message. RFC 3464, RFC 6522, RFC 6533, RFC 8098, RFC 5965, RFC 6591.
//
// The programs that write them leave fields out, add their own, forget the empty line between groups or put the
// returned header into the report. Nothing of that is lost: what no field of these records is for stands in `others`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <mailparse/base/limits.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// Octets of a report that are read; the longest ones known are of some hundred recipients.
inline constexpr std::size_t report_octets_read = 256 * 1024;

/// A field's value behind the name of what it is: "rfc822; a@b.example", "dns; mx.example (10.0.0.1)".
struct TypedText {
  std::string type;  ///< in lower case; empty where the field has none
  std::string text;  ///< an address without brackets, a host name, a diagnostic text
  std::string note;  ///< what stands behind a host name
  [[nodiscard]] bool empty() const noexcept { return type.empty() && text.empty(); }
};

struct ReportDate {
  std::string text;
  std::optional<std::chrono::sys_seconds> utc;
};

struct ReportField {
  std::string name;  ///< as written
  std::string value;
};

/// message/delivery-status, message/global-delivery-status.
struct DeliveryStatus {
  /// What another program said of a recipient.
  struct Diagnosis {
    TypedText said;
    std::optional<int> code;  ///< the SMTP reply code at its front
    std::string enhanced;     ///< and the enhanced status code behind that
  };
  struct Recipient {
    TypedText final_recipient;
    TypedText original_recipient;
    std::string action;  ///< in lower case: failed, delayed, delivered, relayed, expanded, or what stands there
    std::string status;  ///< class.subject.detail, without comment
    TypedText remote_mta;
    std::optional<Diagnosis> diagnosis;
    std::optional<ReportDate> last_attempt;
    std::optional<ReportDate> will_retry_until;
    std::string log_id;
    std::vector<ReportField> others;
  };
  std::string envelope_id;
  TypedText reporting_mta;
  TypedText gateway;
  TypedText received_from_mta;
  std::optional<ReportDate> arrival;
  std::vector<Recipient> recipients;
  std::vector<ReportField> others;
};

/// message/disposition-notification, message/global-disposition-notification.
struct DispositionNotification {
  std::string user_agent;
  TypedText gateway;
  TypedText original_recipient;
  TypedText final_recipient;
  std::string original_message_id;  ///< without brackets
  std::string action_mode;          ///< in lower case: manual-action or automatic-action
  std::string sending_mode;         ///< in lower case: mdn-sent-manually or mdn-sent-automatically
  std::string disposition;          ///< in lower case: displayed, deleted, dispatched, processed, or what stands there
  std::vector<std::string> modifiers;
  std::vector<std::string> errors;  ///< Error, Failure and Warning fields
  std::vector<ReportField> others;
};

/// message/feedback-report.
struct FeedbackReport {
  std::string feedback_type;  ///< in lower case: abuse, fraud, virus, auth-failure, not-spam, other
  std::string user_agent;
  std::string version;
  std::string envelope_id;
  std::string mail_from;                ///< without brackets
  std::vector<std::string> recipients;  ///< without brackets
  TypedText reporting_mta;
  std::optional<ReportDate> arrival;
  std::string source_ip;
  std::optional<std::uint64_t> incidents;
  std::vector<std::string> domains;
  std::vector<std::string> uris;
  std::vector<std::string> authentication_results;
  std::string auth_failure;     ///< RFC 6591, in lower case
  std::string delivery_result;  ///< RFC 6591, in lower case
  std::vector<ReportField> others;
};

/// The mail that a report speaks of, as far as it was given back.
struct ReturnedMessage {
  std::string part;  ///< path of the part that holds it, or its header
  std::string message_id;
  std::string subject;
  std::string date;
  std::vector<std::string> from;
  std::vector<std::string> to;
};

struct Report {
  std::variant<DeliveryStatus, DispositionNotification, FeedbackReport> content;
  std::optional<ReturnedMessage> returned;
};

/// Whether a part of that type, in lower case, is a report.
[[nodiscard]] bool is_report_type(std::string_view type) noexcept;
/// Whether a part of that type holds nothing but the header of a returned mail.
[[nodiscard]] bool is_returned_header_type(std::string_view type) noexcept;

/// Reads the decoded content of a part of that type; nullopt for another type.
[[nodiscard]] std::optional<Report> read_report(std::string_view type, std::string_view octets);

/// What the header of a returned mail says; `part` is left empty.
[[nodiscard]] ReturnedMessage read_returned_message(const Header& header, const Limits& limits = {});

}  // namespace mailparse
