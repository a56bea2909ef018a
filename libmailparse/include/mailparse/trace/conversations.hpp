// From a source's streams to records: recognises each conversation's protocol, runs its session, and tells a listener.
// Layer: trace.
//
//   source -> Conversations::open() -> a conversation: detector -> SmtpSession (or another) -> SessionRecorder ->
//   listener
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <mailparse/source/conversation.hpp>
#include <mailparse/trace/session_recorder.hpp>
#include <mailparse/trace/trace_listener.hpp>

namespace mailparse {

struct ConversationsOptions {
  std::optional<Protocol> protocol;  ///< read every conversation that is not TLS as this; absent: by content
  RecorderOptions recorder;
};

/// The factory that a source is given. A conversation's first octets wait, within limits, until its protocol is known;
/// one that is recognised as no mail is counted and not read. Must outlive the source; not for concurrent use.
class Conversations final : public ConversationFactory {
 public:
  /// `listener` must outlive this and the conversations.
  Conversations(TraceListener& listener, const ConversationsOptions& options);
  ~Conversations() override;

  std::unique_ptr<ConversationListener> open(const ConversationStart& start) override;

 private:
  struct Shared;
  class Conversation;
  std::shared_ptr<Shared> shared_;
};

}  // namespace mailparse
