// Keeps the conversations of captures and transcripts for a replay, messages included.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <mailparse/trace/trace_listener.hpp>

#include "smtp-replay/recorded_session.hpp"
#include "smtp-replay/session_choice.hpp"

namespace mailparse::tools {

[[nodiscard]] RecordedReply copy_reply(const ReplyRecord& reply);

class RecordCollector final : public TraceListener {
 public:
  struct Options {
    SessionChoice choice;
    bool secrets_shown = false;             ///< the records come with secrets as sent
    std::uint64_t most_message_octets = 0;  ///< of all messages that are kept; of one beyond its size is known only
  };

  explicit RecordCollector(Options options) : options_(std::move(options)) {}

  /// Name of the input that is being read.
  void begin_input(std::string name) { file_ = std::move(name); }

  /// A segment of the client begins at `offset` of what it sends in session `id`; before that session is over.
  void note_segment(const std::string& id, std::uint64_t offset);

  void on_session(const SessionRecord& session) override;
  void on_other_traffic(const OtherTraffic&) override {}
  std::unique_ptr<MessageTap> tap_message(const SessionRecord& session, const MessageStart& start) override;

  /// The chosen SMTP, LMTP and POP3 sessions, in the order in which they ended.
  [[nodiscard]] std::vector<RecordedSession> take() noexcept { return std::move(sessions_); }

 private:
  class Tap;
  /// What is kept of a message while its conversation is open.
  struct Kept {
    std::string octets;
    std::uint64_t size = 0;
    std::string sha256;
    bool whole = false;
  };

  Options options_;
  std::string file_;
  std::uint64_t kept_octets_ = 0;
  std::unordered_map<std::string, std::vector<std::shared_ptr<Kept>>> open_;  ///< by session id
  std::unordered_map<std::string, std::vector<std::uint64_t>> segments_;      ///< by session id
  std::vector<RecordedSession> sessions_;
};

}  // namespace mailparse::tools
