#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <utility>

#include <mailparse/analysis/message_analyzer.hpp>
#include <mailparse/base/octets.hpp>

#include "analysis/attachment_checks.hpp"
#include "analysis/author_checks.hpp"
#include "analysis/formula_checks.hpp"
#include "analysis/hop_checks.hpp"
#include "analysis/link_checks.hpp"
#include "analysis/signature_reader.hpp"

namespace mailparse {
namespace {

/// Room for the octets of the next message, from one before: to find, fill and give back up to a megabyte for each
/// costs more than to copy the octets. Not one a thread: glibc ends the process when memory is short where a thread's
/// first one is registered.
class SpareRooms {
 public:
  std::string take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(*std::ranges::max_element(rooms_, {}, &std::string::capacity), {});
  }
  void give_back(std::string room) noexcept {
    room.clear();
    const std::scoped_lock lock(mutex_);
    std::string& least = *std::ranges::min_element(rooms_, {}, &std::string::capacity);
    if (least.capacity() < room.capacity()) least = std::move(room);
  }

 private:
  std::mutex mutex_;
  std::array<std::string, 4> rooms_;
};

SpareRooms spare_rooms;

}  // namespace

/// What is at work while the message passes.
struct MessageAnalyzer::Work {
  explicit Work(const MessageOptions& options) : limits(options.limits), reader(options), start(spare_rooms.take()) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() { spare_rooms.give_back(std::move(start)); }

  Limits limits;
  MessageReader reader;
  SignatureReader signatures;
  std::string start;  ///< octets kept for other readings
};

namespace {

/// Whether a finding says that something is absent.
bool speaks_of_absence(Code code) noexcept {
  switch (code) {
    case Code::hdr_missing_date:
    case Code::hdr_missing_from:
    case Code::mime_b64_truncated:
    case Code::mime_multipart_unclosed:
    case Code::mime_part_headers_truncated:
    case Code::mime_version_missing:
    case Code::msg_empty:
    case Code::msg_no_body:
    case Code::msg_unterminated_last_line:
      return true;
    default:
      return false;
  }
}

/// When the message was received: the conversation's time, or that of its last hop.
std::optional<Timestamp> received_at(const Message& message, const MessageContext& context) {
  if (context.session != nullptr && context.session->start.first.time) return context.session->start.first.time;
  const auto& hops = message.fields.received;
  if (hops.empty() || !hops.front().received.date) return std::nullopt;
  return timestamp(hops.front().received.date->utc);
}

std::optional<SpfRecord> sender_policy(const MessageContext& context) {
  const SessionRecord* const session = context.session;
  if (session == nullptr || context.transaction == nullptr || !context.transaction->mail_from) return std::nullopt;
  // Behind a relay that says so, the client is the one that the relay speaks for.
  const Endpoint* client = session->start.client ? &*session->start.client : nullptr;
  if (session->original_client) client = &session->original_client->endpoint;
  if (client == nullptr) return std::nullopt;
  const std::string_view helo = session->hello ? session->hello->name : std::string_view{};
  return evaluate_spf({client->ip, *context.transaction->mail_from, helo}, context.dns);
}

/// Domain of the only author; empty where there are several, or none. RFC 7489 6.6.1
std::string_view author_domain(const Message& message) {
  std::string_view domain;
  for (const AddressField& field : message.fields.from) {
    for (const Mailbox& mailbox : field.list.mailboxes) {
      if (mailbox.domain_ascii.empty() || (!domain.empty() && !iequals(domain, mailbox.domain_ascii))) return {};
      domain = mailbox.domain_ascii;
    }
  }
  return domain;
}

}  // namespace

MessageAnalyzer::MessageAnalyzer(const MessageOptions& options) : work_(std::make_unique<Work>(options)) {}
MessageAnalyzer::~MessageAnalyzer() = default;
MessageAnalyzer::MessageAnalyzer(MessageAnalyzer&&) noexcept = default;
MessageAnalyzer& MessageAnalyzer::operator=(MessageAnalyzer&&) noexcept = default;

void MessageAnalyzer::feed(std::string_view octets) {
  work_->start.append(octets.substr(0, reading_octets - std::min(reading_octets, work_->start.size())));
  work_->reader.feed(octets);
  work_->signatures.feed(octets, work_->reader.header());
}

AnalyzedMessage MessageAnalyzer::finish(const MessageContext& context) {
  AnalyzedMessage analyzed{work_->reader.finish(), {}, {}, {}, {}, {}};
  const Message& message = analyzed.message;
  analyzed.readings = read_otherwise(work_->start, message, work_->limits);
  DiagnosticList findings;
  check_author_against_others(message, context, findings);
  check_hops(message, findings);
  Signatures signatures =
      work_->signatures.finish(message, {context.dns, received_at(message, context), context.complete}, findings);
  analyzed.signatures = std::move(signatures.records);
  analyzed.arc = std::move(signatures.arc);
  analyzed.spf = sender_policy(context);
  if (const std::string_view author = author_domain(message); !author.empty())
    analyzed.dmarc = evaluate_dmarc(author, analyzed.spf, analyzed.signatures, context.dns);
  check_attachments(message, findings);
  check_formulas(message, findings);
  check_links(message, findings);

  if (context.partial)
    std::erase_if(analyzed.message.findings, [](const Diagnostic& one) { return speaks_of_absence(one.code); });
  std::vector<Diagnostic> found = findings.take();
  if (found.empty()) return analyzed;
  std::vector<Diagnostic>& all = analyzed.message.findings;
  all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  std::ranges::stable_sort(all, {}, &Diagnostic::offset);
  return analyzed;
}

AnalyzedMessage analyze_message(std::string_view octets, const MessageOptions& options, const MessageContext& context) {
  MessageAnalyzer analyzer(options);
  analyzer.feed(octets);
  return analyzer.finish(context);
}

}  // namespace mailparse
