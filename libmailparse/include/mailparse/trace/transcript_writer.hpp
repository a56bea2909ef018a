// Prints a conversation, from a capture or from another log, as a transcript that people read and that can be read
// back. Layer: trace.
//
// It stands between a source and Conversations, keeps the octets of both sides as they come, and prints them once the
// record of the session tells where secrets stand. What a form cannot hold is said in a note.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <mailparse/source/conversation.hpp>
#include <mailparse/trace/session_record.hpp>

namespace mailparse {

enum class TranscriptForm : std::uint8_t {
  swaks,  ///< ` -> EHLO x` and `<-  250 y`
  plain,  ///< the lines alone
  c_s,    ///< `C: EHLO x` and `S: 250 y`
};

struct TranscriptWriterOptions {
  TranscriptForm form = TranscriptForm::c_s;
  std::uint64_t conversation_octets = 64 * 1024 * 1024;  ///< kept of one conversation; what is beyond is left out
  std::uint64_t total_octets = 256 * 1024 * 1024;        ///< kept of all that are open
  bool show_secrets = false;
};

class TranscriptWriter final : public ConversationFactory {
 public:
  /// `conversations` makes the readers that lead to the records; it must outlive the writer.
  TranscriptWriter(ConversationFactory& conversations, const TranscriptWriterOptions& options);
  ~TranscriptWriter() override;

  std::unique_ptr<ConversationListener> open(const ConversationStart& start) override;

  /// Appends the transcript of `session` to `out`. To be called from TraceListener::on_session, when the conversation
  /// of that record ends. `name` stands in the heading.
  void write(const SessionRecord& session, std::string& out);

 private:
  class Keeper;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace mailparse
