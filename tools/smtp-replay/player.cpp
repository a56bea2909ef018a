#include "smtp-replay/player.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "common/interrupt.hpp"
#include "smtp-replay/authentication.hpp"
#include "smtp-replay/dialogue_rules.hpp"
#include "smtp-replay/judge.hpp"
#include "smtp-replay/live_dialogue.hpp"

namespace mailparse::tools {
namespace {

constexpr std::uint16_t closing = 421;

std::unique_ptr<DialogueRules> rules_for(const Plan& plan) {
  if (plan.protocol == Protocol::imap) return make_imap_rules();
  return plan.protocol == Protocol::pop3 ? make_pop3_rules(plan) : make_smtp_rules(plan.protocol == Protocol::lmtp);
}

/// Sleeps, but not through a signal.
void pause_for(std::chrono::nanoseconds span) {
  constexpr std::chrono::nanoseconds nap = std::chrono::milliseconds(100);
  for (; span.count() > 0 && !interrupted(); span -= nap) std::this_thread::sleep_for(std::min(span, nap));
}

class Player {
 public:
  Player(const Plan& plan, const PlayOptions& options, TraceListener& live)
      : plan_(plan),
        options_(options),
        judge_(options.levels, options.masks, options.max_latency_ratio),
        rules_(rules_for(plan)),
        live_(plan.protocol, number_of(plan.session), options.timeout, options.tls, live) {}

  PlayResult play() {
    if (!open()) return std::move(result_);
    result_.steps.resize(plan_.steps.size());
    for (std::size_t at = 0; at < plan_.steps.size() && !interrupted();) at = play_group(at);
    close();
    result_.tls_version = live_.tls_version();
    return std::move(result_);
  }

 private:
  bool open() {
    const auto connected = live_.open(options_.target, options_.implicit_tls);
    if (connected) return result_.address = live_.address(), true;
    const bool forbidden = connected.error().kind == NetworkError::Kind::forbidden;
    result_.status = forbidden ? ReplayStatus::refused : ReplayStatus::no_connection;
    result_.error = connected.error().text;
    return false;
  }

  void close() {
    if (quit_answered_) {
      // The server closes; what it still says is a finding.
      while (const auto reply = live_.next_reply()) add_extra(*reply);
    }
    live_.finish();
  }

  /// Plays the step at `at` and those that are sent together with it; returns the place behind.
  std::size_t play_group(std::size_t at) {
    std::size_t end = at + 1;
    while (end < plan_.steps.size() && joins(plan_.steps[end])) ++end;
    if (end < plan_.steps.size() && plan_.steps[end].joins && !rules_->pipelining()) note_serial();
    if (at > 0) {
      pause_for(options_.pace.pause(plan_.steps[at].recorded_gap));
      drain();  // before that it is the greeting that comes unasked
    }
    std::string octets;
    std::vector<std::uint64_t> borders;
    std::vector<std::size_t> members;
    for (std::size_t member = at; member < end; ++member) {
      const PlanStep& step = plan_.steps[member];
      std::string reason = why_not(step);
      if (!reason.empty()) {
        result_.steps[member].why = std::move(reason);
        continue;
      }
      members.push_back(member);
      if (step.kind == StepKind::auth) continue;
      if (options_.preserve_segments) {
        for (const std::uint64_t border : step.borders) borders.push_back(octets.size() + border);
      }
      octets += rules_->wire_of(step);
    }
    const auto sent_at = std::chrono::system_clock::now();
    if (!octets.empty()) live_.send(octets, borders);
    for (const std::size_t member : members) {
      result_.steps[member].sent = true;
      finish_step(member, sent_at);
    }
    return end;
  }

  [[nodiscard]] bool joins(const PlanStep& step) const {
    return step.joins_always || (step.joins && rules_->pipelining());
  }

  /// Why a step is not sent; empty: it is.
  [[nodiscard]] std::string why_not(const PlanStep& step) {
    if (!live_.alive()) return live_.end_reason();
    if (rules_->dropped()) return rules_->blocked();
    if (resetting_) {
      if (step.verb != "MAIL" && step.verb != "QUIT") return "the transaction was reset after the first difference";
      resetting_ = false;
    }
    std::string reason = rules_->why_not(step);
    return reason.empty() && step.kind == StepKind::auth ? why_no_auth(step) : reason;
  }

  [[nodiscard]] std::string why_no_auth(const PlanStep& step) const {
    if (options_.other_host && live_.tls_version().empty())
      return "AUTH is left out: it would go in clear to another host";
    const bool login = step.verb != "AUTH" && step.verb != "AUTHENTICATE";
    if (options_.credentials && !login && !SaslClient::can_answer(step.mechanism, *options_.credentials))
      return fmt::format("AUTH {} cannot be done", step.mechanism);
    return {};
  }

  void finish_step(std::size_t at, std::chrono::system_clock::time_point sent_at) {
    const PlanStep& step = plan_.steps[at];
    StepResult& result = result_.steps[at];
    result.level = judge_.level_of(step);
    if (step.kind == StepKind::auth) {
      log_in(step, result);
    } else {
      const std::size_t wanted = rules_->replies_to(step);
      while (result.live.size() < wanted) {
        auto reply = next_reply();
        if (!reply) break;
        if (result.live.empty()) result.latency = reply->at - sent_at;
        result.live.push_back(std::move(reply->reply));
      }
    }
    if (step.kind == StepKind::greeting && !result.live.empty() && !result.live.front().text.empty())
      greeting_ = result.live.front().text.front();
    judge(step, result);
    follow(at);
    settle(step.settle);
    if (result.verdict != Verdict::differs) return;
    if (!result_.first_difference) note_first_difference(at);
    react(step);
  }

