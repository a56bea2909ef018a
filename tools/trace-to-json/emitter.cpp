#include "trace-to-json/emitter.hpp"

#include <algorithm>

#include <unistd.h>

#include <mailparse/analysis/message_analyzer.hpp>
#include <mailparse/json/csv_record.hpp>
#include <mailparse/json/message_record.hpp>
#include <mailparse/json/session_record.hpp>

namespace mailparse::tools {
namespace {

TrafficKind kind_of(const SessionRecord& session) noexcept {
  switch (session.protocol) {
    case Protocol::smtp:
      return TrafficKind::smtp;
    case Protocol::lmtp:
      return TrafficKind::lmtp;
    case Protocol::pop3:
      return TrafficKind::pop3;
    case Protocol::imap:
      return TrafficKind::imap;
    case Protocol::unknown:
      break;
  }
  return session.tls && session.tls->implicit ? TrafficKind::tls : TrafficKind::unknown;
}

/// What a session knows of the message of its transaction of that number; 0 = of none.
MessageContext context_of(const SessionRecord& session, const MessageFacts& facts, std::uint64_t transaction,
                          const DnsSources& dns) noexcept {
  const auto& all = session.transactions;
  return {.session = &session,
          .transaction = transaction != 0 && transaction <= all.size() ? &all[transaction - 1] : nullptr,
          .dns = dns,
          .partial = facts.partial,
          .complete = facts.complete};
}

}  // namespace

Emitter::Emitter(const TraceOptions& options, const std::vector<std::string>& files, Output& output,
                 Extractor* extractor, const DnsSources& dns)
    : emit_(options.emit),
      limits_(options.resources.limits),
      files_(files),
      output_(output),
      extractor_(extractor),
      dns_(dns),
      writer_(output.buffer()),
      to_terminal_(isatty(STDOUT_FILENO) == 1) {
  if (emit_ == Emit::csv) write_csv_header(output_.buffer());
  if (is_view(emit_) && emit_ != Emit::csv && emit_ != Emit::transcript)
    views_.emplace(emit_, files_, limits_, writer_);
}

void Emitter::count(TrafficKind kind, std::uint64_t octets, std::uint64_t missing, bool from_text) {
  FlowCount& count = counts_.flows[static_cast<std::size_t>(kind)];
  ++count.flows;
  count.octets += octets;
  count.missing += missing;
  if (from_text) counts_.transcript_octets += octets;
}

void Emitter::count_into(RunRecord& run) const {
  run.flows = counts_.flows;
  run.sessions = counts_.sessions;
  run.messages = counts_.messages;
  run.transcript_octets = counts_.transcript_octets;
}

void Emitter::on_session(const SessionRecord& session) {
  ++counts_.sessions;
  count(kind_of(session), session.end.client_octets + session.end.server_octets, session.end.missing_octets,
        session.start.format == "text");
  if (views_) views_->on_session(session);
  if (emit_ == Emit::csv) write_csv_session(output_.buffer(), session, file_of(session, files_));
  if (emit_ == Emit::sessions) write_session(writer_, session, file_of(session, files_));
  if (transcripts_ != nullptr) print(session);
  output_.flush_if_full();
}

/// A file gets the octets as they are, so that they can be read back; a terminal must not obey them.
void Emitter::print(const SessionRecord& session) {
  std::string text;
  transcripts_->write(session, text);
  if (!to_terminal_) {
    output_.buffer() += text;
  } else {
    for (std::string_view rest = text; !rest.empty();) {
      const auto line = rest.substr(0, rest.find('\n'));
      output_.buffer() += visible(line);
      output_.buffer() += '\n';
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
  }
  output_.flush_if_full();
}

void Emitter::on_other_traffic(const OtherTraffic& traffic) {
  count(traffic.kind, traffic.client_octets + traffic.server_octets, traffic.missing_octets, traffic.from_text);
}

void Emitter::on_event(const SessionRecord& session, const TraceEvent& event) {
  if (event.kind == TraceEvent::Kind::message_end) ++counts_.messages;
  if (emit_ != Emit::events) return;
  write_event(writer_, session, event);
  output_.flush_if_full();
}

/// Reads and judges a passing message and writes its record once its place is known; hands the octets on to a second
/// tap, if any.
class Emitter::MessageRecorder final : public MessageTap {
 public:
  MessageRecorder(Emitter& emitter, std::unique_ptr<MessageTap> next)
      : emitter_(emitter), next_(std::move(next)), analyzer_({.limits = emitter.limits_}) {}

  void on_octets(std::string_view octets) override {
    analyzer_.feed(octets);
    if (next_) next_->on_octets(octets);
  }

  void on_gap(std::uint64_t length) override {
    if (next_) next_->on_gap(length);
  }

  void finish(const SessionRecord& session, const MessageFacts& facts, std::uint64_t transaction,
              std::uint64_t retrieval) override {
    MessageSource source;
    source.session = session.id;
    if (transaction != 0) source.transaction = transaction;
    if (retrieval != 0) source.retrieval = retrieval;
    write_message(emitter_.writer_, analyzer_.finish(context_of(session, facts, transaction, emitter_.dns_)), source);
    emitter_.output_.flush_if_full();
    if (next_) next_->finish(session, facts, transaction, retrieval);
  }

 private:
  Emitter& emitter_;
  std::unique_ptr<MessageTap> next_;
  MessageAnalyzer analyzer_;
};

std::unique_ptr<MessageTap> Emitter::tap_message(const SessionRecord& session, const MessageStart&) {
  std::unique_ptr<MessageTap> tap = extractor_ != nullptr ? extractor_->tap() : nullptr;
  if (views_) return views_->tap(session, std::move(tap));
  if (emit_ == Emit::messages) tap = std::make_unique<MessageRecorder>(*this, std::move(tap));
  return tap;
}

}  // namespace mailparse::tools
