#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>

#include "smtp-replay/plan_builder.hpp"

namespace mailparse::tools {
namespace {

/// Takes the first word and the blank behind it off the front of `text`.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

/// Commands that change nothing in a mailbox opened with EXAMINE. RFC 9051 6, RFC 2971, RFC 5256, RFC 2087, RFC 4314.
bool only_reads(std::string_view verb) noexcept {
  constexpr std::array<std::string_view, 22> verbs{
      "CAPABILITY", "NOOP",       "LOGOUT",  "ID",       "NAMESPACE",    "ENABLE",  "LIST", "LSUB",
      "STATUS",     "FETCH",      "SEARCH",  "CHECK",    "UNSELECT",     "CLOSE",   "SORT", "THREAD",
      "UID FETCH",  "UID SEARCH", "EXAMINE", "GETQUOTA", "GETQUOTAROOT", "MYRIGHTS"};
  return std::ranges::find(verbs, verb) != verbs.end();
}

/// Plays reading commands one by one, each under a tag of its own.
class ImapPlanner final : public PlanBuilder {
 public:
  ImapPlanner(const RecordedSession& session, const PlanOptions& options) : PlanBuilder(session, options) {}

 private:
  std::size_t add(std::size_t at) override {
    const RecordedExchange& exchange = session_.exchanges[at];
    if (exchange.verb == "DONE") return at + 1;  // goes with its IDLE
    std::string_view line = exchange.text;
    const std::string_view tag = take_word(line);
    if (exchange.verb == "+" || tag.empty() || line.empty()) {
      (void)is_sendable(at);
      return at + 1;
    }
    std::string_view rest = line;
    std::string verb = upper_case(take_word(rest));
    if (verb == "UID") verb += ' ' + upper_case(take_word(rest));
    if (verb == "LOGIN") return add_login(exchange, line), at + 1;
    if (!is_sendable(at)) return at + 1;
    if (verb == "AUTHENTICATE") return add_authenticate(at, take_word(rest));
    return add_command(exchange, verb, line, rest), at + 1;
  }

  void add_command(const RecordedExchange& exchange, const std::string& verb, std::string_view line,
                   std::string_view rest) {
    if (verb == "IDLE" || verb == "COMPRESS") return note(fmt::format("{} is left out", verb));
    if (verb == "STARTTLS") {
      if (options_.starttls == StarttlsPolicy::never) return note("STARTTLS is left out");
      tag(add_starttls(exchange), line);
    } else if (verb == "SELECT" && !options_.allow_destructive) {
      note("SELECT becomes EXAMINE, which changes nothing (--allow-destructive)");
      tag(add_line(exchange, "EXAMINE", {}), fmt::format("EXAMINE {}", rest));
    } else if (only_reads(verb) || options_.allow_destructive) {
      tag(add_line(exchange, verb, {}), line);
    } else {
      refuse(fmt::format("{}: may change mail (--allow-destructive)", verb));
    }
  }

  /// The step's line with a tag made of its number; it waits for the reply to the one before.
  static void tag(PlanStep& step, std::string_view line) {
    step.tag = fmt::format("r{}", step.n);
    step.shown = fmt::format("{} {}", step.tag, line);
    step.wire = step.shown + std::string(crlf);
    step.joins = false;
  }

  void add_login(const RecordedExchange& exchange, std::string_view line) {
    if (options_.without_auth) return note("LOGIN is left out");
    if (!may_log_in({exchange.text})) return;
    PlanStep& step = add_line(exchange, "LOGIN", {});
    tag(step, line);
    step.kind = StepKind::auth;
    step.mechanism = "LOGIN";
    step.shown = fmt::format("{} LOGIN {}", step.tag, mask);
    if (options_.own_credentials) step.wire.clear();
  }

  std::size_t add_authenticate(std::size_t at, std::string_view mechanism) {
    std::string_view line = session_.exchanges[at].text;
    (void)take_word(line);
    const std::size_t before = plan_.steps.size();
    at = add_auth(at, mechanism);
    if (plan_.steps.size() == before) return at;
    PlanStep& step = plan_.steps.back();
    tag(step, line);
    step.verb = "AUTHENTICATE";
    step.shown = fmt::format("{} AUTHENTICATE {} {}", step.tag, step.mechanism, mask);
    if (options_.own_credentials) step.wire.clear();
    return at;
  }
};

}  // namespace

std::expected<Plan, PlanError> make_imap_plan(const RecordedSession& session, const PlanOptions& options) {
  return ImapPlanner(session, options).make();
}

}  // namespace mailparse::tools
