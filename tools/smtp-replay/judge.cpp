#include "smtp-replay/judge.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <mailparse/base/digest.hpp>

#include "smtp-replay/message_fields.hpp"

namespace mailparse::tools {
namespace {

/// Below this no ratio of latencies means anything.
constexpr double slack_s = 0.05;

DifferenceKind kind_of(const PlanStep& step, bool same_code) noexcept {
  if (step.kind == StepKind::starttls) return DifferenceKind::tls;
  if (step.kind == StepKind::auth) return DifferenceKind::auth;
  if (step.verb == "RCPT") return DifferenceKind::recipient;
  const bool hello = step.verb == "EHLO" || step.verb == "LHLO" || step.verb == "CAPA" || step.verb == "CAPABILITY";
  return hello && same_code ? DifferenceKind::extensions : DifferenceKind::reply;
}

void differs(StepResult& result, DifferenceKind kind, std::string why) {
  result.verdict = Verdict::differs;
  result.kind = kind;
  if (!result.why.empty()) result.why += "; ";
  result.why += why;
}

}  // namespace

void Judge::compare(const PlanStep& step, const RecordedReply& recorded, const RecordedReply& live,
                    const std::string& prefix, StepResult& result) const {
  ReplyComparison compared = compare_replies(step.verb, result.level, recorded, live, masks_);
  for (std::string& mask : compared.masks) {
    if (std::ranges::find(result.masks, mask) == result.masks.end()) result.masks.push_back(std::move(mask));
  }
  if (!compared.difference.empty()) {
    const bool same_code = recorded.code == live.code && recorded.status == live.status;
    return differs(result, kind_of(step, same_code), prefix + compared.difference);
  }
  if (result.verdict != Verdict::differs) result.verdict = Verdict::same;
}

void Judge::compare_message(const RecordedMessage& recorded, const std::string& live, StepResult& result) const {
  if (result.level == CompareLevel::klass || result.verdict != Verdict::same) return;
  if (!recorded.octets) {
    if (recorded.sha256.empty() || digest_hex(DigestKind::sha256, live) == recorded.sha256) return;
    return differs(result, DifferenceKind::message,
                   fmt::format("another message, {} octets, was {}", live.size(), recorded.size));
  }
  if (*recorded.octets == live) return;
  std::string why = fmt::format("{} octets, were {}", live.size(), recorded.octets->size());
  if (result.level != CompareLevel::exact) why = compare_messages(*recorded.octets, live, masks_, result.masks);
  if (!why.empty()) differs(result, DifferenceKind::message, std::move(why));
}

void Judge::compare_latency(const PlanStep& step, StepResult& result) const {
  if (max_latency_ratio_ <= 0 || result.verdict != Verdict::same || !result.latency || !step.recorded_latency) return;
  const double live = std::chrono::duration<double>(*result.latency).count();
  const double recorded = std::chrono::duration<double>(*step.recorded_latency).count();
  if (live <= recorded * max_latency_ratio_ + slack_s) return;
  differs(result, DifferenceKind::late_reply, fmt::format("after {:.3f} s, was {:.3f} s", live, recorded));
}

}  // namespace mailparse::tools
