#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>

#include "smtp-replay/plan_builder.hpp"

namespace mailparse::tools {
namespace {

/// The first word behind the verb.
std::string_view argument_of(std::string_view line) {
  const std::size_t begin = std::min(line.find(' '), line.size());
  line.remove_prefix(begin);
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line.substr(0, line.find(' '));
}

/// The number of a message; 0: there is none.
std::uint64_t message_number(std::string_view line) {
  const std::string_view digits = argument_of(line);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

class Pop3Planner final : public PlanBuilder {
 public:
  Pop3Planner(const RecordedSession& session, const PlanOptions& options) : PlanBuilder(session, options) {}

 private:
  std::size_t add(std::size_t at) override {
    const RecordedExchange& exchange = session_.exchanges[at];
    if (!is_sendable(at)) return at + 1;
    const std::string verb = verb_of(exchange.text);
    if (verb == "AUTH" && !argument_of(exchange.text).empty()) return add_auth(at, argument_of(exchange.text));
    if (verb == "USER" || verb == "PASS" || verb == "APOP") return add_login(exchange, verb), at + 1;
    if (verb == "STLS") return add_stls(exchange), at + 1;
    if (verb == "DELE" && !options_.allow_destructive)
      return refuse(fmt::format("{}: deletes mail (--allow-destructive)", exchange.text)), at + 1;
    if (verb == "XTND") return note("XTND is left out: it may send mail"), at + 1;
    PlanStep& step = add_line(exchange, verb, exchange.text);
    step.message_number = message_number(exchange.text);
    if (verb == "RETR" || verb == "TOP") add_retrieval(step);
    return at + 1;
  }

  static std::string verb_of(std::string_view line) { return upper_case(line.substr(0, line.find(' '))); }

  void add_stls(const RecordedExchange& exchange) {
    if (options_.starttls == StarttlsPolicy::never) return note("STLS is left out");
    add_starttls(exchange);
  }

  void add_login(const RecordedExchange& exchange, const std::string& verb) {
    if (options_.without_auth) return note(fmt::format("{} is left out", verb));
    if (verb == "USER") {
      if (!options_.own_credentials && !options_.recorded_secrets) return;  // PASS tells of it
      add_line(exchange, verb, exchange.text);
      PlanStep& user = plan_.steps.back();
      user.kind = options_.own_credentials ? StepKind::auth : StepKind::command;
      user.mechanism = verb;
      return;
    }
    if (!may_log_in({exchange.text})) return;
    PlanStep& step = add_line(exchange, verb, exchange.text);
    step.kind = StepKind::auth;
    step.mechanism = verb;
    step.joins = false;
    step.shown = fmt::format("{} {}", verb, mask);
    if (options_.own_credentials) step.wire.clear();
  }

  void add_retrieval(PlanStep& step) {
    step.kind = StepKind::retrieve;
    const bool sent = !step.expected.empty() && positive(step.expected.front());
    if (sent && retrieved_ < session_.messages.size()) step.retrieved = session_.messages[retrieved_++];
  }

  std::size_t retrieved_ = 0;
};

}  // namespace

std::expected<Plan, PlanError> make_pop3_plan(const RecordedSession& session, const PlanOptions& options) {
  return Pop3Planner(session, options).make();
}

}  // namespace mailparse::tools
