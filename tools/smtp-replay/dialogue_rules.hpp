// What the live replies so far mean for the steps to come, by the rules of one protocol.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "smtp-replay/judge.hpp"
#include "smtp-replay/plan.hpp"
#include "smtp-replay/step_result.hpp"

namespace mailparse::tools {

class DialogueRules {
 public:
  virtual ~DialogueRules() = default;

  /// Why a step is not sent now; empty: it is.
  [[nodiscard]] virtual std::string why_not(const PlanStep& step) const = 0;
  /// What is sent for it; the view lives until the next call.
  [[nodiscard]] virtual std::string_view wire_of(const PlanStep& step) = 0;
  /// How many replies answer it.
  [[nodiscard]] virtual std::size_t replies_to(const PlanStep&) const { return 1; }
  /// Judges a step that has rules of its own; false: it has none.
  virtual bool judge(const PlanStep&, const Judge&, StepResult&) const { return false; }
  /// The step at `at` has its replies.
  virtual void follow(const Plan& plan, std::size_t at, const StepResult& result) = 0;
  /// Whether commands may be sent without waiting.
  [[nodiscard]] virtual bool pipelining() const noexcept = 0;
  /// Whether RSET would take the dialogue back to where a transaction begins.
  [[nodiscard]] virtual bool can_reset() const noexcept { return false; }
  /// RSET was answered so.
  virtual void was_reset() {}

  /// Why nothing but QUIT is sent any more; empty: all goes on.
  [[nodiscard]] const std::string& blocked() const noexcept { return blocked_; }
  void block(std::string why) {
    if (blocked_.empty()) blocked_ = std::move(why);
  }
  /// Nothing at all may be sent any more.
  [[nodiscard]] bool dropped() const noexcept { return dropped_; }
  void drop(std::string why) {
    block(std::move(why));
    dropped_ = true;
  }

 private:
  std::string blocked_;
  bool dropped_ = false;
};

[[nodiscard]] std::unique_ptr<DialogueRules> make_smtp_rules(bool lmtp);
[[nodiscard]] std::unique_ptr<DialogueRules> make_pop3_rules(const Plan& plan);
[[nodiscard]] std::unique_ptr<DialogueRules> make_imap_rules();

}  // namespace mailparse::tools
