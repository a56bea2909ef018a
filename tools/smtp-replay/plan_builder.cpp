#include "smtp-replay/plan_builder.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>

namespace mailparse::tools {
namespace {

/// Whether the client said `later` before the server's reply at `reply` was on the wire.
bool before(const RecordedPlace& later, const RecordedPlace& reply) noexcept {
  if (later.frame != 0 && reply.frame != 0 && later.frame != reply.frame && (!later.at || !reply.at))
    return later.frame < reply.frame;
  if (later.at && reply.at) return *later.at < *reply.at;
  return false;
}

/// Verbs that RFC 2920 3.1 wants last in a group, or behind which the dialogue changes its nature.
bool must_be_last(const PlanStep& step) noexcept {
  constexpr std::array<std::string_view, 5> verbs{"EHLO", "HELO", "LHLO", "QUIT", "CAPA"};
  return (step.kind != StepKind::command && step.kind != StepKind::retrieve) ||
         std::ranges::find(verbs, step.verb) != verbs.end();
}

/// Verbs that RFC 2920 3.1 lets stand anywhere in a group, and DATA, which may end one.
bool may_follow(const PlanStep& step) noexcept {
  constexpr std::array<std::string_view, 6> verbs{"MAIL", "RCPT", "DATA", "RSET", "SEND", "SOML"};
  return std::ranges::find(verbs, step.verb) != verbs.end();
}

}  // namespace

PlanBuilder::PlanBuilder(const RecordedSession& session, const PlanOptions& options)
    : session_(session), options_(options) {}

std::expected<Plan, PlanError> PlanBuilder::make() {
  plan_.session = session_.id;
  plan_.file = session_.file;
  plan_.protocol = session_.protocol;
  if (session_.exchanges.empty()) return std::unexpected(PlanError{ReplayStatus::unusable, {"no command is in it"}});
  add_greeting();
  for (std::size_t at = 0; at < session_.exchanges.size();) at = add(at);
  if (session_.opaque) plan_.notes.emplace_back("what followed in the record is TLS that could not be read");
  if (!refused_.empty()) return std::unexpected(PlanError{ReplayStatus::refused, std::move(refused_)});
  if (!unusable_.empty()) return std::unexpected(PlanError{ReplayStatus::unusable, std::move(unusable_)});
  return std::move(plan_);
}

PlanStep& PlanBuilder::add_step(StepKind kind, std::string verb, const RecordedExchange* exchange) {
  PlanStep& step = plan_.steps.emplace_back();
  step.n = plan_.steps.size();
  step.kind = kind;
  step.verb = std::move(verb);
  if (exchange == nullptr) return step;
  step.expected = exchange->replies;
  step.recorded_latency = exchange->latency;
  step.recorded_gap = gap_before(*exchange);
  step.joins = joins(*exchange);
  last_ = exchange;
  return step;
}

PlanStep& PlanBuilder::add_line(const RecordedExchange& exchange, std::string_view verb, std::string_view line) {
  PlanStep& step = add_step(StepKind::command, std::string(verb), &exchange);
  step.wire = line;
  step.wire += crlf;
  step.shown = line;
  add_borders(step, exchange);
  return step;
}

bool PlanBuilder::is_sendable(std::size_t at) {
  const RecordedExchange& exchange = session_.exchanges[at];
  if (exchange.verb == "+") {
    note("an answer to a challenge without its AUTH is left out");
    return false;
  }
  if (!exchange.observed) {
    note(fmt::format("a {} whose line the record lacks is left out", exchange.verb));
    return false;
  }
  if (exchange.text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    refuse(fmt::format("command {} holds a line end or NUL", at + 1));
    return false;
  }
  return true;
}

PlanStep& PlanBuilder::add_starttls(const RecordedExchange& exchange) {
  PlanStep& step = add_line(exchange, exchange.verb, exchange.text);
  step.kind = StepKind::starttls;
  step.joins = false;
  return step;
}

void PlanBuilder::add_greeting() {
  PlanStep& step = add_step(StepKind::greeting, "connect", nullptr);
  step.shown = "(connect)";
  if (session_.greeting) step.expected.push_back(*session_.greeting);
}

/// Called while the step itself is the last one already.
bool PlanBuilder::joins(const RecordedExchange& exchange) const {
  if (options_.grouping == Grouping::serial || plan_.steps.size() < 3) return false;
  if (must_be_last(plan_.steps[plan_.steps.size() - 2])) return false;
  if (options_.grouping == Grouping::pipelined) return may_follow(plan_.steps.back());
  return last_ != nullptr && !last_->replies.empty() && before(exchange.place, last_->replied);
}

std::optional<std::chrono::nanoseconds> PlanBuilder::gap_before(const RecordedExchange& exchange) const {
  if (last_ == nullptr || !exchange.place.at) return std::nullopt;
  const auto& since = last_->replied.at ? last_->replied.at : last_->place.at;
  if (!since) return std::nullopt;
  return std::max(std::chrono::nanoseconds(0), elapsed(*since, *exchange.place.at));
}

/// Where segments of the record began within this line; a line that was rewritten keeps those that still fit.
void PlanBuilder::add_borders(PlanStep& step, const RecordedExchange& exchange) const {
  if (!exchange.offset) return;
  for (const std::uint64_t border : session_.client_segments) {
    if (border >= *exchange.offset && border < *exchange.offset + step.wire.size())
      step.borders.push_back(border - *exchange.offset);
  }
}

bool PlanBuilder::may_log_in(const std::vector<std::string_view>& recorded) {
  if (options_.own_credentials) return true;
  if (!options_.recorded_secrets) {
    if (!asked_for_credentials_)
      unusable(
          "AUTH: recorded secrets are not sent; give --auth-user and a password, or --send-recorded-secrets, or "
          "--no-auth");
    asked_for_credentials_ = true;
    return false;
  }
  const auto masked = [](std::string_view text) { return text.find(mask) != std::string_view::npos; };
  if (!session_.secrets_shown || std::ranges::any_of(recorded, masked))
    unusable("AUTH: the record has its secrets masked; give --auth-user and a password");
  return true;
}

std::size_t PlanBuilder::add_auth(std::size_t at, std::string_view mechanism) {
  const RecordedExchange& exchange = session_.exchanges[at];
  const RecordedExchange* deciding = &exchange;
  std::vector<std::string> answers;
  std::vector<std::string_view> texts{exchange.text};
  for (++at; at < session_.exchanges.size() && session_.exchanges[at].verb == "+"; ++at) {
    deciding = &session_.exchanges[at];
    answers.push_back(deciding->text);
    texts.push_back(deciding->text);
  }
  if (options_.without_auth) {
    note("AUTH is left out");
    return at;
  }
  if (!may_log_in(texts)) return at;
  PlanStep& added = add_step(StepKind::auth, "AUTH", &exchange);
  added.expected = deciding->replies;
  added.recorded_latency.reset();
  added.joins = false;
  added.mechanism = mechanism;
  std::ranges::transform(added.mechanism, added.mechanism.begin(), to_upper);
  added.shown = fmt::format("AUTH {} {}", added.mechanism, mask);
  if (options_.own_credentials) return at;
  added.wire = exchange.text + std::string(crlf);
  added.recorded_answers = std::move(answers);
  return at;
}

void PlanBuilder::note(std::string text) {
  if (std::ranges::find(plan_.notes, text) == plan_.notes.end()) plan_.notes.push_back(std::move(text));
}

std::expected<Plan, PlanError> make_plan(const RecordedSession& session, const PlanOptions& options) {
  if (session.protocol == Protocol::imap) return make_imap_plan(session, options);
  return session.protocol == Protocol::pop3 ? make_pop3_plan(session, options) : make_smtp_plan(session, options);
}

}  // namespace mailparse::tools
