#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <mailparse/session/smtp_reply.hpp>

#include "smtp-replay/dialogue_rules.hpp"

namespace mailparse::tools {
namespace {

constexpr std::uint16_t start_mail_input = 354;

class SmtpRules final : public DialogueRules {
 public:
  explicit SmtpRules(bool lmtp) : lmtp_(lmtp) {}

  [[nodiscard]] std::string why_not(const PlanStep& step) const override {
    if (step.verb == "QUIT") return data_open_ ? "the server still waits for a message" : "";
    if (!blocked().empty()) return blocked();
    const bool data = step.kind == StepKind::data || step.kind == StepKind::chunk;
    if ((data || step.verb == "RCPT") && sender_lost_) return "MAIL was refused, other than in the record";
    if (data && recipients_lost_ && accepted() == 0) return "no recipient was taken, other than in the record";
    if (step.kind == StepKind::chunk && !chunking_) return "CHUNKING is not offered";
    if (step.kind == StepKind::message && !data_open_) return "DATA was not answered with 354";
    return {};
  }

  /// A message for which no recipient is left is not sent; the dot alone ends it. RFC 2920 3.1.
  [[nodiscard]] std::string_view wire_of(const PlanStep& step) override {
    if (step.kind == StepKind::message && nobody_left()) return ".\r\n";
    return step.wire;
  }

  [[nodiscard]] std::size_t replies_to(const PlanStep& step) const override {
    return lmtp_ && step.ends_message && accepted() > 0 ? accepted() : 1;
  }

  bool judge(const PlanStep& step, const Judge& judge, StepResult& result) const override {
    if (step.kind == StepKind::message && nobody_left()) {
      result.why = "no recipient was taken, other than in the record";
      return true;
    }
    if (!lmtp_ || (step.expected.size() <= 1 && result.live.size() <= 1)) return false;
    judge_each_recipient(step, judge, result);
    return true;
  }

  void follow(const Plan& plan, std::size_t at, const StepResult& result) override {
    const PlanStep& step = plan.steps[at];
    const RecordedReply& live = result.live.front();
    const bool lost = !step.expected.empty() && goes_on(step.expected.front()) && !goes_on(live);
    switch (step.kind) {
      case StepKind::greeting:
        if (lost) block("the greeting refuses, other than in the record");
        break;
      case StepKind::data:
        data_open_ = live.code == start_mail_input;
        if (data_open_ && (at + 1 >= plan.steps.size() || plan.steps[at + 1].kind != StepKind::message))
          drop("the server waits for a message that the record does not have");
        break;
      case StepKind::starttls:
        if (lost) block("STARTTLS was refused, other than in the record");
        break;
      case StepKind::auth:
        if (!step.expected.empty() && positive(step.expected.front()) != positive(live))
          block("AUTH ended other than in the record");
        break;
      default:
        if (step.ends_message) end_transaction();
        follow_command(step, live, lost);
        break;
    }
  }

  [[nodiscard]] bool pipelining() const noexcept override { return pipelining_; }
  [[nodiscard]] bool can_reset() const noexcept override { return !data_open_; }
  void was_reset() override { end_transaction(); }

 private:
  struct Recipient {
    std::string address;
    bool recorded = false;  ///< taken in the record
    bool live = false;      ///< taken now
  };

  void follow_command(const PlanStep& step, const RecordedReply& live, bool lost) {
    if (says_hello(step.verb)) {
      end_transaction();
      read_extensions(live);
      if (lost) block(fmt::format("{} was refused, other than in the record", step.verb));
    } else if (step.verb == "MAIL") {
      end_transaction();
      sender_lost_ = lost;
    } else if (step.verb == "RCPT") {
      const bool recorded = !step.expected.empty() && positive(step.expected.front());
      recipients_.push_back({step.recipient.value_or(""), recorded, positive(live)});
      recipients_lost_ = recipients_lost_ || (recorded && !positive(live));
    } else if (step.verb == "RSET") {
      end_transaction();
    }
  }

  /// LMTP's replies behind the dot, one for each recipient that RCPT took. RFC 2033 4.2.
  void judge_each_recipient(const PlanStep& step, const Judge& judge, StepResult& result) const {
    std::size_t recorded = 0;
    std::size_t live = 0;
    for (const Recipient& recipient : recipients_) {
      const bool both = recipient.recorded && recipient.live;
      if (both && recorded < step.expected.size() && live < result.live.size())
        judge.compare(step, step.expected[recorded], result.live[live], recipient.address + ": ", result);
      if (recipient.recorded) ++recorded;
      if (recipient.live) ++live;
    }
    if (result.live.size() < accepted()) {
      result.verdict = Verdict::differs;
      result.kind = DifferenceKind::missing_reply;
      result.why = fmt::format("{} replies for {} recipients", result.live.size(), accepted());
    } else if (result.verdict == Verdict::differs) {
      result.kind = DifferenceKind::recipient;
    }
  }

  [[nodiscard]] std::size_t accepted() const {
    return static_cast<std::size_t>(std::ranges::count_if(recipients_, &Recipient::live));
  }
  [[nodiscard]] bool nobody_left() const { return recipients_lost_ && accepted() == 0; }

  void end_transaction() {
    recipients_.clear();
    sender_lost_ = recipients_lost_ = data_open_ = false;
  }

  void read_extensions(const RecordedReply& reply) {
    const std::vector<std::string_view> lines(reply.text.begin(), reply.text.end());
    pipelining_ = chunking_ = false;
    if (!positive(reply)) return;
    for (const EhloKeyword& keyword : parse_ehlo_keywords(lines)) {
      pipelining_ = pipelining_ || keyword.extension == SmtpExtension::pipelining;
      chunking_ = chunking_ || keyword.extension == SmtpExtension::chunking;
    }
  }

  bool lmtp_;
  bool pipelining_ = false;
  bool chunking_ = false;
  bool data_open_ = false;
  bool sender_lost_ = false;
  bool recipients_lost_ = false;
  std::vector<Recipient> recipients_;
};

}  // namespace

std::unique_ptr<DialogueRules> make_smtp_rules(bool lmtp) {
  return std::make_unique<SmtpRules>(lmtp);
}

}  // namespace mailparse::tools
