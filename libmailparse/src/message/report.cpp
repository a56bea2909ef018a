#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/date.hpp>
#include <mailparse/message/encoded_word.hpp>
#include <mailparse/message/message_fields.hpp>
#include <mailparse/message/report.hpp>
#include <mailparse/scan/utf8_character.hpp>

#include "message/lexical.hpp"

namespace mailparse {
namespace {

std::string without_angles(std::string_view text) {
  text = lexical::trim(text);
  if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
  return std::string(text);
}

/// "type; text". What stands before the semicolon is a type when it is a word.
TypedText read_typed(std::string_view value) {
  TypedText typed;
  const std::size_t semicolon = value.find(';');
  if (semicolon != value.npos) {
    const std::string_view type = lexical::trim(value.substr(0, semicolon));
    const auto in_type = [](char c) {
      return is(OctetClass::alpha, c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '/';
    };
    if (!type.empty() && std::ranges::all_of(type, in_type)) {
      typed.type = lower_case(type);
      value = value.substr(semicolon + 1);
    }
  }
  typed.text = lexical::trim(value);
  return typed;
}

bool is_character(std::uint32_t value) noexcept {
  return value != 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

/// RFC 6533 3: characters of an address as \x{HEX}. Others stay as they are.
std::string unescape_unitext(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t close = text.starts_with("\\x{") ? text.find('}') : text.npos;
    std::uint32_t character = 0;
    if (close != text.npos) {
      const char* const end = text.data() + close;
      const auto [stop, error] = std::from_chars(text.data() + 3, end, character, 16);
      if (error != std::errc() || stop != end || !is_character(character)) character = 0;
    }
    if (character != 0) {
      append_utf8(out, character);
      text.remove_prefix(close + 1);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

TypedText read_recipient(std::string_view value) {
  TypedText typed = read_typed(value);
  typed.text = without_angles(typed.text);
  if (typed.type == "utf-8") typed.text = unescape_unitext(typed.text);
  return typed;
}

/// A host, and what the program has to say of it behind its name.
TypedText read_mta(std::string_view value) {
  TypedText typed = read_typed(value);
  const std::size_t end = typed.text.find_first_of(" \t(");
  if (end == typed.text.npos || end == 0) return typed;
  typed.note = lexical::trim(std::string_view(typed.text).substr(end));
  typed.text.resize(end);
  return typed;
}

/// "5.1.1" at the front of `text`; empty where there is none. RFC 3463 2.
std::string_view enhanced_code(std::string_view text) noexcept {
  std::size_t at = 0;
  for (const std::size_t most_digits : {1U, 3U, 3U}) {
    if (at != 0 && (at == text.size() || text[at++] != '.')) return {};
    const std::size_t begin = at;
    while (at < text.size() && at - begin < most_digits && is_digit(text[at])) ++at;
    if (at == begin) return {};
  }
  const bool ends = at == text.size() || !(is_digit(text[at]) || text[at] == '.');
  return ends ? text.substr(0, at) : std::string_view();
}

DeliveryStatus::Diagnosis read_diagnosis(std::string_view value) {
  DeliveryStatus::Diagnosis diagnosis;
  diagnosis.said = read_typed(value);
  std::string_view text = diagnosis.said.text;
  const bool replies = text.size() >= 3 && text[0] >= '2' && text[0] <= '5' && is_digit(text[1]) && is_digit(text[2]) &&
                       (text.size() == 3 || text[3] == ' ' || text[3] == '-');
  if (replies) {
    diagnosis.code = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    text.remove_prefix(std::min<std::size_t>(text.size(), 4));
  }
  text = lexical::trim(text);
  if (text.starts_with('#')) text.remove_prefix(1);
  diagnosis.enhanced = enhanced_code(text);
  return diagnosis;
}

ReportDate read_report_date(std::string_view value) {
  ReportDate date;
  date.text = value;
  Silence silence;
  if (const auto read = read_date({value, 0}, silence)) date.utc = read->utc;
  return date;
}

/// Size of the name that `line` begins with, when a colon ends it; 0 otherwise. RFC 3464 2.1 allows no blank in it.
std::size_t name_size(std::string_view line) noexcept {
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return 0;
  const std::string_view name = trim_blanks(line.substr(0, colon));
  return std::ranges::all_of(name, [](char c) { return is(OctetClass::ftext, c); }) ? name.size() : 0;
}

/// Hands the fields of a report to `take(group, name, value)`; empty lines part the groups. A line that is no field
/// goes on with the one before, as replies of several lines do where their indent was forgotten.
template <typename Take>
void each_field(std::string_view octets, Take take) {
  octets = octets.substr(0, report_octets_read);
  std::size_t group = 0;
  std::string_view name;
  std::string value;
  const auto give = [&] {
    if (name.empty()) return;
    Arena arena;
    Silence silence;
    const std::string_view text = decode_header_text({value, 0}, TextPlace::unstructured, arena, silence);
    take(group, std::exchange(name, {}), lexical::collapse_white(lexical::trim(text), arena));
  };
  while (!octets.empty()) {
    const std::size_t end = std::min(octets.find('\n'), octets.size());
    const std::string_view line = lexical::trim(octets.substr(0, end));
    const bool indented = is(OctetClass::blank, octets.front());
    octets.remove_prefix(std::min(end + 1, octets.size()));
    const std::size_t size = indented ? 0 : name_size(line);
    if (line.empty() || size > 0) give();
    if (line.empty()) ++group;
    if (size > 0) {
      name = line.substr(0, size);
      value = line.substr(line.find(':') + 1);
    } else if (!name.empty()) {
      value.append(" ").append(line);
    }
  }
  give();
}

/// Whether a field is of a recipient, by RFC 3464 2.3.
bool is_of_recipient(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 9> names{
      "Action",     "Diagnostic-Code", "Final-Log-ID",    "Final-Recipient", "Last-Attempt-Date", "Original-Recipient",
      "Remote-MTA", "Status",          "Will-Retry-Until"};
  return std::ranges::any_of(names, [&](std::string_view known) { return iequals(name, known); });
}

class DeliveryStatusReader {
 public:
  DeliveryStatus read(std::string_view octets) {
    each_field(octets, [&](std::size_t group, std::string_view name, std::string_view value) {
      if (is_of_recipient(name)) {
        if (wants_recipient(group, name)) begin_recipient(group);
        on_recipient_field(status_.recipients.back(), name, value);
      } else if (!on_message_field(name, value)) {
        const bool of_recipient = !status_.recipients.empty() && group == group_;
        auto& others = of_recipient ? status_.recipients.back().others : status_.others;
        others.push_back({std::string(name), std::string(value)});
      }
    });
    return std::move(status_);
  }

 private:
  /// A recipient begins with a group, and with a second Final-Recipient where the empty line was forgotten. Fields of a
  /// recipient without Final-Recipient behind an empty line go on with the one before.
  [[nodiscard]] bool wants_recipient(std::size_t group, std::string_view name) const noexcept {
    if (status_.recipients.empty()) return true;
    const DeliveryStatus::Recipient& last = status_.recipients.back();
    if (iequals(name, "Final-Recipient")) return !last.final_recipient.empty() || group != group_;
    if (iequals(name, "Original-Recipient")) return group != group_ || !last.original_recipient.empty();
    return group != group_ && (iequals(name, "Action") ? !last.action.empty() : !last.status.empty());
  }

  void begin_recipient(std::size_t group) {
    status_.recipients.emplace_back();
    group_ = group;
  }

  static void on_recipient_field(DeliveryStatus::Recipient& to, std::string_view name, std::string_view value) {
    if (iequals(name, "Final-Recipient")) {
      to.final_recipient = read_recipient(value);
    } else if (iequals(name, "Original-Recipient")) {
      to.original_recipient = read_recipient(value);
    } else if (iequals(name, "Action")) {
      to.action = lower_case(value.substr(0, value.find_first_of(" \t(")));
    } else if (iequals(name, "Status")) {
      const std::string_view code = enhanced_code(value);
      to.status = code.empty() ? value : code;
    } else if (iequals(name, "Remote-MTA")) {
      to.remote_mta = read_mta(value);
    } else if (iequals(name, "Diagnostic-Code")) {
      to.diagnosis = read_diagnosis(value);
    } else if (iequals(name, "Last-Attempt-Date")) {
      to.last_attempt = read_report_date(value);
    } else if (iequals(name, "Will-Retry-Until")) {
      to.will_retry_until = read_report_date(value);
    } else {
      to.log_id = value;
    }
  }

  /// False: RFC 3464 2.2 does not know it.
  bool on_message_field(std::string_view name, std::string_view value) {
    if (iequals(name, "Original-Envelope-Id")) {
      status_.envelope_id = value;
    } else if (iequals(name, "Reporting-MTA")) {
      status_.reporting_mta = read_mta(value);
    } else if (iequals(name, "DSN-Gateway")) {
      status_.gateway = read_mta(value);
    } else if (iequals(name, "Received-From-MTA")) {
      status_.received_from_mta = read_mta(value);
    } else if (iequals(name, "Arrival-Date")) {
      status_.arrival = read_report_date(value);
    } else {
      return false;
    }
    return true;
  }

  DeliveryStatus status_;
  std::size_t group_ = 0;  ///< of the last recipient
};

/// "manual-action/MDN-sent-manually; displayed/modifier,modifier"
void read_disposition(std::string_view value, DispositionNotification& into) {
  const std::size_t semicolon = value.find(';');
  std::string_view type = value;
  if (semicolon != value.npos) {
    const std::string_view modes = value.substr(0, semicolon);
    const std::size_t slash = std::min(modes.find('/'), modes.size());
    into.action_mode = lower_case(lexical::trim(modes.substr(0, slash)));
    into.sending_mode = lower_case(lexical::trim(modes.substr(std::min(slash + 1, modes.size()))));
    type = value.substr(semicolon + 1);
  }
  const std::size_t slash = std::min(type.find('/'), type.size());
  into.disposition = lower_case(lexical::trim(type.substr(0, slash)));
  std::string_view rest = type.substr(std::min(slash + 1, type.size()));
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view modifier = lexical::trim(rest.substr(0, comma));
    if (!modifier.empty()) into.modifiers.push_back(lower_case(modifier));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
}

DispositionNotification read_disposition_notification(std::string_view octets) {
  DispositionNotification mdn;
  each_field(octets, [&](std::size_t, std::string_view name, std::string_view value) {
    if (iequals(name, "Reporting-UA")) {
      mdn.user_agent = value;
    } else if (iequals(name, "MDN-Gateway")) {
      mdn.gateway = read_mta(value);
    } else if (iequals(name, "Original-Recipient")) {
      mdn.original_recipient = read_recipient(value);
    } else if (iequals(name, "Final-Recipient")) {
      mdn.final_recipient = read_recipient(value);
    } else if (iequals(name, "Original-Message-ID")) {
      mdn.original_message_id = without_angles(value);
    } else if (iequals(name, "Disposition")) {
      read_disposition(value, mdn);
    } else if (iequals(name, "Error") || iequals(name, "Failure") || iequals(name, "Warning")) {
      mdn.errors.emplace_back(value);
    } else {
      mdn.others.push_back({std::string(name), std::string(value)});
    }
  });
  return mdn;
}

void on_feedback_field(FeedbackReport& report, std::string_view name, std::string_view value) {
  if (iequals(name, "Feedback-Type")) {
    report.feedback_type = lower_case(value);
  } else if (iequals(name, "User-Agent")) {
    report.user_agent = value;
  } else if (iequals(name, "Version")) {
    report.version = value;
  } else if (iequals(name, "Original-Envelope-Id")) {
    report.envelope_id = value;
  } else if (iequals(name, "Original-Mail-From")) {
    report.mail_from = without_angles(value);
  } else if (iequals(name, "Original-Rcpt-To")) {
    report.recipients.push_back(without_angles(value));
  } else if (iequals(name, "Reporting-MTA")) {
    report.reporting_mta = read_mta(value);
  } else if (iequals(name, "Arrival-Date") || iequals(name, "Received-Date")) {
    report.arrival = read_report_date(value);
  } else if (iequals(name, "Source-IP")) {
    report.source_ip = value;
  } else if (iequals(name, "Incidents")) {
    std::uint64_t count = 0;
    if (std::from_chars(value.data(), value.data() + value.size(), count).ec == std::errc()) report.incidents = count;
  } else if (iequals(name, "Reported-Domain")) {
    report.domains.emplace_back(value);
  } else if (iequals(name, "Reported-URI")) {
    report.uris.emplace_back(value);
  } else if (iequals(name, "Authentication-Results")) {
    report.authentication_results.emplace_back(value);
  } else if (iequals(name, "Auth-Failure")) {
    report.auth_failure = lower_case(value);
  } else if (iequals(name, "Delivery-Result")) {
    report.delivery_result = lower_case(value);
  } else {
    report.others.push_back({std::string(name), std::string(value)});
  }
}

FeedbackReport read_feedback_report(std::string_view octets) {
  FeedbackReport report;
  each_field(octets, [&](std::size_t, std::string_view name, std::string_view value) {
    on_feedback_field(report, name, value);
  });
  return report;
}

/// The kind of report by its type.
enum class Kind : std::uint8_t { none, delivery, disposition, feedback };

Kind kind_of_type(std::string_view type) noexcept {
  if (type == "message/delivery-status" || type == "message/global-delivery-status") return Kind::delivery;
  if (type == "message/disposition-notification" || type == "message/global-disposition-notification")
    return Kind::disposition;
  return type == "message/feedback-report" ? Kind::feedback : Kind::none;
}

}  // namespace

bool is_report_type(std::string_view type) noexcept {
  return kind_of_type(type) != Kind::none;
}

bool is_returned_header_type(std::string_view type) noexcept {
  return type == "text/rfc822-headers" || type == "message/global-headers" || type == "message/rfc822-headers";
}

std::optional<Report> read_report(std::string_view type, std::string_view octets) {
  switch (kind_of_type(type)) {
    case Kind::delivery:
      return Report{DeliveryStatusReader().read(octets), {}};
    case Kind::disposition:
      return Report{read_disposition_notification(octets), {}};
    case Kind::feedback:
      return Report{read_feedback_report(octets), {}};
    case Kind::none:
      break;
  }
  return std::nullopt;
}

ReturnedMessage read_returned_message(const Header& header, const Limits& limits) {
  Arena arena;
  Silence silence;
  FieldsOptions options;
  options.outermost = false;
  options.limits = limits;
  const MessageFields fields = read_message_fields(header, arena, silence, options);
  ReturnedMessage returned;
  if (fields.message_id) returned.message_id = fields.message_id->text;
  if (fields.subject) returned.subject = *fields.subject;
  if (fields.date && fields.date->date) returned.date = rfc3339(fields.date->date->utc);
  const auto addresses = [](const std::vector<AddressField>& from, std::vector<std::string>& to) {
    for (const AddressField& field : from) {
      for (const Mailbox& mailbox : field.list.mailboxes) to.emplace_back(mailbox.address);
    }
  };
  addresses(fields.from, returned.from);
  addresses(fields.to, returned.to);
  return returned;
}

}  // namespace mailparse
