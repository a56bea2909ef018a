#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "smtp-replay/dialogue_rules.hpp"

namespace mailparse::tools {
namespace {

using UniqueIds = std::map<std::uint64_t, std::string>;

/// "3 token": the number, and what stands behind it.
std::optional<std::pair<std::uint64_t, std::string>> numbered(std::string_view line) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{} || number == 0) return std::nullopt;
  std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return std::pair(number, std::string(rest));
}

/// UIDL's list, or its line for one message. RFC 1939 7.
UniqueIds unique_ids(const RecordedReply& reply) {
  UniqueIds ids;
  const bool one = reply.text.size() == 1;
  for (std::size_t line = one ? 0 : 1; line < reply.text.size(); ++line) {
    if (const auto found = numbered(reply.text[line])) ids.insert(*found);
  }
  return ids;
}

class Pop3Rules final : public DialogueRules {
 public:
  explicit Pop3Rules(const Plan& plan) {
    for (const PlanStep& step : plan.steps) {
      if (step.verb == "UIDL" && !step.expected.empty() && positive(step.expected.front()))
        recorded_ids_.merge(unique_ids(step.expected.front()));
    }
  }

  [[nodiscard]] std::string why_not(const PlanStep& step) const override {
    if (step.verb == "QUIT") return {};
    if (!blocked().empty()) return blocked();
    if (step.message_number == 0) return {};
    const auto number = live_number(step.message_number);
    if (!number) return "the mailbox has no message with the recorded unique-id";
    if (count_ && *number > *count_) return fmt::format("the mailbox has {} messages", *count_);
    return {};
  }

  /// Message numbers follow the unique-ids, where both sides told them.
  [[nodiscard]] std::string_view wire_of(const PlanStep& step) override {
    const auto number = live_number(step.message_number);
    if (step.message_number == 0 || !number || *number == step.message_number) return step.wire;
    std::string_view rest = step.wire;
    rest.remove_prefix(std::min(rest.find_first_of("0123456789"), rest.size()));
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789"), rest.size()));
    wire_ = fmt::format("{} {}{}", step.verb, *number, rest);
    return wire_;
  }

  void follow(const Plan& plan, std::size_t at, const StepResult& result) override {
    const PlanStep& step = plan.steps[at];
    const RecordedReply& live = result.live.front();
    const bool lost = !step.expected.empty() && goes_on(step.expected.front()) && !goes_on(live);
    if (step.kind == StepKind::greeting && lost) block("the greeting refuses, other than in the record");
    if (step.kind == StepKind::starttls && lost) block("STLS was refused, other than in the record");
    const bool otherwise = !step.expected.empty() && positive(step.expected.front()) != positive(live);
    if (step.kind == StepKind::auth && step.verb != "USER" && otherwise)
      block("logging in ended other than in the record");
    if (!positive(live)) return;
    if (step.verb == "UIDL") live_ids_.merge(unique_ids(live));
    if (step.verb == "STAT" && !live.text.empty()) {
      if (const auto told = numbered(live.text.front())) count_ = told->first;
      if (live.text.front().starts_with("0")) count_ = 0;
    }
    if (step.verb == "LIST" && step.message_number == 0 && !live.text.empty()) count_ = live.text.size() - 1;
    if (step.verb == "CAPA") pipelining_ = std::ranges::find(live.text, "PIPELINING") != live.text.end();
  }

  [[nodiscard]] bool pipelining() const noexcept override { return pipelining_; }

 private:
  /// The live number of the message that the record calls `number`; the same where unique-ids tell nothing.
  [[nodiscard]] std::optional<std::uint64_t> live_number(std::uint64_t number) const {
    const auto recorded = recorded_ids_.find(number);
    if (recorded == recorded_ids_.end() || live_ids_.empty()) return number;
    const auto same_id = [](const UniqueIds& ids, const std::string& id) {
      return std::ranges::find(ids, id, &UniqueIds::value_type::second);
    };
    if (const auto found = same_id(live_ids_, recorded->second); found != live_ids_.end()) return found->first;
    const bool comparable = std::ranges::any_of(
        recorded_ids_, [&](const auto& id) { return same_id(live_ids_, id.second) != live_ids_.end(); });
    return comparable ? std::nullopt : std::optional(number);
  }

  UniqueIds recorded_ids_;
  UniqueIds live_ids_;
  std::optional<std::uint64_t> count_;
  std::string wire_;
  bool pipelining_ = false;
};

}  // namespace

std::unique_ptr<DialogueRules> make_pop3_rules(const Plan& plan) {
  return std::make_unique<Pop3Rules>(plan);
}

}  // namespace mailparse::tools
