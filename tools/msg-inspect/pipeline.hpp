// Messages to inspections, on this thread or on others, and their outcomes to the outputs in order.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/partial.hpp>

#include "common/ordered_jobs.hpp"
#include "common/output.hpp"
#include "msg-inspect/inspection.hpp"
#include "msg-inspect/message_source.hpp"

namespace mailparse::tools {

/// One thread reads where `jobs` is 1. Otherwise messages are handed to that many others, small ones together: to hand
/// something over takes as long as to read a kilobyte.
class Pipeline final : public MessageSink {
 public:
  /// `tools`, `output` and `index` outlive the pipeline; `index` may be null.
  Pipeline(const InspectionTools& tools, Output& output, Output* index, unsigned jobs);

  void begin_message() override;
  void on_octets(std::string_view octets) override;
  void end_message(FoundMessage found) override;
  [[nodiscard]] bool going() const override { return output_.usable() && !chosen_; }

  /// All messages were read.
  void finish();
  [[nodiscard]] bool found_grave() const noexcept { return grave_; }
  [[nodiscard]] bool found_any() const noexcept { return any_; }
  [[nodiscard]] std::vector<IncompleteMessage> incomplete() const { return joiner_.incomplete(); }

 private:
  /// Messages that one thread reads one after the other.
  struct Batch {
    struct Entry {
      FoundMessage found;
      std::size_t end;  ///< in octets
    };
    std::string octets;  ///< of all messages
    std::vector<Entry> messages;
    std::vector<Inspected> inspected;

    /// Where the message behind these begins.
    [[nodiscard]] std::size_t next() const noexcept { return messages.empty() ? 0 : messages.back().end; }
  };

  void submit();
  static void inspect(const InspectionTools& tools, Batch& batch);
  void take(Batch batch);
  void write(Inspected inspected);
  void join(const FoundFragment& fragment);
  void print(const Inspected& inspected);

  const InspectionTools& tools_;
  Output& output_;
  Output* index_;
  std::unique_ptr<Inspection> inspection_;  ///< of the message at hand, where this thread reads it
  Batch batch_;
  std::vector<std::string> spare_;  ///< buffers of batches that are done
  PartialJoiner joiner_;
  bool grave_ = false;
  bool any_ = false;
  bool chosen_ = false;
  std::optional<OrderedJobs<Batch>> jobs_;  ///< last: its threads end before what they use
};

}  // namespace mailparse::tools
