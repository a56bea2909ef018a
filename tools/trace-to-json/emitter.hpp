// What conversations give, as lines on the output.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <mailparse/analysis/signatures.hpp>
#include <mailparse/json/summary.hpp>
#include <mailparse/trace/trace_listener.hpp>
#include <mailparse/trace/transcript_writer.hpp>

#include "common/output.hpp"
#include "trace-to-json/extractor.hpp"
#include "trace-to-json/mail_views.hpp"
#include "trace-to-json/options.hpp"

namespace mailparse::tools {

class Emitter final : public TraceListener {
 public:
  /// `files` names the inputs by Stamp::file; `extractor` may be null. All must outlive the emitter.
  /// `dns` has the keys of signatures.
  Emitter(const TraceOptions& options, const std::vector<std::string>& files, Output& output, Extractor* extractor,
          const DnsSources& dns);

  void on_session(const SessionRecord& session) override;
  void on_other_traffic(const OtherTraffic& traffic) override;
  void on_event(const SessionRecord& session, const TraceEvent& event) override;
  std::unique_ptr<MessageTap> tap_message(const SessionRecord& session, const MessageStart& start) override;

  /// Prints conversations for Emit::transcript; must outlive the emitter's last call.
  void print_with(TranscriptWriter& transcripts) noexcept { transcripts_ = &transcripts; }

  /// Flows, sessions and messages so far, into `run`.
  void count_into(RunRecord& run) const;
  [[nodiscard]] JsonWriter& writer() noexcept { return writer_; }

 private:
  class MessageRecorder;
  void print(const SessionRecord& session);
  Emit emit_;
  Limits limits_;
  const std::vector<std::string>& files_;
  Output& output_;
  Extractor* extractor_;
  DnsSources dns_;
  JsonWriter writer_;
  std::optional<MailViews> views_;           ///< where they are asked for
  TranscriptWriter* transcripts_ = nullptr;  ///< for Emit::transcript
  bool to_terminal_;
  void count(TrafficKind kind, std::uint64_t octets, std::uint64_t missing, bool from_text);

  RunRecord counts_;  ///< flows, sessions, messages and octets of transcripts only
};

}  // namespace mailparse::tools
