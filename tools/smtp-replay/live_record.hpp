// The live conversation as the record it is, and as a transcript with its messages.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/trace/trace_listener.hpp>

namespace mailparse::tools {

class LiveRecord final : public TraceListener {
 public:
  /// `target` becomes source.file of the record.
  explicit LiveRecord(std::string target) : target_(std::move(target)) {}
  void on_session(const SessionRecord& session) override;
  void on_other_traffic(const OtherTraffic&) override {}
  std::unique_ptr<MessageTap> tap_message(const SessionRecord& session, const MessageStart& start) override;

  /// A line of JSON; empty where there was no conversation.
  [[nodiscard]] const std::string& line() const noexcept { return line_; }
  /// "S: 220 ..." and "C: EHLO ..." lines with the octets of messages, secrets masked: the dialect "speaker" of
  /// trace-to-json.
  [[nodiscard]] const std::string& transcript() const noexcept { return transcript_; }
  /// What became of a mail that hides in another one's data; empty where none did.
  [[nodiscard]] const std::string& smuggled() const noexcept { return smuggled_; }

 private:
  std::string target_;
  std::string line_;
  std::string transcript_;
  std::string smuggled_;
  std::vector<std::shared_ptr<std::string>> messages_;  ///< in the order in which they were sent
};

}  // namespace mailparse::tools
