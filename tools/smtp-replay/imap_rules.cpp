#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "smtp-replay/dialogue_rules.hpp"

namespace mailparse::tools {
namespace {

/// Commands that need a mailbox to be open. RFC 9051 6.4.
bool needs_mailbox(std::string_view verb) noexcept {
  constexpr std::array<std::string_view, 9> verbs{"FETCH", "SEARCH",   "SORT",      "THREAD",    "CHECK",
                                                  "CLOSE", "UNSELECT", "UID FETCH", "UID SEARCH"};
  return std::ranges::find(verbs, verb) != verbs.end();
}

class ImapRules final : public DialogueRules {
 public:
  [[nodiscard]] std::string why_not(const PlanStep& step) const override {
    if (step.verb == "LOGOUT") return {};
    if (!blocked().empty()) return blocked();
    if (mailbox_lost_ && needs_mailbox(step.verb)) return "the mailbox was not opened, other than in the record";
    return {};
  }

  [[nodiscard]] std::string_view wire_of(const PlanStep& step) override { return step.wire; }

  void follow(const Plan& plan, std::size_t at, const StepResult& result) override {
    const PlanStep& step = plan.steps[at];
    if (step.expected.empty()) return;
    const bool otherwise = positive(step.expected.front()) != positive(result.live.front());
    if (step.kind == StepKind::greeting && otherwise) block("the greeting is another, other than in the record");
    if (step.kind == StepKind::starttls && otherwise) block("STARTTLS ended other than in the record");
    if (step.kind == StepKind::auth && otherwise) block("logging in ended other than in the record");
    if (step.verb == "EXAMINE" || step.verb == "SELECT") mailbox_lost_ = otherwise;
  }

  /// Tags would allow it; replies that come in another order would be harder to compare.
  [[nodiscard]] bool pipelining() const noexcept override { return false; }

 private:
  bool mailbox_lost_ = false;
};

}  // namespace

std::unique_ptr<DialogueRules> make_imap_rules() {
  return std::make_unique<ImapRules>();
}

}  // namespace mailparse::tools