  void judge(const PlanStep& step, StepResult& result) {
    if (result.live.empty() && !live_.alive()) {
      if (step.expected.empty()) {
        result.why = "no reply, and the record shows none";
        return;
      }
      result.verdict = Verdict::differs;
      result.kind = live_.timed_out() ? DifferenceKind::timeout : DifferenceKind::early_close;
      result.why = live_.end_reason();
      return;
    }
    if (step.expected.empty() || result.live.empty()) {
      result.why = "the record shows no reply";
      return;
    }
    if (!rules_->judge(step, judge_, result))
      judge_.compare(step, step.expected.front(), result.live.front(), "", result);
    judge_.compare_latency(step, result);
    if (step.kind != StepKind::retrieve || !positive(result.live.front())) return;
    live_.read_message();
    if (step.retrieved) judge_.compare_message(*step.retrieved, std::string(live_.last_message()), result);
  }

  /// What the replies mean for the steps to come.
  void follow(std::size_t at) {
    const PlanStep& step = plan_.steps[at];
    StepResult& result = result_.steps[at];
    if (result.live.empty()) return;
    if (step.verb == "QUIT" || step.verb == "LOGOUT") quit_answered_ = true;
    rules_->follow(plan_, at, result);
    if (step.kind != StepKind::starttls || !positive(result.live.front())) return;
    std::string trouble = live_.start_tls();
    if (trouble.empty()) return;
    result.verdict = Verdict::differs;
    result.kind = DifferenceKind::tls;
    result.why = std::move(trouble);
    rules_->drop("there is no TLS");
  }

  /// A difference as the user wants it taken.
  void react(const PlanStep& step) {
    if (options_.on_mismatch == OnMismatch::stop) rules_->block("stopped at the first difference");
    constexpr std::array<std::string_view, 5> in_transaction{"MAIL", "RCPT", "DATA", "BDAT", "."};
    const bool transaction = std::ranges::find(in_transaction, step.verb) != in_transaction.end();
    if (options_.on_mismatch != OnMismatch::reset || resetting_ || !transaction || !rules_->can_reset()) return;
    if (!live_.alive() || plan_.protocol == Protocol::pop3) return;
    live_.send("RSET\r\n");
    const auto reply = next_reply();
    if (!reply || !positive(reply->reply)) return rules_->block("RSET was refused");
    result_.notes.push_back(fmt::format("RSET was sent behind {} {}", step.n, step.verb));
    rules_->was_reset();
    resetting_ = true;
  }

  void log_in(const PlanStep& step, StepResult& result) {
    const AuthenticationWays ways{[this](std::string_view line) { live_.send(line); }, [this] { return next_reply(); },
                                  greeting_};
    if (auto reply = authenticate(step, options_.credentials, ways)) result.live.push_back(std::move(reply->reply));
  }

  void note_first_difference(std::size_t at) {
    result_.first_difference = at;
    const DifferenceKind kind = result_.steps[at].kind;
    const bool broken = kind == DifferenceKind::early_close || kind == DifferenceKind::timeout;
    result_.status = broken ? ReplayStatus::broken_off : ReplayStatus::differs;
  }

  void note_serial() {
    constexpr std::string_view text =
        "PIPELINING is not offered: commands that were sent together wait for their replies";
    if (std::ranges::find(result_.notes, text) == result_.notes.end()) result_.notes.emplace_back(text);
  }

  /// The next reply to something that was sent; those that nothing asked for are findings of the last step that was.
  std::optional<LiveReply> next_reply() {
    while (auto reply = live_.next_reply()) {
      if (reply->asked_for || reply->reply.code == closing) return reply;  // 421 may stand for any reply
      add_extra(*reply);
    }
    return std::nullopt;
  }

  /// Gives the server time for replies that nobody waits for.
  void settle(std::chrono::milliseconds span) {
    constexpr std::chrono::milliseconds nap{10};
    for (; span.count() > 0 && live_.alive(); span -= nap) {
      std::this_thread::sleep_for(nap);
      drain();
    }
  }

  /// What came although everything sent was answered.
  void drain() {
    while (live_.octets_wait()) {
      const auto reply = live_.arrived_reply();
      if (!reply) return;  // the begin of one, or what IMAP's server tells unasked
      add_extra(*reply);
    }
  }

  void add_extra(const LiveReply& reply) {
    const auto sent = std::ranges::find_if(result_.steps.rbegin(), result_.steps.rend(), &StepResult::sent);
    if (sent == result_.steps.rend()) return;
    sent->live.push_back(reply.reply);
    if (sent->verdict == Verdict::differs) return;
    sent->verdict = Verdict::differs;
    sent->kind = DifferenceKind::extra_reply;
    sent->why = fmt::format("a further reply {} that nothing asked for", code_text(reply.reply));
    const auto at = static_cast<std::size_t>(std::distance(sent, result_.steps.rend()) - 1);
    if (!result_.first_difference || *result_.first_difference > at) note_first_difference(at);
  }

  const Plan& plan_;
  const PlayOptions& options_;
  Judge judge_;
  std::unique_ptr<DialogueRules> rules_;
  LiveDialogue live_;
  PlayResult result_;
  std::string greeting_;  ///< text of its first line
  bool quit_answered_ = false;
  bool resetting_ = false;  ///< the rest of this transaction is passed over
};

}  // namespace

PlayResult play(const Plan& plan, const PlayOptions& options, TraceListener& live) {
  return Player(plan, options, live).play();
}

}  // namespace mailparse::tools
