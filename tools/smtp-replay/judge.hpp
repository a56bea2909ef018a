// What a step's live replies are worth beside the recorded ones.
#pragma once

#include <string>

#include "smtp-replay/comparison.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/step_result.hpp"

namespace mailparse::tools {

class Judge {
 public:
  Judge(const CompareLevels& levels, const Masks& masks, double max_latency_ratio)
      : levels_(levels), masks_(masks), max_latency_ratio_(max_latency_ratio) {}

  [[nodiscard]] CompareLevel level_of(const PlanStep& step) const { return levels_.of(step.verb); }
  /// One live reply against a recorded one; `prefix` stands before what differs.
  void compare(const PlanStep& step, const RecordedReply& recorded, const RecordedReply& live,
               const std::string& prefix, StepResult& result) const;
  /// A message that POP3 brought against the recorded one. At level class it does not count.
  void compare_message(const RecordedMessage& recorded, const std::string& live, StepResult& result) const;
  /// A reply that is as recorded but comes much later.
  void compare_latency(const PlanStep& step, StepResult& result) const;

 private:
  const CompareLevels& levels_;
  const Masks& masks_;
  double max_latency_ratio_;  ///< 0: latency does not count
};

}  // namespace mailparse::tools
