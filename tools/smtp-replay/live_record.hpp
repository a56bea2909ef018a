// The live conversation as the record it is.
#pragma once

#include <string>

#include <mailparse/json/session_record.hpp>
#include <mailparse/trace/trace_listener.hpp>

namespace mailparse::tools {

class LiveRecord final : public TraceListener {
 public:
  /// `target` becomes source.file of the record.
  explicit LiveRecord(std::string target) : target_(std::move(target)) {}
  void on_session(const SessionRecord& session) override {
    JsonWriter writer(line_);
    write_session(writer, session, target_);
  }
  void on_other_traffic(const OtherTraffic&) override {}
  /// Empty where there was no conversation.
  [[nodiscard]] const std::string& line() const noexcept { return line_; }

 private:
  std::string target_;
  std::string line_;
};

}  // namespace mailparse::tools
