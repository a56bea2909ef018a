// From a source's streams to records: recognises each conversation's protocol, runs its session, and tells a listener.
// Layer: trace.
//
//   source -> Conversations::open() -> a conversation: detector -> SmtpSession (or another) -> SessionRecorder ->
//   listener
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/source/conversation.hpp>
#include <mailparse/source/dns_answers.hpp>
#include <mailparse/source/tls_decryption.hpp>
#include <mailparse/trace/session_recorder.hpp>
#include <mailparse/trace/shard.hpp>
#include <mailparse/trace/trace_listener.hpp>

namespace mailparse {

struct ConversationsOptions {
  std::optional<Protocol> protocol;  ///< read every conversation that is not TLS as this; absent: by content
  RecorderOptions recorder;
  Shard shard;                                      ///< conversations of other parts are counted and not read
  const std::vector<std::string>* files = nullptr;  ///< names of the inputs by Stamp::file, for the shards
  /// Null, or what was answered in the capture so far: names the ends of conversations, and takes the answers that come
  /// by TCP. Must outlive the conversations.
  DnsAnswers* dns = nullptr;
  const TlsKeyLog* keys = nullptr;  ///< must outlive the conversations; may grow while they are read
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
  std::unique_ptr<ConversationListener> open_ours(const ConversationStart& start);
  std::shared_ptr<Shared> shared_;
};

}  // namespace mailparse
